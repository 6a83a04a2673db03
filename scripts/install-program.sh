#!/usr/bin/env bash
# Puts Muster on a machine, or takes it away again: the program without its symbols, manual pages, and completions.
# Usage: [PREFIX=/usr/local] [DESTDIR=] [BINARY=.build/release/muster] install-program.sh install|uninstall
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "install: $*" >&2; exit 1; }

prefix=${PREFIX:-/usr/local}
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
remove() { rm -f "$program" "${completions[@]}" "$manual"/muster.1 "$manual"/muster-*.1; }

case ${1:-} in
uninstall)
    remove
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
