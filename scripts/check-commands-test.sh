#!/usr/bin/env bash
# Promises that check-commands.sh finds paths and JSON read by names: a check that cannot fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-commands-test: $*" >&2; exit 1; }

place="$scratch/Reader.swift"
for line in 'let path = "/users/\(id)"' 'ask("/activelogic/v1/users")' 'ask("/muster/v1/users")' 'ask("/session")' \
    'guard case .object(let object) = value else {' 'user.text("username")' 'record.integer("id") ?? 0' \
    'ErrorRecord(in: object)'; do
    echo "$line" > "$place"
    if scripts/check-commands.sh "$scratch" 2> "$scratch/report"; then fatal "this passed: $line"; fi
    grep -q 'Reader.swift:1: ' "$scratch/report" || fatal "the place was not named: $line"
done
printf '%s\n' '    /// As user.text("username") would.' 'let user = try await client.users.get(reference)' \
    'user.username' '"muster users list"' > "$place"
scripts/check-commands.sh "$scratch" || fatal "records were refused"
