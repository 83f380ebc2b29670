# shellcheck shell=sh
# shellcheck disable=SC2034 # names that steps and other files of the library use
# Files that are written for good, and the way back. Whatever is changed that was there before is kept below UNDO until reset.

# shellcheck disable=SC2034 # read by other files of the library
UNDO=${KWIZ_UNDO:-/var/lib/kwiz/undo}/kubernetes
# What this host was made to be: runtime, configuration of kubeadm.
ETC=/etc/kwiz

undo_folder() {
    (umask 077 && mkdir -p "$UNDO/files")
    run_note
}

# Where kwiz keeps a run's records and logs until they are fetched and the run has come to a good end, and where what lives of it is.
RUNS=${UNDO%/undo/kubernetes}
RUNS_LIVE=/run/kwiz

# run_note: this run was here, and its folder stays if it fails; the last undo of this host takes it away. Those whose folders are gone are forgotten. Does
# nothing on hosts of which kwiz has nothing to take back. Several steps of a run may do this at once.
run_note() {
    [ -n "${KWIZ_RUN-}" ] && [ -d "$UNDO" ] || return 0
    ! grep -Fqxs "$KWIZ_RUN" "$UNDO/runs" || return 0
    {
        [ ! -e "$UNDO/runs" ] || while read -r run_of; do
            [ ! -d "$RUNS/$run_of/$KWIZ_HOST" ] || printf '%s\n' "$run_of"
        done <"$UNDO/runs"
        printf '%s\n' "$KWIZ_RUN"
    } >"$UNDO/runs.$$.new"
    mv "$UNDO/runs.$$.new" "$UNDO/runs"
}

# runs_remove: what runs before this one left on this host: this cluster's, and those of which nothing ran here. One that printed something which kwiz may not
# have fetched stays, and is named.
runs_remove() {
    for run_folder in "$RUNS"/[0-9]*-[0-9]*-*/"$KWIZ_HOST"; do
        [ -d "$run_folder" ] || continue
        run_of=${run_folder%/*}
        run_of=${run_of##*/}
        [ "$run_of" != "${KWIZ_RUN-}" ] || continue
        if run_has_log "$run_of" && ! grep -Fqxs "$run_of" "$UNDO/runs"; then
            continue
        fi
        if ! run_is_fetched "$run_of"; then
            kwiz_warn "the run $run_of was broken off, and kwiz may not have all that it printed on $KWIZ_HOST: $run_folder stays; delete it if nobody wants to read it"
            continue
        fi
        rm -rf "${run_folder:?}" "${RUNS_LIVE:?}/$run_of/$KWIZ_HOST"
        rmdir "$RUNS/$run_of" "$RUNS_LIVE/$run_of" 2>/dev/null || true
    done
    rm -f "$UNDO/runs" "$UNDO"/runs.*.new
}

run_has_log() {
    for run_log in "$RUNS/$1/$KWIZ_HOST"/[0-9]*.log; do
        [ ! -e "$run_log" ] || return 0
    done
    return 1
}

# run_is_fetched RUN: kwiz has told this host that it has each log, or has ended the run here (then nothing of it is in memory).
run_is_fetched() {
    [ -d "$RUNS_LIVE/$1/$KWIZ_HOST" ] || return 0
    for run_log in "$RUNS/$1/$KWIZ_HOST"/[0-9]*.log; do
        [ -e "$run_log" ] || continue
        run_request=${run_log##*/}
        [ -e "$RUNS_LIVE/$1/$KWIZ_HOST/${run_request%.log}.had" ] || return 1
    done
}

# scratch NAME: a file of this step alone; others run on this host at the same time.
scratch() {
    printf '%s/%s-%s' "$UNDO" "$1" "${KWIZ_STEP:-none}"
}

# What a step did is told by a mark in a file, as much of it happens in subshells: changes_begin, then changed wherever something was, and at the
# end changes_tell.
changes_begin() {
    undo_folder
    rm -f "$(scratch changed)"
}

changed() {
    : >"$(scratch changed)"
}

changes_made() {
    [ -e "$(scratch changed)" ]
}

changes_tell() {
    if ! changes_made; then
        kwiz_unchanged
    fi
    rm -f "$(scratch changed)"
}

# undo_name FILE: its name below UNDO/files.
undo_name() {
    printf '%s\n' "$1" | sed -e 's,%,%25,g' -e 's,/,%2F,g'
}

digest() {
    sha256sum <"$1" | cut -d' ' -f1
}

# undo_keep FILE: keeps the file as it is before the first change, or that it was not there.
undo_keep() {
    undo_folder
    kept=$UNDO/files/$(undo_name "$1")
    if [ -e "$kept.original" ] || [ -e "$kept.absent" ]; then
        return
    fi
    if [ -e "$1" ]; then
        cp -p "$1" "$kept.new"
        sync_file "$kept.new"
        mv "$kept.new" "$kept.original"
    else
        : >"$kept.absent"
    fi
}

sync_file() {
    sync "$1" 2>/dev/null || sync
}

restore_context() {
    if has_command restorecon; then
        restorecon -F "$1" 2>/dev/null || true
    fi
}

# folder_make FOLDER: with those above it; the ones made are noted for reset.
folder_make() {
    [ ! -d "$1" ] || return 0
    folder_make "$(dirname "$1")"
    undo_folder
    mkdir -m 755 "$1"
    printf '%s\n' "$1" >>"$UNDO/folders"
    restore_context "$1"
}

# replace FILE: by standard input, whole or not at all; owner and mode stay. A file that is a mount point (in containers) is written in place.
replace() {
    temporary=$(dirname "$1")/.$(basename "$1").kwiz-new
    rm -f "$temporary"
    if [ -e "$1" ]; then
        cp -p "$1" "$temporary"
        cat >"$temporary"
    else
        (umask 022 && cat >"$temporary")
    fi
    sync_file "$temporary"
    if ! mv -f "$temporary" "$1" 2>/dev/null; then
        cat "$temporary" >"$1"
        sync_file "$1"
        rm -f "$temporary"
    fi
    restore_context "$1"
}

# file_is FILE: has it exactly what comes on standard input?
file_is() {
    if [ ! -f "$1" ]; then
        cat >/dev/null
        return 1
    fi
    cmp -s - "$1"
}

# file_put FILE [MODE]: standard input becomes the file, unless it is that already.
file_put() {
    folder_make "$(dirname "$1")"
    undo_keep "$1"
    staged=$(scratch staged)
    (umask 077 && cat >"$staged")
    if ! file_is "$1" <"$staged"; then
        replace "$1" <"$staged"
        [ $# -lt 2 ] || chmod "$2" "$1"
        digest "$1" >"$UNDO/files/$(undo_name "$1").ours"
        changed
        echo "wrote $1"
    fi
    rm -f "$staged"
}

# file_restore FILE: as it was before kwiz. What somebody else has changed since is kept beside it.
file_restore() {
    kept=$UNDO/files/$(undo_name "$1")
    [ -e "$kept.original" ] || [ -e "$kept.absent" ] || return 0
    if [ -f "$1" ] && [ -e "$kept.ours" ] && [ "$(digest "$1")" != "$(cat "$kept.ours")" ]; then
        cp -p "$1" "$1.kwiz-saved"
        kwiz_warn "$1 was changed after kwiz wrote it: that version is kept as $1.kwiz-saved"
    fi
    if [ -e "$kept.absent" ]; then
        rm -f "$1"
    else
        put_back "$1"
    fi
    rm -f "$kept.original" "$kept.absent" "$kept.ours"
}

# put_back FILE: the kept original, with its owner, mode and time.
put_back() {
    mkdir -p "$(dirname "$1")"
    rm -f "$1.kwiz-new"
    cp -p "$UNDO/files/$(undo_name "$1").original" "$1.kwiz-new"
    if ! mv -f "$1.kwiz-new" "$1" 2>/dev/null; then
        cat "$1.kwiz-new" >"$1"
        rm -f "$1.kwiz-new"
    fi
    restore_context "$1"
}

# file_undo_lines FILE COMMAND...: for files that others edit too: COMMAND takes kwiz's lines out (standard input to standard output), the rest stays.
# If nothing else was changed, the original itself comes back, with its time and its last line as it was.
file_undo_lines() {
    file=$1
    shift
    original=$UNDO/files/$(undo_name "$file").original
    if [ -f "$file" ]; then
        undo_folder
        staged=$(scratch staged)
        "$@" <"$file" >"$staged"
        if [ -e "$original" ] && [ "$(cat "$staged" && echo .)" = "$(awk 1 "$original" && echo .)" ]; then
            cmp -s "$file" "$original" || put_back "$file"
        else
            file_is "$file" <"$staged" || replace "$file" <"$staged"
        fi
        rm -f "$staged"
    fi
    rm -f "$original" "${original%.original}.absent" "${original%.original}.ours"
}

# folders_undo: those that kwiz made and that are empty now, the last first.
folders_undo() {
    staged=$(scratch folders)
    cp "$UNDO/folders" "$staged" 2>/dev/null || return 0
    sed -n '1!G;h;$p' "$staged" | while IFS= read -r folder; do
        rmdir "$folder" 2>/dev/null || true
    done
    while IFS= read -r folder; do
        [ ! -d "$folder" ] || printf '%s\n' "$folder"
    done <"$staged" >"$staged.new"
    rm -f "$staged"
    mv "$staged.new" "$UNDO/folders"
    [ -s "$UNDO/folders" ] || rm -f "$UNDO/folders"
}

# empty_folder FOLDER: what is in it, not itself, and nothing on other file systems: it may be a mount point.
empty_folder() {
    if [ -d "$1" ]; then
        find "$1" -xdev -mindepth 1 -depth -delete 2>/dev/null || find "$1" -xdev -depth ! -path "$1" -exec rm -rf {} + 2>/dev/null || true
    fi
}

# fetch ADDRESS FILE: over HTTP or HTTPS, with what this host has for it.
fetch() {
    case $1 in
    http://* | https://*) ;;
    *) kwiz_fail "cannot fetch '$1'" "give an address that begins with https:// or http://, or an absolute path on the host" ;;
    esac
    if has_command curl; then
        curl --fail --silent --show-error --location --proto =http,https --connect-timeout 20 --max-time 300 --retry 2 --output "$2" "$1"
    elif has_command wget; then
        wget -q -T 60 -O "$2" "$1"
    elif [ -x /usr/lib/apt/apt-helper ]; then
        /usr/lib/apt/apt-helper download-file "$1" "$2" >/dev/null
    else
        kwiz_fail "this host has neither curl nor wget" "install curl on $KWIZ_HOST"
    fi
}

# text_or_file VALUE FILE: VALUE is an address, an absolute path on this host, or the text itself; FILE gets the text.
text_or_file() {
    case $1 in
    http://* | https://*)
        if ! (proxy_export && fetch "$1" "$2"); then
            kwiz_fail "cannot fetch $1" "look at the address, the network of $KWIZ_HOST and the answers http_proxy and no_proxy"
        fi
        ;;
    /*)
        [ -f "$1" ] || kwiz_fail "$1 is not on this host" "copy it to $KWIZ_HOST, or give an address or the text itself"
        cat "$1" >"$2"
        ;;
    *) printf '%s\n' "$1" | block_unfold >"$2" ;;
    esac
}

# block_unfold: an OpenPGP or PEM block that was squeezed into one line (as YAML's >- does) gets its lines back; anything else stays as it is. Words
# before the first long one are the block's own headers (Version, Comment), which nobody needs.
block_unfold() {
    awk '
        { line[NR] = $0 }
        END {
            if (NR != 1 || !match(line[1], /^ *-----BEGIN [A-Z0-9 ]+-----/)) {
                for (i = 1; i <= NR; i++) print line[i]
                exit
            }
            begin = substr(line[1], RSTART, RLENGTH)
            rest = substr(line[1], RSTART + RLENGTH)
            sub(/^ */, "", begin)
            print begin
            if (begin ~ /PGP/) print ""
            at = index(rest, "-----END ")
            end = at ? substr(rest, at) : ""
            n = split(at ? substr(rest, 1, at - 1) : rest, word, " ")
            for (i = 1; i <= n; i++) { if (length(word[i]) >= 60) body = 1; if (body) print word[i] }
            print end
        }'
}
