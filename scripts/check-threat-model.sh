#!/usr/bin/env bash
# Promises that the tests that docs/threat-model.md names are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

verdict=0
while read -r name; do
    # A folder, a file of Python, or a suite in Swift, perhaps without its folder.
    for place in "Tests/$name" "Tests/$name.swift" "Sources/$name"; do [[ ! -e $place ]] || continue 2; done
    [[ $name == */* ]] || [[ -z $(find Tests -name "$name" -o -name "$name.swift") ]] || continue
    # Some are named by the end of their path, after a neighbour's.
    [[ -z $(find Tests -path "*/$name.swift") ]] || continue
    echo "docs/threat-model.md: there is no test $name" >&2
    verdict=1
done < <(sed -n '/^## What holds/,/^## Attacks/p' docs/threat-model.md | grep '^|' | sed 's/.*|\(.*\)|$/\1/' |
    grep -o '`[^`]*`' | tr -d '`' | sort -u)
exit $verdict
