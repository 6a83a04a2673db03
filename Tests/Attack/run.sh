#!/usr/bin/env bash
# Attacks the built server's own guards, and fails at the first finding: about two minutes for all, or MINUTES.
# Usage: run.sh [attack ...]
# Environment: MUSTER_BINARY, the server (else the debug build); MINUTES, how long; SECONDS_EACH, how long each attack
# takes (8, or 60 with MINUTES); SEED, of an earlier run, to send the same again.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export MUSTER_BINARY=${MUSTER_BINARY:-$here/../../.build/debug/muster}
export PYTHONDONTWRITEBYTECODE=1
if [[ ! -x $MUSTER_BINARY ]]; then
    echo "attacks: no server at $MUSTER_BINARY; build it first or set MUSTER_BINARY" >&2
    exit 2
fi

options=()
[[ -z ${SEED:-} ]] || options+=(--seed "$SEED")
if [[ -n ${MINUTES:-} ]]; then
    options+=(--minutes "$MINUTES" --seconds "${SECONDS_EACH:-60}")
else
    options+=(--seconds "${SECONDS_EACH:-8}")
fi
exec python3 "$here/attack.py" "${options[@]}" "$@"
