#!/usr/bin/env bash
# Promises that the packages in Examples build as those of somebody else do who depends on Muster: copied out of the
# checkout, which has another folder's name there. Their programs are then in .build/examples/debug.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "examples: $*" >&2; exit 1; }

# Kept from run to run: all that Muster depends on is built here, too.
scratch=$PWD/.build/examples
clone=$scratch/a-clone-of-another-name
mkdir -p "$scratch"
ln -sfn ../.. "$clone"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for example in Examples/*/; do
    name=$(basename "$example")
    mkdir "$place/$name"
    # Not with what somebody has built there.
    tar -c -C "$example" --exclude=./.build . | tar -x -C "$place/$name"
    sed "s|path: \"../..\"|path: \"$clone\"|" "$example/Package.swift" > "$place/$name/Package.swift"
    grep -qF "\"$clone\"" "$place/$name/Package.swift" || fatal "$name does not depend on Muster by path: \"../..\""
    # The versions that Muster itself is tested with.
    [[ ! -f Package.resolved ]] || cp Package.resolved "$place/$name"
    scripts/debug-build.sh --package-path "$place/$name" --scratch-path "$scratch"
done
