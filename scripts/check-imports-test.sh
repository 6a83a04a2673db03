#!/usr/bin/env bash
# Promises that check-imports.sh finds a forbidden import and an unknown target: a check that cannot fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-imports-test: $*" >&2; exit 1; }

mkdir -p "$scratch/MusterCore"
echo 'import Synchronization' > "$scratch/MusterCore/Allowed.swift"
scripts/check-imports.sh "$scratch" || fatal "an allowed import was refused"
echo 'public import Hummingbird' > "$scratch/MusterCore/Forbidden.swift"
if scripts/check-imports.sh "$scratch" 2> "$scratch/report"; then fatal "a forbidden import passed"; fi
grep -q 'MusterCore may not import Hummingbird' "$scratch/report" || fatal "the import was not named"
rm "$scratch/MusterCore/Forbidden.swift"
mkdir "$scratch/Stranger"
if scripts/check-imports.sh "$scratch" 2> /dev/null; then fatal "an unknown target passed"; fi
