# shellcheck shell=bash
# Stage images: a registry's storage with the container images, and the programs
# that serve it. An image is one layer, a configuration and a manifest, put into
# Debian's docker-registry over its HTTP interface; no container engine is needed.
#
# All that goes in is packed sorted, with one time stamp and owner, so the same
# input gives the same digest.

stage_images_key() {
	recipe_key images "$(stage_binaries_key)" @images.sh @contents.sh @versions.sh
}

stage_images_title() {
	echo "making the container images"
}

# Fills $1 with registry/ (storage), docker-registry, web/ (nginx with its
# libraries), images (name:tag and digest, one a line).
stage_images_make() {
	local folder=$1 work=$2
	need curl curl
	apt_setup
	rm -rf "$work/roots" "$work/layers"
	mkdir -p "$work/roots" "$work/layers"
	images_registry_program "$folder" "$work"
	registry_start "$folder/docker-registry" "$folder/registry" "$work/registry.log"
	trap 'registry_stop; supervised_stop; exit 143' TERM
	trap registry_stop EXIT
	contents_make "$folder" "$work"
	registry_stop
	trap - EXIT
	LC_ALL=C sort -o "$folder/images" "$folder/images"
	cp -a "$work/roots/nginx" "$folder/web"
}

images_registry_program() {
	local folder=$1 work=$2
	apt_download "$work/registry-packages" docker-registry
	unpack "$work/registry-program" "$work"/registry-packages/*.deb
	install -m 755 "$work/registry-program/usr/bin/docker-registry" "$folder/docker-registry"
}

REGISTRY_PID=
REGISTRY_URL=

# registry_configuration STORAGE ADDRESS READONLY [CERTIFICATE KEY]
registry_configuration() {
	cat <<-CONFIGURATION
		version: 0.1
		log: {level: info, formatter: text}
		storage:
		  filesystem: {rootdirectory: "$1"}
		  delete: {enabled: false}
		  maintenance:
		    uploadpurging: {enabled: false}
		    readonly: {enabled: $3}
		http:
		  addr: "$2"
	CONFIGURATION
	if [ $# -ge 5 ]; then
		printf '  tls: {certificate: "%s", key: "%s"}\n' "$4" "$5"
	fi
}

# registry_start PROGRAM STORAGE LOG: on a port of loopback that is free, which the
# registry chooses and its log names.
registry_start() {
	local program=$1 storage=$2 log=$3 tries
	registry_configuration "$storage" 127.0.0.1:0 false >"$log.yml"
	# It ends with this shell, however that ends.
	setpriv --pdeathsig TERM "$program" serve "$log.yml" >"$log" 2>&1 {CACHE_LOCK_FD}>&- &
	REGISTRY_PID=$!
	for ((tries = 0; tries < 100; tries++)); do
		REGISTRY_URL=$(sed -nE 's/.*listening on (127\.0\.0\.1:[0-9]+).*/http:\/\/\1/p' "$log")
		if [ -n "$REGISTRY_URL" ]; then
			return
		fi
		kill -0 "$REGISTRY_PID" 2>/dev/null || break
		sleep 0.1
	done
	cat "$log" >>"$STAGE_LOG"
	die "the image registry did not start within 10 seconds"
}

registry_stop() {
	if [ -n "$REGISTRY_PID" ]; then
		kill "$REGISTRY_PID" 2>/dev/null || true
		wait "$REGISTRY_PID" 2>/dev/null || true
		REGISTRY_PID=
	fi
}

# image_push FOLDER WORK NAME TAG ROOT CONFIGURATION: packs the folder ROOT as the
# image NAME:TAG. CONFIGURATION is the JSON object of its entry point and the like.
image_push() {
	local folder=$1 work=$2 name=$3 tag=$4 root=$5 configuration=$6 layer diff_id digest
	layer=$work/layers/$name
	supervised image_layer "$root" "$layer.tar"
	diff_id=$(digest_of "$layer.tar")
	supervised gzip -6 -n -f "$layer.tar"
	image_configuration "$configuration" "$diff_id" >"$layer.json"
	image_manifest "$layer.json" "$layer.tar.gz" >"$layer.manifest"
	blob_push "$name" "$layer.tar.gz"
	blob_push "$name" "$layer.json"
	logged curl --silent --show-error --fail --max-time 60 --upload-file "$layer.manifest" \
		--header 'Content-Type: application/vnd.docker.distribution.manifest.v2+json' \
		"$REGISTRY_URL/v2/$name/manifests/$tag"
	digest=$(digest_of "$layer.manifest")
	printf '%s:%s %s\n' "$name" "$tag" "$digest" >>"$folder/images"
	rm -f "$layer.tar.gz"
}

image_layer() {
	tar --create --file "$2" --directory "$1" --format=gnu --sort=name \
		--mtime="@$PACK_EPOCH" --owner=0 --group=0 --numeric-owner .
}

digest_of() {
	printf 'sha256:%s' "$(sha256sum <"$1" | cut -d' ' -f1)"
}

image_configuration() {
	local created
	created=$(date -u -d "@$PACK_EPOCH" +%FT%TZ)
	printf '{"architecture":"%s","os":"linux","created":"%s","config":%s,' \
		"$(dpkg --print-architecture)" "$created" "$1"
	printf '"rootfs":{"type":"layers","diff_ids":["%s"]},' "$2"
	printf '"history":[{"created":"%s","created_by":"kwiz lab"}]}' "$created"
}

image_manifest() {
	local type=application/vnd.docker
	printf '{"schemaVersion":2,"mediaType":"%s.distribution.manifest.v2+json",' "$type"
	printf '"config":{"mediaType":"%s.container.image.v1+json","size":%s,"digest":"%s"},' \
		"$type" "$(stat -c %s "$1")" "$(digest_of "$1")"
	printf '"layers":[{"mediaType":"%s.image.rootfs.diff.tar.gzip","size":%s,"digest":"%s"}]}' \
		"$type" "$(stat -c %s "$2")" "$(digest_of "$2")"
}

# blob_push NAME FILE: in two requests, the second at the address the first gave.
blob_push() {
	local name=$1 file=$2 location
	location=$(curl --silent --show-error --fail --max-time 60 --request POST --data '' \
		--output /dev/null --write-out '%header{location}' \
		"$REGISTRY_URL/v2/$name/blobs/uploads/" 2>>"$STAGE_LOG")
	case $location in
	*\?*) location+="&digest=$(digest_of "$file")" ;;
	*) location+="?digest=$(digest_of "$file")" ;;
	esac
	logged curl --silent --show-error --fail --max-time 300 --upload-file "$file" "$location"
}
