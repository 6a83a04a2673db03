#!/usr/bin/env bash
# Fuzzes every reader of what comes from outside with libFuzzer, MINUTES= (1) each, from the corpora in Tests/FuzzTests, and
# fails at the first finding. Usage: fuzz.sh [target ...]
# FUZZ_BUILD= is where the fuzzer is built (.build/fuzz); KEEP=1 puts what was worth keeping into the corpora.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install.sh build

fatal() { echo "fuzz: $*" >&2; exit 1; }

minutes=${MINUTES:-1} build=${FUZZ_BUILD:-.build/fuzz} corpora=$PWD/Tests/FuzzTests/Corpora
[[ $minutes =~ ^[0-9]+$ ]] && ((minutes > 0)) || fatal "MINUTES must be a number from 1, not '$minutes'"
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
runtime=$(find -L "$resources/clang/lib" -name "libclang_rt.fuzzer_no_main*.a" | grep -m 1 -e "$(uname -m)" -e '/fuzzer_no_main.a' || true)
[[ -n $runtime ]] || fatal "the toolchain has no libFuzzer (libclang_rt.fuzzer_no_main) for $(uname -m)"
export MUSTER_FUZZER_RUNTIME=$runtime

[[ -e $build ]] || echo "fuzz: the first build takes some ten minutes on two processors"
scripts/progress.py .build/fuzz.log swift build --scratch-path "$build" --product Fuzz
targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(cd "$corpora" && printf '%s\n' *)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "${targets[@]}"; do
    [[ -d $corpora/$target ]] || fatal "there is no target $target; there are: $(cd "$corpora" && echo *)"
    mkdir "$work/$target"
    # Ten seconds are a finding, on a machine that has nothing else to do, and a gigabyte; few readers take 16 KiB.
    code=0
    MUSTER_FUZZ_TARGET=$target "$build/debug/Fuzz" "$work/$target" "$corpora/$target" \
        -max_total_time=$((60 * minutes)) -timeout=10 -rss_limit_mb=1024 -max_len=16384 -print_final_stats=1 \
        -verbosity=0 -artifact_prefix="$work/" > "$work/log" 2>&1 || code=$?
    if ((code != 0)); then
        cat "$work/log" >&2
        mkdir -p .build/findings
        find "$work" -maxdepth 1 -name '*-*' -exec mv {} .build/findings/ \;
        fatal "$target has a finding; .build/findings has what brought it about"
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    echo "fuzz: $target: $runs runs in $minutes min, $(find "$work/$target" -type f | wc -l) worth keeping, no finding"
    if [[ -n ${KEEP:-} ]]; then
        MUSTER_FUZZ_TARGET=$target "$build/debug/Fuzz" -merge=1 -verbosity=0 "$corpora/$target" "$work/$target" 2> /dev/null
    fi
done
