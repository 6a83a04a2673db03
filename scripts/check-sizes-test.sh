#!/usr/bin/env bash
# Promises that check-sizes.sh finds files that are too long, in each language and wherever they are: a check that cannot
# fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-sizes-test: $*" >&2; exit 1; }

scripts/check-sizes.sh "$scratch" || fatal "a folder without files was refused"
for file in Sources/House/House.swift Sources/CHouse/house.c Tests/Conformance/dialects/test_house.py \
    Tests/Attack/attack.py Benchmarks/peers/bench.py findings/house.py scripts/house.sh Package.swift; do
    mkdir -p "$scratch/$(dirname "$file")"
    seq 400 > "$scratch/$file"
    scripts/check-sizes.sh "$scratch" || fatal "400 lines were refused: $file"
    seq 401 > "$scratch/$file"
    if scripts/check-sizes.sh "$scratch" 2> "$scratch/report"; then fatal "401 lines passed: $file"; fi
    grep -qF "./$file: 401 lines" "$scratch/report" || fatal "the file was not named: $file"
    rm "$scratch/$file"
done

# What was built or fetched is none of the package's.
mkdir -p "$scratch/.build/checkouts"
seq 401 > "$scratch/.build/checkouts/Stranger.swift"
scripts/check-sizes.sh "$scratch" || fatal "a file of a build was refused"

# One of ten files of the program may be long, two may not.
for number in {1..20}; do seq 149 > "$scratch/Sources/House/$number.swift"; done
for number in 1 2; do seq 150 > "$scratch/Sources/House/$number.swift"; done
scripts/check-sizes.sh "$scratch" || fatal "two long files of twenty were refused"
seq 150 > "$scratch/Sources/House/3.swift"
if scripts/check-sizes.sh "$scratch" 2> "$scratch/report"; then fatal "three long files of twenty passed"; fi
grep -qF "3 of 20" "$scratch/report" || fatal "the number of long files was not told"
