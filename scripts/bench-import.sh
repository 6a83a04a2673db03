#!/usr/bin/env bash
# Imports USERS users with hashes into a running server while a reader looks users up at READS a second, and prints the
# time, the server's memory and how the reader was answered. Loopback only; everything that was started is stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

users=${USERS:-1000000} reads=${READS:-1000} query=${QUERY:-on_error=continue}
[[ -n ${BUILT:-} ]] || scripts/release.sh
muster=$PWD/.build/release/muster
work=$(mktemp -d "${TMPDIR:-/tmp}/muster-bench-XXXXXX")
server=
stop() { [[ -z $server ]] || kill "$server" 2> /dev/null || true; wait; rm -rf "$work"; }
trap stop EXIT

python3 - "$users" > "$work/users.jsonl" << 'END'
import sys
kept = "$argon2id$v=19$m=19456,t=2,p=1$VT0CZ6AG7uGqCmMyEFSPPQ$x7YHgv7hg+jBqCFIC/tuqQx7YHgv7hg+jBqCFIC/tuo"
for n in range(int(sys.argv[1])):
    sys.stdout.write(
        f'{{"username":"user{n:07d}@example.com","name":"User {n}","email":"u{n}@mail.example.org","permissions":16,'
        f'"enabled":true,"hosts":["10.{n >> 16 & 255}.{n >> 8 & 255}.0/24"],"readbm":3,"timeout":3600,'
        f'"password_hash":"{kept}"}}\n'
    )
END

"$muster" init --data-dir "$work/data" --admin admin@example.com --format json > "$work/admin.json"
read -r access secret < <(python3 -c '
import json, sys
admin = json.load(open(sys.argv[1]))
print(admin["access_key"], admin["secret_key"])' "$work/admin.json")
"$muster" serve --data-dir "$work/data" --bind 127.0.0.1:0 > "$work/log" 2>&1 &
server=$!
for _ in $(seq 100); do grep -q listening "$work/log" && break; sleep 0.1; done
url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/log" | head -1)
printf 'X-ApiKeys: accessKey=%s;secretKey=%s\n' "$access" "$secret" > "$work/keys"

python3 Benchmarks/import/reader.py "$url" "$work/keys" "$reads" "$work/done" > "$work/reader" &
reader=$!
begun=$(date +%s.%N)
curl --silent --show-error --upload-file "$work/users.jsonl" --request POST --header "@$work/keys" \
    --header 'Content-Type: application/x-ndjson' "$url/muster/v1/users/import?$query" | tail -1
ended=$(date +%s.%N)
touch "$work/done"
wait "$reader"
printf '%s users, %s processors, ?%s\n' "$users" "$(nproc)" "$query"
awk -v a="$begun" -v b="$ended" -v n="$users" 'BEGIN {printf "time %.1f s, %d users a second\n", b - a, n / (b - a)}'
awk '/VmHWM/ {printf "memory %d MiB at most\n", $2 / 1024}' "/proc/$server/status"
awk '{printf "processor time of the server %.1f s\n", ($14 + $15) / 100}' "/proc/$server/stat"
cat "$work/reader"
ls -l "$work/data" | awk '/sqlite/ {printf "%s %d MiB\n", $9, $5 / 1048576}'
