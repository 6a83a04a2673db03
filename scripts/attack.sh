#!/usr/bin/env bash
# Attacks a server of this build for a long time, on loopback; stops at the first finding and prints its seed.
# Environment: MINUTES (120), SEED, SECONDS_EACH (60); MUSTER_BINARY attacks another binary and builds nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ -z ${MUSTER_BINARY:-} ]]; then
    scripts/install.sh build
    scripts/release.sh
    export MUSTER_BINARY=$PWD/.build/release/muster
fi
# First the memory that a crowd with unfinished bodies can take, as docs/threat-model.md says it.
python3 -B Tests/Attack/bodies.py --limits bodies
MINUTES=${MINUTES:-120} exec Tests/Attack/run.sh "$@"
