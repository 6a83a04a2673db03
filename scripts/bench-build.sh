#!/usr/bin/env bash
# Measures a whole build, from sources to the release binary, beside that of another commit: each in a folder of its own, with
# dependencies fetched before the clock runs and nothing compiled before, in turns. Prints the ratio, and the binary's size
# without symbols. Half an hour to an hour on two processors.
# Usage: BEFORE=COMMIT scripts/bench-build.sh
# Environment: BEFORE, the commit to build beside this one; ROUNDS (1).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "bench-build: $*" >&2; exit 1; }

[[ -n ${BEFORE:-} ]] || fatal "BEFORE is to name the commit to build beside this one"
before=$(git rev-parse --verify --quiet "$BEFORE^{commit}") || fatal "there is no commit $BEFORE here"
now=$(git rev-parse HEAD)
rounds=${ROUNDS:-1}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || fatal "ROUNDS is to be a number from 1, not '$rounds'"
scripts/install.sh build
work=$(mktemp -d "${TMPDIR:-/tmp}/muster-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

for which in before now; do
    git clone --quiet --no-checkout . "$work/$which"
    git -C "$work/$which" checkout --quiet "${!which}"
    (cd "$work/$which" && swift package resolve) > "$work/log" 2>&1 || fatal "$(tail -5 "$work/log")"
done

# The seconds of a build of which nothing is there yet.
build() {
    local begun
    find "$work/$1/.build" -mindepth 1 -maxdepth 1 ! -name checkouts ! -name repositories ! -name artifacts \
        ! -name workspace-state.json -exec rm -rf {} +
    sync
    begun=$(date +%s.%N)
    make -C "$work/$1" build > "$work/log" 2>&1 || fatal "$(tail -20 "$work/log")"
    echo "$(date +%s.%N) $begun" | awk '{printf "%.1f\n", $1 - $2}'
}

for ((round = 1; round <= rounds; round++)); do
    order=(before now)
    ((round % 2)) || order=(now before)
    for which in "${order[@]}"; do
        seconds=$(build "$which")
        echo "$seconds" >> "$work/$which.seconds"
        echo "$(date +%H:%M:%S) ${!which}: $seconds s"
    done
done
for which in before now; do
    strip -o "$work/$which.stripped" "$work/$which/.build/release/muster"
done
awk -v commit="${before:0:8}" -v size_before="$(stat -c %s "$work/before.stripped")" -v size="$(stat -c %s "$work/now.stripped")" '
    FILENAME ~ /before/ { old[++m] = $1; next }
    { new[++n] = $1 }
    function middle(values, count,   i, j, v) {
        for (i = 2; i <= count; i++) {
            v = values[i]
            for (j = i - 1; j > 0 && values[j] > v; j--) values[j + 1] = values[j]
            values[j + 1] = v
        }
        return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
    }
    function judged(value, bar, aim) {
        return value <= aim ? "aim reached" : value <= bar ? "bar reached" : "**bar missed**"
    }
    END {
        ratio = middle(new, n) / middle(old, m)
        print "| what | bar | aim | measured |  |"
        print "| --- | --- | --- | --- | --- |"
        printf "| a whole build, of that of %s | ≤ 0.75 | ≤ 0.50 | %.2f (%.0f of %.0f s) | %s |\n", commit, ratio, middle(new, n), middle(old, m), judged(ratio, 0.75, 0.5)
        printf "| binary without symbols, MB | ≤ 55.0 | ≤ 35.0 | %.1f (before: %.1f) | %s |\n", size / 1e6, size_before / 1e6, judged(size / 1e6, 55, 35)
    }' "$work/before.seconds" "$work/now.seconds"
