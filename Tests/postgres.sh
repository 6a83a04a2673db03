#!/usr/bin/env bash
# Runs a PostgreSQL server of its own for tests, at a socket in a temporary folder, and says where on one line: the folder.
# It has a role "muster", and a database of that name which it owns. Ends, with the folder, when standard input does.
set -euo pipefail

fatal() { echo "postgres.sh: $*" >&2; exit 1; }

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2> /dev/null | sort --version-sort | tail -1)
[[ -n $bin ]] || bin=$(dirname "$(command -v initdb || fatal "there is no PostgreSQL; please run scripts/install.sh test")")
place=${TMPDIR:-/tmp}
# In memory, where there is room: containers often have 64 MiB there.
room=$(df --output=avail --block-size=1M /dev/shm 2> /dev/null | tail -1 || true)
[[ -w /dev/shm ]] && ((${room:-0} >= 1024)) && place=/dev/shm
work=$(mktemp --directory "$place/muster-postgres.XXXXXX")
as=()
if ((EUID == 0)); then
    # The server refuses to run as root.
    chown postgres "$work"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
server=
finish() {
    [[ -n $server ]] && kill -QUIT "$server" 2> /dev/null && wait "$server" 2> /dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

cd "$work"
"${as[@]}" "$bin/initdb" --pgdata="$work/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --no-sync > "$work/log" 2>&1 || fatal "initdb failed: $(tail -3 "$work/log")"
"${as[@]}" "$bin/postgres" -D "$work/data" -c listen_addresses= -c unix_socket_directories="$work" -c fsync=off \
    -c max_connections=400 -c shared_buffers=32MB "$@" >> "$work/log" 2>&1 < /dev/null &
server=$!
for _ in {1..3000}; do
    "$bin/pg_isready" --quiet --host="$work" && break
    kill -0 "$server" 2> /dev/null || fatal "the server ended: $(tail -3 "$work/log")"
    read -rt 0.1 <> <(:) || true
done
psql=("$bin/psql" --quiet --no-psqlrc --host="$work" --username=postgres --set=ON_ERROR_STOP=1)
"${psql[@]}" --command='CREATE ROLE muster LOGIN' --command='CREATE DATABASE muster OWNER muster' > /dev/null
echo "$work"
cat > /dev/null
