# shellcheck shell=bash
# What is made, in which version. Sourced; part of every stage's recipe key.
# See README.md for what is in each package and image.

# shellcheck disable=SC2034  # read by the files that source this one
{
	KUBE_VERSION=1.20.2
	KUBE_MAJOR=1
	KUBE_MINOR=20
	# Debian's source package of that release, before any Debian revision.
	KUBE_SOURCE_PATTERN='*+really1.20.2-*'

	GO_PACKAGES='golang-1.19-go golang-1.19-src'
	GO_FOLDER=usr/lib/go-1.19
	# Replaces a vendored library that does not work with this Go (build.sh).
	REFLECT2_PACKAGE=golang-github-modern-go-reflect2-dev

	# The tag that kubeadm 1.20 asks for (cmd/kubeadm/app/constants of its source).
	PAUSE_TAG=3.2

	# Time stamp of everything that is packed, so that the same input gives the
	# same digest: the release date of Kubernetes 1.20.2, 2021-01-13.
	PACK_EPOCH=1610496000
}
