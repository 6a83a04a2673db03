#!/usr/bin/env bash
# Runs the Swift tests under Thread Sanitizer and Address Sanitizer, each with a build of its own, and fails at the first
# finding. Usage: sanitize.sh [thread|address ...]
# Thread Sanitizer runs the tests of what has no `Mutex`: of Swift's own on Linux it knows nothing, and takes each use for a race.
# TARGETS="TextBytesTests WireJSONTests" builds and runs these alone; SANITIZE_BUILD= is where it builds (.build/sanitize).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "sanitize: $*" >&2; exit 1; }

declare -A runtimes=([thread]=tsan [address]=asan)
without_mutex="LDAPWireTests MusterAPITests NormalFormsTests QRCodeTests SCIMAPITests TenableAPITests TextBytesTests WireJSONTests"
declare -A targets=([thread]=$without_mutex [address]="")
sanitizers=("$@")
((${#sanitizers[@]})) || sanitizers=(thread address)
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
for sanitizer in "${sanitizers[@]}"; do
    [[ -n ${runtimes[$sanitizer]:-} ]] || fatal "thread or address, not '$sanitizer'"
    [[ -n $(find -L "$resources/clang/lib" -name "libclang_rt.${runtimes[$sanitizer]}*.a" | grep -m 1 "$(uname -m)") ]] ||
        fatal "the toolchain has no library of $sanitizer sanitizer for $(uname -m)"
done
scripts/install.sh check

# A finding ends the tests. What SQLite, libsodium and the C library keep to the end is no leak; races between threads of
# the Swift runtime and of libraries that were built without the sanitizer would be, and are passed over.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0
export TSAN_OPTIONS=halt_on_error=1:ignore_noninstrumented_modules=1:suppressions=$PWD/scripts/thread-sanitizer.txt
for sanitizer in "${sanitizers[@]}"; do
    unset MUSTER_TESTS
    chosen=${TARGETS:-${targets[$sanitizer]}}
    [[ -z $chosen ]] || export MUSTER_TESTS=$chosen
    build=${SANITIZE_BUILD:-.build/sanitize}/$sanitizer
    echo "== $sanitizer sanitizer"
    scripts/progress.py ".build/sanitize-$sanitizer.log" \
        swift build --build-tests --sanitize "$sanitizer" --scratch-path "$build"
    # Some ten times slower than without.
    # Memory is not kept for hashes there, so that every fault in it is seen; and a bound of time is for a program without.
    timeout 5400 swift test --skip-build --sanitize "$sanitizer" --scratch-path "$build" \
        --skip HashingMemoryTests --skip HostileTests
done
