# What the makers of packages share; sourced by them, in the repository's folder.

fatal() { echo "$(basename "$0" .sh): $*" >&2; exit 1; }

# Fails where a program is missing.
need() {
    local program
    for program in "$@"; do
        command -v "$program" > /dev/null || fatal "there is no $program; run scripts/install.sh package"
    done
}

# The release binary; builds it where MUSTER_BINARY names none.
release_binary() {
    if [[ -z ${MUSTER_BINARY:-} ]]; then
        scripts/install.sh build >&2
        scripts/release.sh >&2
    fi
    local binary=${MUSTER_BINARY:-.build/release/muster}
    [[ -x $binary ]] || fatal "there is no program $binary"
    realpath "$binary"
}

# The version of a binary, or MUSTER_VERSION; a version that is none of Semantic Versioning is refused.
package_version() {
    local version=${MUSTER_VERSION:-$("$1" --version)}
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fatal "'$version' is no version such as 1.2.3"
    # What Debian takes for less than the version itself.
    echo "${version/-/\~}"
}

# The time of the sources in seconds, so that the same sources make the same package.
source_date() { echo "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || echo 0)}"; }
