#!/usr/bin/env bash
# Puts Muster on a machine, or takes it away again: the program without its symbols, manual pages, and completions.
# Usage: [PREFIX=/usr/local] [DESTDIR=] [BINARY=.build/release/muster] install-program.sh install|uninstall
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "install: $*" >&2; exit 1; }

# An empty one comes of a variable that was never set, and /usr/local is then not what was meant.
prefix=${PREFIX-/usr/local}
binary=${BINARY:-.build/release/muster}
[[ $prefix == /* ]] || fatal "PREFIX has to begin with /, and is '$prefix'"
root=${DESTDIR:-}$prefix
program=$root/bin/muster
manual=$root/share/man/man1
declare -A completions=(
    [bash]=$root/share/bash-completion/completions/muster
    [zsh]=$root/share/zsh/site-functions/_muster
    [fish]=$root/share/fish/vendor_completions.d/muster.fish
)

# Only pages that this program's own script wrote have such names.
pages() { compgen -G "$manual/muster.1" || compgen -G "$manual/muster-*.1"; }
remove() { rm -f "$program" "${completions[@]}" "$manual"/muster.1 "$manual"/muster-*.1; }

is_there() {
    local path
    for path in "$program" "${completions[@]}"; do [[ ! -e $path && ! -L $path ]] || return 0; done
    pages > /dev/null
}

# Removes the folders that an installation makes, where nothing else is in them; a system's own stay.
tidy() {
    local path folders=("$manual")
    for path in "${completions[@]}"; do folders+=("$(dirname "$path")" "$(dirname "$(dirname "$path")")"); done
    case ${prefix%/} in
    '' | /usr | /usr/local) ;;
    *) folders+=("$root/share/man" "$root/share" "$root/bin" "$root") ;;
    esac
    for path in "${folders[@]}"; do rmdir "$path" 2> /dev/null || true; done
}

case ${1:-} in
uninstall)
    if ! is_there; then
        echo "install: there is no Muster in $root; nothing was removed"
        exit
    fi
    remove
    tidy
    echo "install: removed Muster from $root"
    exit
    ;;
install) ;;
*) fatal "what: install or uninstall?" ;;
esac

[[ -x $binary ]] || fatal "there is no $binary; run 'make build' first, or name another one by BINARY="
command -v python3 > /dev/null || fatal "python3 is missing, which writes the manual pages"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All is made before anything is put anywhere.
cp "$binary" "$work/muster"
if command -v strip > /dev/null; then
    strip "$work/muster"
else
    echo "install: there is no strip (Debian's binutils); the program keeps its symbols" >&2
fi
version=$("$work/muster" --version)
mkdir "$work/man1"
"$work/muster" --experimental-dump-help | python3 scripts/manual.py "$work/man1" "$version"
for shell in "${!completions[@]}"; do
    "$work/muster" completions "$shell" > "$work/$shell"
done

remove
install -d "$root/bin" "$manual"
install -m 0755 "$work/muster" "$program"
install -m 0644 "$work"/man1/*.1 "$manual"
for shell in "${!completions[@]}"; do
    install -d "$(dirname "${completions[$shell]}")"
    install -m 0644 "$work/$shell" "${completions[$shell]}"
done
echo "install: Muster $version is in $root"
