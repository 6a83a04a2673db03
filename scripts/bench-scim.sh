#!/usr/bin/env bash
# Measures look-ups by SCIM beside the native ones, pages beside scim2-server and Canaille, and one member more of a large group, and
# writes the table of docs/benchmarks.md. The two others come from PyPI into .build/venvs. Loopback only; stops all it started.
# Usage: scripts/bench-scim.sh   (about 10 minutes)
# Environment: USERS (10000; the two others have as many, and 10000 at most), MEMBERS (50000) of the large group, CHANGES (200) of a
# round in it, SECONDS_EACH (4), ROUNDS (3); CELLS chooses some of "look-up page member" and prints only; BUILT=1 skips the release
# build, MUSTER_BINARY measures another binary; PAGE is the page to write, empty for none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venvs=$PWD/.build/venvs
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Makes the virtual environment of a peer, again when its requirements have changed.
prepare() {
    local venv=$venvs/bench-$1 wanted=Benchmarks/peers/requirements-$1.txt
    cmp -s "$wanted" "$venv/requirements.txt" && return
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$wanted"
    cp "$wanted" "$venv/requirements.txt"
}

scripts/install.sh bench
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
export MUSTER_BINARY=${MUSTER_BINARY:-$PWD/.build/release/muster}
if [[ " ${CELLS:-page} " == *" page "* ]]; then
    mkdir -p "$venvs"
    prepare scim2-server
    prepare canaille
fi
exec python3 -B Benchmarks/peers/bench.py scim
