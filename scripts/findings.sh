#!/usr/bin/env bash
# Runs the findings one after another and says which are no longer as they were found. They install pinned packages
# and need a network that has them, so they are no part of the tests.
# Usage: findings.sh [NAME ...], all of findings/ if none is named
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if (($# == 0)); then
    for file in findings/*.sh; do
        name=$(basename "$file" .sh)
        [[ $name == lib ]] || set -- "$@" "$name"
    done
fi
changed=()
for name in "$@"; do
    echo "== $name"
    timeout --foreground 180 bash "findings/$name.sh" </dev/null || changed+=("$name")
    echo
done
if ((${#changed[@]} > 0)); then
    echo "not as they were found: ${changed[*]}" >&2
    exit 1
fi
echo "$# findings, all as they were found"
