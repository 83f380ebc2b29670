# shellcheck shell=sh
# shellcheck disable=SC2034 # names that other files of the library use
# What is fetched by its address: manifests, and programs that no package brings. All of it may come from a mirror, and all of it has a digest, known
# when this was written, answered, or (manifests) told when it is fetched.

# Where programs go that no package brings.
PROGRAMS=/usr/local/bin

# machine: the processor, as releases are named by it.
machine() {
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
    esac
}

# mirrored ADDRESS: where it is fetched from. download_mirror stands in place of the https:// of all of them.
mirrored() {
    printf '%s%s' "$(answer download_mirror https://)" "${1#https://}"
}

# pinned NAME: the digest that download_digests has for it, for this kind of machine if there is one. Nothing when there is none.
pinned() {
    for pin in "$1-$(machine)" "$1"; do
        for pair in $(answer download_digests | tr ',' ' '); do
            if [ "${pair%%=*}" = "$pin" ]; then
                printf '%s' "${pair#*=}"
                return
            fi
        done
    done
}

# digest_check NAME ADDRESS FILE WANTED: WANTED - or nothing: only told.
digest_check() {
    found=$(digest "$3")
    case $4 in
    '' | -) kwiz_warn "$2 is not pinned; to pin it: download_digests: $1=$found" ;;
    "$found") ;;
    *)
        rm -f "$3"
        kwiz_fail "$2 has the digest sha256 $found, expected $4" \
            "it was changed, or broke on the way: look at it before you trust it; download_digests: $1=DIGEST takes another"
        ;;
    esac
}

# download_row NAME COLUMN: of the first release of downloads.table that is for this Kubernetes and this kind of machine.
download_row() {
    minor=$(minor_of "$(version_wanted)")
    kind=$(machine)
    table downloads.table | sed 1d | while IFS='	' read -r name version least arch sum address; do
        if [ "$name" = "$1" ] && [ "$arch" = "$kind" ] && at_least "$minor" "$least"; then
            case $2 in
            version) echo "$version" ;;
            sha256) echo "$sum" ;;
            address) echo "$address" ;;
            esac
            break
        fi
    done
}

# download NAME FILE: a release of downloads.table, with its digest looked at.
download() {
    address=$(download_row "$1" address)
    [ -n "$address" ] || kwiz_fail "no release of $1 for $(uname -m) is known to this spell" "install $1 on $KWIZ_HOST yourself, then run again"
    address=$(mirrored "$address")
    wanted=$(pinned "$1")
    [ -n "$wanted" ] || wanted=$(download_row "$1" sha256)
    text_or_file "$address" "$2"
    digest_check "$1" "$address" "$2" "$wanted"
}

# program_put STEP FILE TARGET: standard input is not used; FILE becomes the program TARGET, noted for STEP's undo.
program_put() {
    undo_folder
    grep -Fqsx "$3" "$UNDO/programs-$1" || printf '%s\n' "$3" >>"$UNDO/programs-$1"
    file_put "$3" 755 <"$2"
}

# unpack ARCHIVE FOLDER: a tar.gz, into a new folder.
unpack() {
    rm -rf "$2"
    (umask 077 && mkdir -p "$2")
    tar -xzf "$1" -C "$2" 2>/dev/null || gzip -dc "$1" | tar -xf - -C "$2" || kwiz_fail "$1 can't be unpacked" "is the address that of a tar.gz?"
}

# programs_undo STEP: what was there before comes back, the rest goes.
programs_undo() {
    [ -f "$UNDO/programs-$1" ] || return 0
    while IFS= read -r program; do
        file_restore "$program"
    done <"$UNDO/programs-$1"
    rm -f "$UNDO/programs-$1"
}
