#!/usr/bin/env bash
# Measures searches and the audit log with a million users beside OpenLDAP's slapd, and look-ups beside people who search, list,
# export, look at the audit log, import, back up and log in; writes the table of docs/benchmarks.md. Loopback only; stops all it started.
# Both directories are made once, in some minutes, and copied for each run. Usage: scripts/bench-searches.sh   (then about 10 minutes)
# Environment: USERS (1000000), EVENTS of the audit log (five for each user), of which as many are made as FILL_SECONDS (240) allow,
# DIRECTORY (.build/bench-searches-USERS-EVENTS), SAMPLES (50 times each question in a round), SECONDS_EACH (10), ROUNDS (2);
# CELLS chooses some of "prefix substring audit nobody search list export query import backup login all" and prints only;
# BUILT=1 skips the release build, MUSTER_BINARY measures another binary; PAGE is the page to write, empty for none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh bench
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
export MUSTER_BINARY=${MUSTER_BINARY:-$PWD/.build/release/muster}
exec python3 -B Benchmarks/peers/bench.py waiting
