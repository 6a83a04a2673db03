#!/usr/bin/env bash
# Lets a cluster on this machine fail in every way, for some minutes; fails at the first promise that did not hold.
# Usage: cluster-test.sh [scene ...]
# Environment: TIMES, how often each thing happens in a row (3, and 10 for the killed primary); MUSTER_BINARY tests another
# binary and builds nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh cluster
if [[ -z ${MUSTER_BINARY:-} ]]; then
    scripts/install.sh build
    scripts/release.sh
    export MUSTER_BINARY=$PWD/.build/release/muster
fi
export PYTHONDONTWRITEBYTECODE=1
cluster=(python3 Tests/Cluster/cluster.py)
# Root may mount a small disk; in a place of its own, so that it goes with the test.
if ((EUID == 0)) && unshare --mount true 2> /dev/null; then
    cluster=(unshare --mount --propagation private "${cluster[@]}")
fi
if (($# > 0)) || [[ -n ${TIMES:-} ]]; then
    exec "${cluster[@]}" --times "${TIMES:-3}" "$@"
fi
"${cluster[@]}" --times 10 failover
exec "${cluster[@]}" --times 3 standby restart hang links slots full strangers two_primaries patroni
