# shellcheck shell=bash
# Where Kubernetes comes from, and what that means for an answers file: shell
# assignments on standard output.


# origin: upstream or debian. Told by KWIZ_LAB_KUBERNETES, else looked up once:
# the public package repository must have a name here and answer within 5 seconds.
origin() {
	case ${KWIZ_LAB_KUBERNETES-} in
	upstream | debian)
		printf '%s\n' "$KWIZ_LAB_KUBERNETES"
		return
		;;
	'') ;;
	*) die "KWIZ_LAB_KUBERNETES is '$KWIZ_LAB_KUBERNETES'" "expected 'upstream' or 'debian', or nothing" ;;
	esac
	if getent hosts pkgs.k8s.io >/dev/null &&
		curl --silent --fail --head --location --max-time 5 --output /dev/null \
			https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key; then
		echo upstream
	else
		echo debian
	fi
}

assign() {
	printf '%s=%q\n' "$1" "$2"
}

env_print() {
	local from
	from=$(origin)
	assign KWIZ_LAB_KUBERNETES "$from"
	"env_$from"
}

# The public repository and registry; nothing is built or served.
env_upstream() {
	local minor=1.36
	assign KUBE_VERSION "$minor"
	assign KUBE_MINOR "$minor"
	assign KUBE_REPO_URL "https://pkgs.k8s.io/core:/stable:/v$minor/deb/"
	assign KUBE_REPO_KEY_URL "https://pkgs.k8s.io/core:/stable:/v$minor/deb/Release.key"
	assign KUBE_REPO_KEY ''
	assign KUBE_REGISTRY registry.k8s.io
	assign KUBE_REGISTRY_CA ''
	assign PAUSE_IMAGE registry.k8s.io/pause:3.10.1
	assign NGINX_IMAGE docker.io/library/nginx:stable
	assign BUSYBOX_IMAGE docker.io/library/busybox:stable
	assign CLUSTER_DNS coredns
}

# What a company with an internal mirror would tell.
env_debian() {
	local gateway registry
	gateway=$(lab_gateway)
	registry=$gateway:$REGISTRY_TLS_PORT
	build_complete || die "the packages and images are not built" "run: lab kubernetes build"
	assign KUBE_VERSION "$KUBE_VERSION"
	assign KUBE_MINOR "$KUBE_MAJOR.$KUBE_MINOR"
	assign KUBE_PACKAGE_VERSION "$KUBE_PACKAGE_VERSION"
	assign KUBE_REPO_URL "http://$gateway:$WEB_PORT/$REPOSITORY_PATH/"
	assign KUBE_REPO_KEY_URL "http://$gateway:$WEB_PORT/$REPOSITORY_PATH/Release.key"
	assign KUBE_NEXT_VERSION "$KUBE_NEXT_VERSION"
	assign KUBE_NEXT_REPO_URL "http://$gateway:$WEB_PORT/$NEXT_REPOSITORY_PATH/"
	assign KUBE_NEXT_REPO_KEY_URL "http://$gateway:$WEB_PORT/$NEXT_REPOSITORY_PATH/Release.key"
	assign KUBE_REPO_KEY "$KUBE_CACHE/keys/kwiz-lab.asc"
	assign KUBE_REGISTRY "$registry"
	assign KUBE_REGISTRY_CA "$KUBE_CACHE/ca/kwiz-lab-ca.crt"
	assign KUBE_REGISTRY_PLAIN "$gateway:$REGISTRY_PLAIN_PORT"
	assign PAUSE_IMAGE "$registry/pause:$PAUSE_TAG"
	assign NGINX_IMAGE "$registry/nginx:$NGINX_TAG"
	assign BUSYBOX_IMAGE "$registry/busybox:$BUSYBOX_TAG"
	assign CLUSTER_DNS none
	assign DEBIAN_REPO_URL "http://$gateway:$WEB_PORT/debian/"
	assign DEBIAN_CODENAME "$APT_SUITE"
	assign DEBIAN_REPO_KEY "$KUBE_CACHE/keys/kwiz-lab.asc"
	assign DEBIAN_SOURCES_LINE "$(sources_line "$gateway")"
	assign KUBE_HOST_HOOK "$KUBE_DIR/host-hook"
}

# sources_line GATEWAY: for /etc/apt/sources.list of a lab host; the hook puts the
# key where the line says it is.
sources_line() {
	printf 'deb [signed-by=/etc/apt/keyrings/kwiz-lab.asc] http://%s:%s/debian %s main\n' \
		"$1" "$WEB_PORT" "$APT_SUITE"
}
