# shellcheck shell=sh
# shellcheck disable=SC2016,SC2154 # texts for another shell; names of the program that reads this
# Runtimes, and families of distributions: package managers as functions that say what they were told, release binaries from a server on loopback.
# Read by run.

# A host with apt and rpm, as ALT, in $work/altlinux: what its sources have is in $offers, lines "NAME VERSION"; what is installed in $rpms. Functions can't
# be called apt-get.
alt_host() {
    mkdir -p "$work/altlinux"
    cat >"$work/altlinux/apt-cache" <<'END'
#!/bin/sh
printf '%s\n' "$offers" | while read -r name version; do [ "$name" != "$2" ] || printf '  Candidate: %s\n' "$version"; done
END
    cat >"$work/altlinux/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*" >&2
case $* in *install*) shift 3; printf '%s\n' "$@" >>"$rpms" ;; esac
END
    cat >"$work/altlinux/rpm" <<'END'
#!/bin/sh
case $1 in
-qa) cat "$rpms" ;;
-q) grep -qx "$2" "$rpms" ;;
-e)
    shift
    echo "rpm -e $*" >&2
    for gone; do grep -vx "$gone" "$rpms" >"$rpms.new"; mv "$rpms.new" "$rpms"; done
    ;;
esac
END
    chmod 755 "$work/altlinux"/*
    alt="PATH=$work/altlinux:\$PATH rpms=$work/rpms; export rpms offers
        has_command() { case \$1 in dpkg-query | dnf | yum) return 1 ;; esac; command -v \"\$1\" >/dev/null 2>&1; }
        distribution() { echo 'ALT Server'; }"
}

units() {
    version='KWIZ_ANSWER_kubernetes_version=1.36 KWIZ_ANSWER_image_registry=mirror.example:5000/k8s'
    for unit in cri_dockerd_text containerd_unit_text kubelet_unit_text kubelet_dropin_text crio_text; do
        in_shell "$1" "$version; $unit" >"$work/out"
        same "$1: $unit" "$here/golden/$unit.conf" "$work/out"
    done
    is "$1" 'for KWIZ_ANSWER_kubernetes_version in 1.27 1.28 1.36.4; do crio_repository apt || echo none; echo; done; crio_repository dnf; echo; crio_repository apt-rpm || echo none
        KWIZ_ANSWER_package_repository=http://m; crio_repository apt || echo none' 'none

https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.28/deb/ https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.28/deb/Release.key
https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.36/deb/ https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.36/deb/Release.key
https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.36/rpm/ https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.36/rpm/repodata/repomd.xml.key
none
none'
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.36; package_candidate() { echo "$1 1.36.2-1"; }; crio_is_offered apt && echo fits; package_candidate() { echo "cri-o 1.20.9"; }; crio_is_offered dnf || echo old' 'fits
old'
}

alt() {
    rm -rf "${work:?}/undo"
    alt_host
    is "$1" "$alt
        package_family" apt-rpm
    is "$1" "$alt
        offers='kubernetes1.36-kubeadm 1.36.4-alt1
cri-tools 1.35.0-alt1
conntrack-tools 1.4.8-alt1'; packages_wanted apt-rpm 1.36; echo; packages_wanted apt-rpm 1.36.4; echo; packages_wanted apt-rpm 1.36.3; packages_wanted apt-rpm 1.30" \
        'kubernetes1.36-kubeadm kubernetes1.36-kubelet kubernetes1.36-client cri-tools conntrack-tools
kubernetes1.36-kubeadm kubernetes1.36-kubelet kubernetes1.36-client cri-tools conntrack-tools
apt-get -q -y update
apt-get -q -y update
apt-get -q -y update'
    is "$1" "$alt
        offers='kubernetes-kubeadm 1.26.9-alt2'; packages_wanted apt-rpm 1.26 2>/dev/null" 'kubernetes-kubeadm kubernetes-kubelet kubernetes-client'
    is "$1" "$alt
        echo bash >\"\$rpms\"; undo_folder; package_install packages a b 2>&1; cat \"\$UNDO/packages-packages\"; package_is_installed b && echo there; package_undo packages 2>&1; cat \"\$rpms\"" \
        'apt-get -q -y install a b
a
b
there
rpm -e a b
bash'
    is "$1" "$alt
        repository_add kubernetes http://mirror.example/alt key" 'fail: a package repository of your own can'"'"'t be made known to apt of ALT Server by kwiz
hint: add http://mirror.example/alt to /etc/apt/sources.list.d yourself and leave package_repository and runtime_repository empty: what apt knows is then used (status 1)'
    is "$1" "$alt
        offers='containerd 1.7.27-alt1'; KWIZ_ANSWER_kubernetes_version=1.36; containerd_is_offered apt-rpm 2>/dev/null || echo old; table_get runtimes.table runtime=docker apt-rpm" 'old
docker-engine'
}

dnf_family() {
    rm -rf "${work:?}/undo"
    dnf='has_command() { case $1 in dpkg-query | apt-get) return 1 ;; rpm | dnf) return 0 ;; *) command -v "$1" >/dev/null 2>&1 ;; esac; }
dnf() { echo "dnf $*" >&2; case $* in *" install "*) for name; do case $name in -* | install) ;; *) printf "%s\n" "${name%%-[0-9]*}" >>"$rpms" ;; esac; done ;; *" remove "*) : >"$rpms" ;; *repoquery*) echo 1.36.1 ;; esac; }
rpm() { case $1 in -qa) cat "$rpms" ;; -q) grep -qx "$2" "$rpms" ;; esac; }'
    is "$1" "$dnf
        package_family; repository_file kubernetes; echo; repository_text kubernetes https://pkgs.k8s.io/core:/stable:/v1.36/rpm/" 'dnf
/etc/yum.repos.d/kwiz-kubernetes.repo
# Written by kwiz.
[kwiz-kubernetes]
name=kubernetes (kwiz)
baseurl=https://pkgs.k8s.io/core:/stable:/v1.36/rpm/
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-kwiz-kubernetes
exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni'
    is "$1" "$dnf
        rpms=$work/rpms; : >\"\$rpms\"; undo_folder; package_candidate cri-o 2>/dev/null; package_install packages \$(packages_wanted dnf 1.36) 2>&1; cat \"\$UNDO/packages-packages\"; package_undo packages 2>&1" \
        'cri-o 1.36.1
dnf --assumeyes --quiet --setopt=disable_excludes=kwiz-kubernetes install kubeadm-1.36.* kubelet-1.36.* kubectl-1.36.*
kubeadm
kubectl
kubelet
dnf --assumeyes --quiet --setopt=disable_excludes=kwiz-kubernetes --setopt=clean_requirements_on_remove=false remove kubeadm kubectl kubelet'
}

# release NAME TEXT: a program of Kubernetes on the server, with its digest beside it.
release() {
    folder=$work/files/dl.k8s.io/release/v1.36.4/bin/linux/amd64
    mkdir -p "$folder"
    printf '#!/bin/sh\n%s\n' "$2" >"$folder/$1"
    sha256sum <"$folder/$1" | cut -d' ' -f1 >"$folder/$1.sha256"
}

# archive ADDRESS FOLDER: that folder's content on the server, packed; prints its digest.
archive() {
    mkdir -p "$work/files/${1%/*}"
    tar -czf "$work/files/$1" -C "$2" .
    sha256sum <"$work/files/$1" | cut -d' ' -f1
}

# binaries SHELL: a host without package manager gets Kubernetes and containerd from releases, and loses them again; nothing that is not as its digest says.
binaries() {
    if [ -z "$served" ]; then
        skip "$1: release binaries: python3 is not on this machine"
        return
    fi
    rm -rf "${work:?}/undo" "$work/host" "$work/packed"
    mkdir -p "$work/packed/cni" "$work/packed/crictl" "$work/packed/containerd/bin" "$work/files/github.com/opencontainers/runc/releases/download/v1.3.4"
    echo v1.36.4 >"$work/files/dl.k8s.io.stable"
    release kubeadm 'echo v1.36.4'
    release kubelet 'echo kubelet'
    release kubectl 'echo kubectl'
    mv "$work/files/dl.k8s.io.stable" "$work/files/dl.k8s.io/release/stable-1.36.txt"
    for program in cni/host-local cni/bridge crictl/crictl containerd/bin/containerd containerd/bin/ctr; do
        echo '#!/bin/sh' >"$work/packed/$program"
        chmod 755 "$work/packed/$program"
    done
    echo 'no program' >"$work/packed/cni/README.md"
    echo runc >"$work/files/github.com/opencontainers/runc/releases/download/v1.3.4/runc.amd64"
    pins="cni-plugins=$(archive github.com/containernetworking/plugins/releases/download/v1.8.0/cni-plugins-linux-amd64-v1.8.0.tgz "$work/packed/cni")"
    pins="$pins crictl=$(archive github.com/kubernetes-sigs/cri-tools/releases/download/v1.35.0/crictl-v1.35.0-linux-amd64.tar.gz "$work/packed/crictl")"
    pins="$pins containerd=$(archive github.com/containerd/containerd/releases/download/v2.1.6/containerd-static-2.1.6-linux-amd64.tar.gz "$work/packed/containerd")"
    pins="$pins runc=$(sha256sum <"$work/files/github.com/opencontainers/runc/releases/download/v1.3.4/runc.amd64" | cut -d' ' -f1)"
    bare="uname() { echo x86_64; }; KWIZ_ANSWER_kubernetes_version=1.36 KWIZ_ANSWER_download_mirror=$served KWIZ_ANSWER_download_digests='$pins'
        PROGRAMS=$work/host/bin CNI_PROGRAMS=$work/host/cni KUBELET_UNIT=$work/host/units/kubelet.service KUBELET_DROPIN=$work/host/units/kubelet.service.d/10-kubeadm.conf
        CONTAINERD_UNIT=$work/host/units/containerd.service PATH=\$PROGRAMS:\$PATH
        package_family() { return 1; }; kwiz_progress() { :; }; systemctl() { echo \"systemctl \$*\"; }
        has_command() { case \$1 in ip | iptables | mount) return 0 ;; kube* | crictl | runc) [ -x \"\$PROGRAMS/\$1\" ] ;; *) command -v \"\$1\" >/dev/null 2>&1 ;; esac; }"
    is "$1" "$bare
        undo_folder; uses_binaries && echo binaries; binaries_version; echo; KWIZ_ANSWER_kubernetes_version=1.36.1 binaries_version" 'binaries
v1.36.4
v1.36.1'
    is "$1" "$bare
        cd '$work'; binaries_put; packages_fit && echo fits; ls \"\$PROGRAMS\" \"\$CNI_PROGRAMS\"; containerd_release_put; ls \"\$PROGRAMS\"; runtime_is_ours && echo ours
        binaries_undo; file_restore \"\$CONTAINERD_UNIT\"; programs_undo container-runtime; folders_undo; ls -d '$work/host' 2>/dev/null || echo gone; ls \"\$UNDO\"" "wrote $work/host/bin/kubeadm
wrote $work/host/bin/kubelet
wrote $work/host/bin/kubectl
wrote $work/host/bin/crictl
wrote $work/host/cni/bridge
wrote $work/host/cni/host-local
wrote $work/host/units/kubelet.service
wrote $work/host/units/kubelet.service.d/10-kubeadm.conf
systemctl daemon-reload
fits
$work/host/bin:
crictl
kubeadm
kubectl
kubelet

$work/host/cni:
bridge
host-local
wrote $work/host/bin/containerd
wrote $work/host/bin/ctr
wrote $work/host/bin/runc
wrote $work/host/units/containerd.service
systemctl daemon-reload
containerd
crictl
ctr
kubeadm
kubectl
kubelet
runc
ours
systemctl disable --now --quiet kubelet.service
gone
changed-none
files"
    # A digest beside a file that is of another, and one that is none.
    printf '%064d\n' 0 >"$work/files/dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet.sha256"
    is "$1" "$bare
        undo_folder; binary_put v1.36.4 kubelet; echo not reached" "fail: ${served}dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet has the digest sha256 $(sha256sum <"$work/files/dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet" | cut -d' ' -f1), expected $(printf '%064d' 0)
hint: it was changed, or broke on the way: look at it before you trust it; download_digests: kubelet=DIGEST takes another (status 1)"
    echo '<html>' >"$work/files/dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet.sha256"
    is "$1" "$bare
        undo_folder; binary_put v1.36.4 kubelet; echo not reached" "fail: ${served}dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet.sha256 is no digest
hint: is the mirror whole? download_digests: kubelet=SHA256 gives it (status 1)"
    echo v1.35.1 >"$work/files/dl.k8s.io/release/stable-1.36.txt"
    is "$1" "$bare
        undo_folder; binaries_version; echo not reached" "fail: ${served}dl.k8s.io/release/stable-1.36.txt has no release of 1.36
hint: it begins with 'v1.35.1'; answer kubernetes_version with an exact release, such as 1.36.4 (status 1)"
    is "$1" "$bare
        KWIZ_ANSWER_kubernetes_version=1.20; has_command() { [ \"\$1\" != conntrack ] && [ \"\$1\" != iptables ]; }; tools_need" 'fail: programs that Kubernetes needs are not on this host: iptables conntrack
hint: install them on kub-master-1, then run again (status 1)'
}

# cri_dockerd SHELL: installed from its release where Docker is without; somebody else's is left alone.
cri_dockerd() {
    is "$1" 'KWIZ_ANSWER_kubernetes_version=1.23; cri_dockerd_is_wanted || echo no; KWIZ_ANSWER_kubernetes_version=1.24; cri_dockerd_is_wanted && echo yes; runtime_path docker' 'no
yes
/var/run/cri-dockerd.sock'
    [ -n "$served" ] || return 0
    rm -rf "${work:?}/undo" "$work/host" "$work/packed"
    mkdir -p "$work/packed/cri-dockerd"
    echo '#!/bin/sh' >"$work/packed/cri-dockerd/cri-dockerd"
    pin=$(archive github.com/Mirantis/cri-dockerd/releases/download/v0.3.24/cri-dockerd-0.3.24.amd64.tgz "$work/packed")
    is "$1" "uname() { echo x86_64; }; KWIZ_ANSWER_kubernetes_version=1.36 KWIZ_ANSWER_download_mirror=$served KWIZ_ANSWER_download_digests=cri-dockerd=$pin
        CRI_DOCKERD=$work/host/cri-dockerd CRI_DOCKERD_UNIT=$work/host/cri-docker.service CRI_DOCKERD_SOCKET=$work/host/none
        kwiz_progress() { :; }; kwiz_wait() { :; }; systemctl() { [ \"\$1\" = is-active ] || echo \"systemctl \$*\"; }
        cri_dockerd_put; cri_dockerd_is >/dev/null && echo runs; cri_dockerd_put; cri_dockerd_is_ours && echo ours
        programs_undo container-runtime; cri_dockerd_is_ours || ls \"\$CRI_DOCKERD\" 2>/dev/null || echo gone" "wrote $work/host/cri-dockerd
wrote $work/host/cri-docker.service
systemctl daemon-reload
systemctl enable --quiet cri-docker.service
systemctl restart cri-docker.service
runs
ours
gone"
}

families() {
    units "$1"
    alt "$1"
    dnf_family "$1"
    binaries "$1"
    cri_dockerd "$1"
}
