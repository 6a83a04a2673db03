# Sourced by each finding: a temporary folder that goes away with the processes that were started, and pinned packages.
# FINDINGS_UNPACK=1 takes Debian packages from their archives even where they are installed.
set -euo pipefail
export LC_ALL=C.UTF-8

folder=$(mktemp -d)
chmod 755 "$folder"
started=()

clean_up() {
    for process in "${started[@]}"; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ends with a sentence that says what is no longer as it was, or cannot be seen here.
changed() {
    echo "CHANGED: $*" >&2
    exit 1
}

# What a Debian version is without its epoch and its revision.
upstream_of() {
    local version=${1#*:}
    echo "${version%-*}"
}

# apt-get that neither locks nor writes anything outside the folder.
apt() {
    apt-get -qq -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dir::Log="$folder" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "$@"
}

# Sees to a Debian package of an upstream version: the installed one, or else one unpacked in the folder with what it
# needs. Prints its version.
debian() {
    local name=$1 upstream=$2 version status packages
    status=$(dpkg-query -W -f '${db:Status-Abbrev} ${Version}' "$name" 2>/dev/null || true)
    version=${status##* }
    if [[ $status != ii* || $(upstream_of "$version") != "$upstream" || -n ${FINDINGS_UNPACK:-} ]]; then
        packages=$(apt install --simulate "$name" 2>/dev/null | sed -nE 's/^Inst ([^ ]+) .*\(([^ ]+) .*/\1=\2/p')
        mkdir -p "$folder/archives" "$folder/unpacked"
        # shellcheck disable=SC2086 # one word a package
        (cd "$folder/archives" && apt download ${packages:-$name}) >/dev/null ||
            changed "$name cannot be downloaded; run 'apt-get update' first"
        for archive in "$folder"/archives/*.deb; do
            dpkg -x "$archive" "$folder/unpacked"
        done
        version=$(dpkg-deb -f "$folder/archives/${name}"_*.deb Version)
        [[ $(upstream_of "$version") == "$upstream" ]] ||
            changed "$name $upstream is asked for, and this Debian has $version"
        rm -r "$folder/archives"
        use_unpacked
    fi
    echo "$name $version"
}

# Puts the programs and libraries of unpacked packages before those of the system.
use_unpacked() {
    local tree=$folder/unpacked libraries
    export PATH="$tree/usr/sbin:$tree/usr/bin:$tree/sbin:$tree/bin:$PATH"
    libraries=$(find "$tree" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
    export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}

# Where a file of a Debian package is: unpacked, or in the system.
found() {
    local unpacked
    for unpacked in "$folder/unpacked"$1; do
        if [[ -e $unpacked ]]; then
            echo "$unpacked"
            return
        fi
    done
    compgen -G "$1" | head -n 1
}

# Makes a virtual environment of a name with the packages of exactly the versions given, and prints them.
pypi() {
    local name=$1
    shift
    python3 -m venv "$folder/$name"
    "$folder/$name/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check "$@"
    echo "$name: $*"
}

# Runs a command again, for ten seconds at most, until it succeeds.
await() {
    local attempt
    for ((attempt = 0; attempt < 50; attempt++)); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.2
    done
    changed "no answer within ten seconds to: $*"
}

PATH=$PATH:/usr/sbin:/sbin
