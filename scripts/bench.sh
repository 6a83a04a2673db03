#!/usr/bin/env bash
# Measures Muster on this machine and writes the tables of docs/benchmarks.md. Loopback only; stops all it started.
# Usage: scripts/bench.sh [cluster|side-by-side|growth|lists|encrypted|sizes|watched|shape]
#   side-by-side  beside slapd, nginx and libsodium, in turns (about 5 minutes)
#   growth        10 thousand, 100 thousand and 1 million users (about 3 minutes)
#   lists         every list and search at the sizes of growth, and how steeply they grow (about 10 minutes)
#   cluster       a node on PostgreSQL beside SQLite alone and pgbench, and three of them (about 6 minutes)
#   encrypted     over TLS 1.3, beside nginx (about 2 minutes)
#   sizes         what a user, a change and a node cost where several nodes share a directory; writes docs/scaling.md (2 minutes)
#   watched       with metrics and an access log, of the same without (about 2 minutes)
#   shape         where the time of a look-up goes, by perf (half a minute)
# Environment: USERS, SECONDS_EACH, ROUNDS; CELLS chooses some cells of side-by-side, SIZES the sizes of growth and lists, CHANGES how many of each kind for sizes;
# BEFORE=PROGRAM measures pages and imports of another build, too; BUILT=1 skips the release build, MUSTER_BINARY measures another binary; PAGE is the page to write, empty for none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

part=${1:-side-by-side}
case $part in
cluster | side-by-side | growth | lists | encrypted | sizes | watched) scripts/install.sh bench ;;
shape) scripts/install.sh profile ;;
*) echo "bench: cluster, side-by-side, growth, lists, encrypted, sizes, watched or shape?" >&2; exit 2 ;;
esac
[[ -n ${BUILT:-}${MUSTER_BINARY:-} ]] || scripts/release.sh
exec python3 -B Benchmarks/peers/bench.py "$part"
