# shellcheck shell=sh
# Packages and where they come from, for distributions with dpkg and apt, or rpm and dnf. What is installed is written down, so that reset can
# take away exactly that.

# package_family: apt, apt-rpm (ALT's) or dnf; 1 where none of them is there.
package_family() {
    if has_command dpkg-query && has_command apt-get; then
        echo apt
    elif has_command rpm && has_command apt-get; then
        echo apt-rpm
    elif has_command rpm && { has_command dnf || has_command yum; }; then
        echo dnf
    else
        return 1
    fi
}

distribution() {
    (
        # shellcheck source=/dev/null
        . /etc/os-release
        printf '%s' "${PRETTY_NAME:-${ID:-this system}}"
    )
}

family_or_fail() {
    if ! package_family; then
        kwiz_fail "packages of $(distribution) can't be installed by kwiz" \
            "of containerd and Kubernetes it can fetch releases (install_from: binaries); install anything else yourself, kwiz then uses what it finds"
    fi
}

dnf_run() {
    if has_command dnf; then
        dnf --assumeyes --quiet "$@"
    else
        yum --assumeyes --quiet "$@"
    fi
}

# apt_rpm_run: knows less than the apt it was made from: no lock to wait for, nothing recommended.
apt_rpm_run() {
    apt-get -q -y "$@"
}

apt_run() {
    # The lock may be held by unattended upgrades; needrestart must not ask.
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none \
        apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::Retries=2 "$@"
}

package_list() {
    case $(package_family) in
    apt)
        # shellcheck disable=SC2016 # dpkg-query fills it in
        dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | awk '$1 ~ /^.i/ { print $2 }'
        ;;
    apt-rpm | dnf) rpm -qa --queryformat '%{NAME}\n' ;;
    esac | LC_ALL=C sort -u
}

package_is_installed() {
    case $(package_family) in
    apt)
        # shellcheck disable=SC2016 # dpkg-query fills it in
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
        ;;
    apt-rpm | dnf) rpm -q "$1" >/dev/null 2>&1 ;;
    *) return 1 ;;
    esac
}

# package_candidate NAMES: of these (commas between them) the first that the sources have; "NAME VERSION".
package_candidate() {
    package_candidate_now "$1" || {
        lists_refresh >&2
        package_candidate_now "$1"
    }
}

package_candidate_now() {
    for name in $(printf '%s' "$1" | tr ',' ' '); do
        case $(package_family) in
        apt | apt-rpm) version=$(apt-cache policy "$name" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -vx '(none)') || version= ;;
        dnf) version=$(dnf_run repoquery --latest-limit 1 --queryformat '%{version}\n' "$name" 2>/dev/null | tail -n 1) || version= ;;
        esac
        if [ -n "$version" ]; then
            printf '%s %s\n' "$name" "$version"
            return
        fi
    done
    return 1
}

# package_install STEP PACKAGE...: what is new on the host afterwards is noted for STEP's undo, also when it fails half-way.
package_install() {
    note=$UNDO/packages-$1
    shift
    undo_folder
    [ -e "$note.before" ] || package_list >"$note.before"
    status=0
    package_install_now "$@" || {
        # What the lists name may be there no more, or the lists are missing.
        echo "once more, with fresh package lists"
        lists_refresh
        package_install_now "$@" || status=$?
    }
    package_list | LC_ALL=C comm -13 "$note.before" - >"$note.new"
    if [ -f "$note" ]; then
        LC_ALL=C sort -u -o "$note.new" "$note" "$note.new"
    fi
    mv "$note.new" "$note"
    rm -f "$note.before"
    return "$status"
}

package_install_now() {
    (
        proxy_export
        case $(package_family) in
        apt) apt_run --no-install-recommends --allow-change-held-packages install "$@" ;;
        apt-rpm) apt_rpm_run install "$@" ;;
        dnf) dnf_run --setopt=disable_excludes=kwiz-kubernetes install "$@" ;;
        esac
    )
}

# lists_refresh: of all the host's package sources.
lists_refresh() {
    (
        proxy_export
        case $(package_family) in
        apt) apt_run update ;;
        apt-rpm) apt_rpm_run update ;;
        dnf) dnf_run makecache ;;
        esac
    ) || kwiz_warn "not all package lists of $KWIZ_HOST could be refreshed"
}

# package_undo STEP: what kwiz installed goes, unless something else needs it by now.
package_undo() {
    note=$UNDO/packages-$1
    [ -f "$note" ] || return 0
    package_list | LC_ALL=C comm -12 - "$note" >"$note.left"
    case $(package_family) in
    apt) package_undo_apt "$note.left" ;;
    apt-rpm)
        if [ -s "$note.left" ]; then
            # shellcheck disable=SC2046 # words are wanted
            rpm -e $(cat "$note.left") || kwiz_warn "packages stay, as others need them: $(tr '\n' ' ' <"$note.left")"
        fi
        ;;
    dnf)
        if [ -s "$note.left" ]; then
            # shellcheck disable=SC2046 # words are wanted
            dnf_run --setopt=disable_excludes=kwiz-kubernetes --setopt=clean_requirements_on_remove=false remove $(cat "$note.left")
        fi
        ;;
    esac
    rm -f "$note" "$note.left"
}

package_undo_apt() {
    while [ -s "$1" ]; do
        # shellcheck disable=SC2046 # words are wanted
        others=$(apt_run --simulate --allow-change-held-packages purge $(cat "$1") |
            sed -n 's/^\(Purg\|Remv\) \([^ ]*\).*/\2/p' | LC_ALL=C sort -u | LC_ALL=C comm -13 "$1" -)
        if [ -z "$others" ]; then
            # shellcheck disable=SC2046 # words are wanted
            apt_run --allow-change-held-packages purge $(cat "$1")
            return
        fi
        # Of what is to go, keep what those others need, and look again.
        # shellcheck disable=SC2086 # words are wanted
        needed=$(apt-cache depends --installed --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
            --no-enhances $others | sed -n 's/^\([a-z0-9][^ ]*\)$/\1/p' | LC_ALL=C sort -u | LC_ALL=C comm -12 "$1" -)
        if [ -z "$needed" ]; then
            kwiz_warn "packages stay, as others need them: $(tr '\n' ' ' <"$1")"
            return
        fi
        kwiz_warn "packages stay, as $others need them: $(printf '%s' "$needed" | tr '\n' ' ')"
        printf '%s\n' "$needed" | LC_ALL=C comm -23 "$1" - >"$1.new"
        mv "$1.new" "$1"
    done
}

# A repository NAME is an address, or for apt an address with suite and components behind it.
repository_file() {
    case $(package_family) in
    apt) printf '/etc/apt/sources.list.d/kwiz-%s.list' "$1" ;;
    dnf) printf '/etc/yum.repos.d/kwiz-%s.repo' "$1" ;;
    esac
}

repository_key_file() {
    case $(package_family) in
    apt) printf '/etc/apt/keyrings/kwiz-%s.asc' "$1" ;;
    dnf) printf '/etc/pki/rpm-gpg/RPM-GPG-KEY-kwiz-%s' "$1" ;;
    esac
}

# repository_text NAME SPEC: the file that makes it known.
repository_text() {
    case $(package_family) in
    apt)
        case $2 in
        *' '*) spec=$2 ;;
        */) spec="$2 /" ;;
        *) spec="$2/ /" ;;
        esac
        printf '# Written by kwiz.\ndeb [signed-by=%s] %s\n' "$(repository_key_file "$1")" "$spec"
        ;;
    dnf)
        printf '# Written by kwiz.\n[kwiz-%s]\nname=%s (kwiz)\nbaseurl=%s\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://%s\n' \
            "$1" "$1" "$2" "$(repository_key_file "$1")"
        # What apt calls held: only kwiz installs and upgrades these.
        [ "$1" != kubernetes ] || echo 'exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni'
        ;;
    esac
}

# repository_add NAME SPEC KEY: KEY is an address, a path or the key itself. The key is looked at before anything trusts it.
repository_add() {
    if [ "$(package_family)" = apt-rpm ]; then
        kwiz_fail "a package repository of your own can't be made known to apt of $(distribution) by kwiz" \
            "add $2 to /etc/apt/sources.list.d yourself and leave package_repository and runtime_repository empty: what apt knows is then used"
    fi
    undo_folder
    key=$UNDO/key.new
    (umask 077 && : >"$key")
    text_or_file "$3" "$key"
    key_check "$key" "$3"
    case $3 in
    http://*) kwiz_warn "the key of $2 was fetched without encryption; give it by path or as text to be sure of it" ;;
    esac
    file_put "$(repository_key_file "$1")" 644 <"$key"
    rm -f "$key"
    repository_text "$1" "$2" | file_put "$(repository_file "$1")" 644
    repository_update "$1" "$2"
}

# key_check FILE ORIGIN: is it an OpenPGP key, and the one whose fingerprint was answered?
key_check() {
    if ! grep -q '^-----BEGIN PGP PUBLIC KEY BLOCK-----' "$1" || ! grep -q '^-----END PGP PUBLIC KEY BLOCK-----' "$1"; then
        kwiz_fail "what should be the repository's key is no OpenPGP public key in ASCII form" \
            "package_key and runtime_key must be the address, path or text of a block that begins with -----BEGIN PGP PUBLIC KEY BLOCK-----"
    fi
    if is_answered package_key_fingerprint && [ "$2" = "$(answer package_key "$2")" ]; then
        has_command gpg || kwiz_fail "the fingerprint of the key can't be checked: this host has no gpg" "install gnupg on $KWIZ_HOST"
        found=$(gpg --no-options --homedir "$UNDO" --no-tty --batch --show-keys --with-colons "$1" 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }')
        wanted=$(answer package_key_fingerprint | tr -d ' :' | tr '[:lower:]' '[:upper:]')
        [ "$found" = "$wanted" ] || kwiz_fail "the repository's key has the fingerprint ${found:-(none)}, expected $wanted" \
            "somebody else's key: do not go on before you know why"
    fi
}

# repository_update NAME SPEC: reads that repository's lists, and only those.
repository_update() {
    (
        proxy_export
        case $(package_family) in
        apt)
            apt_run -o "Dir::Etc::sourcelist=$(repository_file "$1")" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 \
                -o APT::Update::Error-Mode=any update
            ;;
        dnf) dnf_run --disablerepo='*' --enablerepo="kwiz-$1" makecache ;;
        esac
    ) || kwiz_fail "the package repository $2 can't be used" \
        "the lines above say why: not reachable, no repository there, or not signed by the given key"
}

# repository_remove NAME SPEC
repository_remove() {
    [ "$(package_family)" != apt-rpm ] || return 0
    file=$(repository_file "$1")
    if [ "$(package_family)" = apt ] && [ -f "$file" ]; then
        # apt keeps lists under the address, with _ for each slash.
        prefix=$(sed -n 's/^deb \[[^]]*\] [a-z+]*:\/\/\([^ ]*\).*/\1/p' "$file" | tr / _)
        [ -z "$prefix" ] || rm -f "/var/lib/apt/lists/$prefix"*
    fi
    file_restore "$file"
    file_restore "$(repository_key_file "$1")"
    if [ "$(package_family)" = dnf ]; then
        rm -rf /var/cache/dnf/kwiz-"$1"-* /var/cache/libdnf5/kwiz-"$1"-*
    fi
}
