#!/usr/bin/env bash
# Measures the console with a million users: the time to the first byte of its pages, and look-ups by the API beside ten people who
# use it. Loopback only; everything that was started is stopped.
# The directory is built by an import once, in some minutes, and used again. Usage: scripts/bench-console.sh
# Environment: USERS (1000000), DIRECTORY (.build/bench-console-USERS), PEOPLE (10), PAUSE (1 second between two pages of one),
# SAMPLES (200 requests of each page), SECONDS_EACH (5), ROUNDS (5); BUILT=1 skips the release build, MUSTER_BINARY measures
# another binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "bench-console: $*" >&2; exit 1; }

scripts/install.sh bench
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
export MUSTER_BINARY=${MUSTER_BINARY:-$PWD/.build/release/muster} USERS=${USERS:-1000000}
export DIRECTORY=${DIRECTORY:-$PWD/.build/bench-console-$USERS}
[[ $USERS =~ ^[0-9]+$ ]] && ((USERS > 0)) || fatal "USERS must be a number from 1, not '$USERS'"
exec python3 -B Benchmarks/console/bench.py
