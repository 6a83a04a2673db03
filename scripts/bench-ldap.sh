#!/usr/bin/env bash
# Measures LDAP beside OpenLDAP's slapd with the same users and load program, and prints the table. Loopback only; stops all it
# started.
# Usage: scripts/bench-ldap.sh
# Environment: USERS (10000), SECONDS_EACH (5), ROUNDS (5), IDLE (10000 connections); BUILT=1 skips the release build,
# MUSTER_BINARY measures another binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh bench
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
export MUSTER_BINARY=${MUSTER_BINARY:-$PWD/.build/release/muster}
ulimit -n 65536 2> /dev/null || true
python3 -B Benchmarks/peers/bench.py ldap
