#!/usr/bin/env bash
# Promises that hot paths need no more instructions and allocations than Benchmarks/Thresholds allows.
# Whole requests are counted under callgrind, parts of them in-process by the package in Benchmarks.
# UPDATE=1 writes the thresholds again. BUILT=1 skips the release build of the server, MUSTER_BINARY takes another.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh micro
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
echo "== whole requests"
python3 -B Benchmarks/peers/bench.py instructions
echo "== parts of requests"
cd Benchmarks
word=check
[[ -z ${UPDATE:-} ]] || word=update
said=$(mktemp)
trap 'rm -f "$said"' EXIT
parts=(swift package --allow-writing-to-package-directory benchmark thresholds "$word" --path Thresholds --no-progress)
if "${parts[@]}" &> "$said"; then
    echo "as the thresholds say"
elif grep --quiet benchmarkThresholdImprovement "$said"; then
    grep '[│╒╞╘]\|^Deviations' "$said" || true
    echo "bench: fewer than the thresholds; UPDATE=1 keeps the gain"
else
    cat "$said"
    exit 1
fi
