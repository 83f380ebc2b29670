# shellcheck shell=bash
# Stage binaries: the programs of Kubernetes, crictl and pause, compiled from the
# source package with Debian's Go, which is unpacked beside it and not installed.
#
# Go is called directly. Upstream's make would need rsync and regenerates what the
# source package already has; only the OpenAPI definitions are missing in it.

KUBE_COMMANDS='kubeadm kubelet kubectl kube-apiserver kube-controller-manager kube-scheduler kube-proxy'

stage_binaries_key() {
	recipe_key binaries "$(stage_source_key)" @build.sh @versions.sh \
		@crictl/change.go @crictl/crictl.go @crictl/list.go
}

stage_binaries_title() {
	echo "compiling Kubernetes $KUBE_VERSION (4 to 15 minutes on 2 cores)"
}

# Fills $1 with the programs.
stage_binaries_make() {
	local folder=$1 work=$2 source
	source=$(stage_folder source)
	need gcc 'gcc and libc6-dev'
	build_unpack "$source" "$work"
	build_environment "$work"
	cd "$GOPATH/src/k8s.io/kubernetes" || exit 1
	build_openapi "$work"
	build_programs "$folder" "$work"
	build_pause "$folder"
	build_check "$folder"
}

# Unpacks the toolchain and the source tree once; an interrupted call repeats it.
build_unpack() {
	local source=$1 work=$2 tree=$2/gopath/src/k8s.io/kubernetes
	if [ -e "$work/unpacked" ]; then
		return
	fi
	rm -rf "$work/toolchain" "$work/gopath"
	mkdir -p "$work/gopath/src/k8s.io"
	unpack "$work/toolchain" "$source"/packages/*.deb
	logged dpkg-source --extract "$source"/kubernetes_*.dsc "$tree"
	# The vendored reflect2 1.0.1 panics on JSON maps when built with Go 1.18 or
	# later; Debian's 1.0.2 has the same interface without that fault.
	rm -rf "$tree/vendor/github.com/modern-go/reflect2"
	cp -a "$work/toolchain/usr/share/gocode/src/github.com/modern-go/reflect2" \
		"$tree/vendor/github.com/modern-go/"
	# Inside the tree, since only there the vendored CRI definitions are visible.
	mkdir -p "$tree/cmd/lab-crictl"
	cp "$KUBE_DIR"/crictl/*.go "$tree/cmd/lab-crictl/"
	: >"$work/unpacked"
}

# Nothing of the caller's Go settings may leak in, nothing may be fetched.
build_environment() {
	local work=$1 name
	for name in $(compgen -e | grep -E '^(GO|CGO_)' || true); do
		unset "$name"
	done
	export GOROOT=$work/toolchain/$GO_FOLDER
	export GOPATH=$work/gopath GOCACHE=$work/gocache
	export GO111MODULE=off GOPROXY=off GOFLAGS=-trimpath CGO_ENABLED=0 GOENV=off
	export PATH=$GOROOT/bin:$PATH
}

# Makes pkg/generated/openapi/zz_generated.openapi.go. The generator's report of
# broken API rules must be the one kept in the source: that shows that exactly the
# intended packages were read.
build_openapi() {
	local work=$1 inputs
	if [ -e "$work/openapi-done" ]; then
		return
	fi
	logged go build -o "$work/openapi-gen" \
		k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
	inputs=$(
		grep -rlE --include='*.go' '^// *\+k8s:openapi-gen=' pkg cmd plugin staging/src/k8s.io |
			xargs -n1 dirname | LC_ALL=C sort -u |
			sed 's#^staging/src/#vendor/#; s#^#k8s.io/kubernetes/#' |
			grep -vE '/vendor/k8s.io/(code-generator|sample-apiserver)/' |
			paste -sd,
	)
	logged "$work/openapi-gen" --logtostderr -i "$inputs" \
		-p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
		-h vendor/k8s.io/code-generator/hack/boilerplate.go.txt \
		-r "$work/violations.report"
	logged diff "$work/violations.report" api/api-rules/violation_exceptions.list
	: >"$work/openapi-done"
}

build_programs() {
	local folder=$1 work=$2 flags package command total
	local -a packages=(./cmd/lab-crictl)
	flags='-s -w -buildid='
	for package in client-go/pkg component-base; do
		package=k8s.io/kubernetes/vendor/k8s.io/$package/version
		flags+=" -X $package.gitVersion=v$KUBE_VERSION -X $package.gitTreeState=clean"
		flags+=" -X $package.gitMajor=$KUBE_MAJOR -X $package.gitMinor=$KUBE_MINOR"
	done
	for command in $KUBE_COMMANDS; do
		packages+=("./cmd/$command")
	done
	progress 0 1 "looking what is to compile"
	total=$(go list -deps -f '{{if .Stale}}{{.ImportPath}}{{end}}' "${packages[@]}" | wc -l)
	supervised build_go "$folder" "$flags" "$total" "${packages[@]}"
	mv "$folder/lab-crictl" "$folder/crictl"
}

# `go build -v` names each package that it compiled: counted for the progress. Go
# ends with this process, however that ends.
build_go() {
	local folder=$1 flags=$2 total=$3 line done=0
	shift 3
	coproc go_output { exec setpriv --pdeathsig TERM nice go build -v -p 2 -ldflags "$flags" -o "$folder/" "$@" 2>&1; }
	# shellcheck disable=SC2154  # set by coproc
	local go_pid=$go_output_PID
	while IFS= read -r line <&"${go_output[0]}"; do
		printf '%s\n' "$line" >>"$STAGE_LOG"
		done=$((done + 1))
		progress "$done" "$((total + 1))" compiling
	done
	wait "$go_pid"
}

# pause is C, and part of Kubernetes' source.
build_pause() {
	logged gcc -Os -Wall -static -s -DVERSION="$PAUSE_TAG" -o "$1/pause" build/pause/linux/pause.c
}

# Every program must run and say the version it is meant to have.
build_check() {
	local folder=$1 command said
	for command in $KUBE_COMMANDS; do
		case $command in
		kubeadm) said=$("$folder/$command" version -o short) ;;
		kubectl) said=$("$folder/$command" version --client --short) ;;
		*) said=$("$folder/$command" --version) ;;
		esac
		case $said in
		*"v$KUBE_VERSION") ;;
		*) die "$command says '$said' and not v$KUBE_VERSION" ;;
		esac
	done
}
