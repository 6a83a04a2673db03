#!/usr/bin/env bash
# Measures logins with second factors, passkeys and a crowd that guesses at a password, writes the table of
# docs/benchmarks.md, and then has 1,000 codes sent by mail over five kills of the server. Loopback only; stops all it started.
# Usage: scripts/bench-factors.sh   (about 20 minutes)
# Environment: LOGINS, SIGN_INS, WRONG, CROWD_SECONDS, SECONDS_EACH, ROUNDS; CELLS chooses some of "app passkey time crowd
# letters"; BUILT=1 skips the release build, MUSTER_BINARY measures another binary, VERIFIER names a program Signatures
# that was built; PAGE is the page to write, empty for none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cells=${CELLS:-app passkey time crowd letters}
scripts/install.sh bench
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
export MUSTER_BINARY=${MUSTER_BINARY:-$PWD/.build/release/muster}
if [[ $cells != letters ]]; then
    CELLS=${cells/ letters/} python3 -B Benchmarks/peers/bench.py factors
fi
if [[ " $cells " == *" letters "* ]]; then
    LETTERS=1000 Tests/Conformance/run.sh delivery
fi
