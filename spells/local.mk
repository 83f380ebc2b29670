# spells: what is installed or distributed from here
spells_hello = \
	spells/hello/spell.yaml spells/hello/README.md spells/hello/lib.sh spells/hello/translations/de.yaml spells/hello/translations/ru.yaml \
	spells/hello/steps/prepare.sh spells/hello/steps/prepare.check.sh spells/hello/steps/prepare.undo.sh \
	spells/hello/steps/greet.sh spells/hello/steps/greet.check.sh spells/hello/steps/greet.undo.sh \
	spells/hello/steps/report.sh spells/hello/steps/report.undo.sh \
	spells/hello/steps/farewell.sh spells/hello/steps/verify.sh
spells_kubernetes = \
	spells/kubernetes/README.md \
	spells/kubernetes/examples/single-with-workers.yaml \
	spells/kubernetes/examples/single.yaml \
	spells/kubernetes/fixes/firewall.sh \
	spells/kubernetes/fixes/hostname.sh \
	spells/kubernetes/fixes/hosts.sh \
	spells/kubernetes/fixes/leftovers.sh \
	spells/kubernetes/fixes/modules.sh \
	spells/kubernetes/fixes/swap.sh \
	spells/kubernetes/fixes/sysctls.sh \
	spells/kubernetes/fixes/time.sh \
	spells/kubernetes/lib/base.sh \
	spells/kubernetes/lib/files.sh \
	spells/kubernetes/lib/firewall.sh \
	spells/kubernetes/lib/host.sh \
	spells/kubernetes/lib/install.sh \
	spells/kubernetes/lib/kubeadm.sh \
	spells/kubernetes/lib/network.sh \
	spells/kubernetes/lib/packages.sh \
	spells/kubernetes/lib/reset.sh \
	spells/kubernetes/lib/runtime.sh \
	spells/kubernetes/lib/system.sh \
	spells/kubernetes/lib/toml.sh \
	spells/kubernetes/manifests.table \
	spells/kubernetes/runtimes.table \
	spells/kubernetes/spell.yaml \
	spells/kubernetes/steps/container-runtime.check.sh \
	spells/kubernetes/steps/container-runtime.sh \
	spells/kubernetes/steps/container-runtime.undo.sh \
	spells/kubernetes/steps/images.check.sh \
	spells/kubernetes/steps/images.sh \
	spells/kubernetes/steps/images.undo.sh \
	spells/kubernetes/steps/init.check.sh \
	spells/kubernetes/steps/init.sh \
	spells/kubernetes/steps/init.undo.sh \
	spells/kubernetes/steps/join-token.check.sh \
	spells/kubernetes/steps/join-token.sh \
	spells/kubernetes/steps/join.check.sh \
	spells/kubernetes/steps/join.sh \
	spells/kubernetes/steps/join.undo.sh \
	spells/kubernetes/steps/kubeadm-config.check.sh \
	spells/kubernetes/steps/kubeadm-config.sh \
	spells/kubernetes/steps/kubeadm-config.undo.sh \
	spells/kubernetes/steps/kubeconfig.sh \
	spells/kubernetes/steps/packages.check.sh \
	spells/kubernetes/steps/packages.sh \
	spells/kubernetes/steps/packages.undo.sh \
	spells/kubernetes/steps/pod-network.check.sh \
	spells/kubernetes/steps/pod-network.sh \
	spells/kubernetes/steps/pod-network.undo.sh \
	spells/kubernetes/steps/pod-ranges.sh \
	spells/kubernetes/steps/pod-routes.check.sh \
	spells/kubernetes/steps/pod-routes.sh \
	spells/kubernetes/steps/prepare-os.check.sh \
	spells/kubernetes/steps/prepare-os.sh \
	spells/kubernetes/steps/prepare-os.undo.sh \
	spells/kubernetes/steps/sample.sh \
	spells/kubernetes/steps/sample.undo.sh \
	spells/kubernetes/steps/untaint.check.sh \
	spells/kubernetes/steps/untaint.sh \
	spells/kubernetes/steps/verify.sh \
	spells/kubernetes/translations/de.yaml \
	spells/kubernetes/translations/ru.yaml \
	spells/kubernetes/versions.table
spellsdir = $(pkgdatadir)
nobase_dist_spells_DATA = $(spells_hello) $(spells_kubernetes)
EXTRA_DIST += \
	tests/spells/containerd/1.7-default.toml \
	tests/spells/containerd/2.0-default.toml \
	tests/spells/containerd/customised.toml \
	tests/spells/containerd/debian-12.toml \
	tests/spells/containerd/docker-repository.toml \
	tests/spells/drive.sh \
	tests/spells/golden/conflist.json \
	tests/spells/golden/containerd-1.7-default.toml \
	tests/spells/golden/containerd-2.0-default.toml \
	tests/spells/golden/containerd-customised.toml \
	tests/spells/golden/containerd-debian-12.toml \
	tests/spells/golden/containerd-docker-repository.toml \
	tests/spells/golden/kubeadm-1.20-all.yaml \
	tests/spells/golden/kubeadm-1.20-join.yaml \
	tests/spells/golden/kubeadm-1.20.yaml \
	tests/spells/golden/kubeadm-1.24-join.yaml \
	tests/spells/golden/kubeadm-1.24.yaml \
	tests/spells/golden/kubeadm-1.28-join.yaml \
	tests/spells/golden/kubeadm-1.28.yaml \
	tests/spells/golden/kubeadm-1.30-join.yaml \
	tests/spells/golden/kubeadm-1.30.yaml \
	tests/spells/golden/kubeadm-1.31-join.yaml \
	tests/spells/golden/kubeadm-1.31.yaml \
	tests/spells/golden/kubeadm-1.36-all.yaml \
	tests/spells/golden/kubeadm-1.36-join.yaml \
	tests/spells/golden/kubeadm-1.36.yaml \
	tests/spells/run \
	tests/spells/scripts.sh
