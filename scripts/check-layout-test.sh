#!/usr/bin/env bash
# Promises that check-layout.sh finds what lies where nobody looks for it: a check that cannot fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-layout-test: $*" >&2; exit 1; }

server=$scratch/Sources/MusterServer
for dialect in Alpha Beta Gamma Delta; do
    mkdir -p "$server/$dialect/Users" "$server/$dialect/Errors" "$scratch/Tests/MusterServerTests/$dialect"
    touch "$server/$dialect/${dialect}Dialect.swift" "$server/$dialect/${dialect}Routes.swift" \
        "$server/$dialect/Users/${dialect}UserRoutes.swift" "$server/$dialect/Errors/${dialect}Errors.swift"
done
scripts/check-layout.sh "$scratch" || fatal "what is laid out alike was refused"

# refuse FILE WORDS: the file is complained of in these words.
refuse() {
    mkdir -p "$(dirname "$server/$1")"
    touch "$server/$1"
    if scripts/check-layout.sh "$scratch" 2> "$scratch/report"; then fatal "$1 passed"; fi
    grep -q -- "$2" "$scratch/report" || fatal "$1: $(cat "$scratch/report")"
    rm "$server/$1"
    find "$server" -type d -empty -delete
}
refuse Alpha/AlphaPage.swift "lies in no folder of its noun"
refuse Alpha/Users/Page.swift "does not begin with Alpha"
refuse Alpha/Groups/AlphaPage.swift "has no AlphaGroupRoutes.swift"
refuse Alpha/Users/Deep/AlphaUserPage.swift "lies deeper"
rmdir "$scratch/Tests/MusterServerTests/Beta"
if scripts/check-layout.sh "$scratch" 2> /dev/null; then fatal "a dialect without tests passed"; fi
