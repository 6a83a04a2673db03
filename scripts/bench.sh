#!/usr/bin/env bash
# Measures Muster beside nginx (the floor) and OpenLDAP with the same users, in turns, and prints medians and ratios.
# USERS, SECONDS_EACH and ROUNDS set the size. Loopback only; everything that was started is stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

users=${USERS:-10000} seconds=${SECONDS_EACH:-5} rounds=${ROUNDS:-3}
scripts/install.sh bench
[[ -n ${BUILT:-} ]] || swift build --configuration release --product muster
work=$(mktemp -d)
pids=()
stop() { for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done; wait; rm -rf "$work"; }
trap stop EXIT
wait_port() {
    for _ in $(seq 200); do (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return; sleep 0.1; done
    echo "bench: nothing listens on $1" >&2
    exit 1
}

. Benchmarks/peers/start.sh

declare -A rates=()
measure() { # peer, cell, connections
    local threads=2 rate
    (($3 > 1)) || threads=1
    case $1 in
    slapd) rate=$("$work/ldapload" "$2" "$slapd_port" "$3" "$seconds" "$users") ;;
    nginx) rate=$(PATHS=/$2.json wrk -t$threads -c"$3" -d"${seconds}s" -s Benchmarks/peers/requests.lua \
        "http://127.0.0.1:$nginx_port" | awk '/^rate/ {print $2}') ;;
    muster) rate=$(KEYS=$keys PATHS=${paths[$2]} FIRST=3 COUNT=$((users - 60)) wrk -t$threads -c"$3" -d"${seconds}s" \
        -s Benchmarks/peers/requests.lua "$url" | awk '/^rate/ {print $2}') ;;
    esac
    rates[$1.$2.$3]+="$rate "
}
median() { tr ' ' '\n' <<< "$1" | grep . | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }

for ((round = 1; round <= rounds; round++)); do
    for cell in get list; do
        for connections in 1 16; do
            for peer in nginx slapd muster; do measure $peer $cell $connections; done
        done
    done
done

printf '%s users, %s s a measurement, medians of %s rounds, %s processors\n\n' "$users" "$seconds" "$rounds" "$(nproc)"
printf '| cell | connections | muster | slapd | nginx | of slapd | of nginx |\n|---|---|---|---|---|---|---|\n'
for cell in get list; do
    for connections in 1 16; do
        m=$(median "${rates[muster.$cell.$connections]}") s=$(median "${rates[slapd.$cell.$connections]}")
        n=$(median "${rates[nginx.$cell.$connections]}")
        awk -v c="$cell" -v k="$connections" -v m="$m" -v s="$s" -v n="$n" \
            'BEGIN {printf "| %s | %s | %d | %d | %d | %.2f | %.2f |\n", c == "get" ? "look up a user" : "page of 50", k, m, s, n, m / s, m / n}'
    done
done
