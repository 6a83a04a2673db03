#!/usr/bin/env bash
# Promises that the commands speak to a server through MusterClient alone: no path of any API, and no reading of an
# answer's JSON by names. Files that read JSON of another kind, or show it, are in scripts/commands.txt.
# Usage: check-commands.sh [folder of the commands, Sources/MusterCommands if unset]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

commands=${1:-Sources/MusterCommands}
paths='"/(muster/v1|activelogic|session|users|groups|audit-log|access-control|server)["/?\\]'
reading='case \.object\(|\.(value\(at:|text\("|integer\("|flag\("|texts\("|objects\(")|ErrorRecord\(in'
listed=$'\n'$(<scripts/commands.txt)
verdict=0
refuse() { echo "$1: $2" >&2; verdict=1; }

while IFS=: read -r file line text; do
    [[ $text =~ ^[[:space:]]*// ]] && continue
    refuse "$file:$line" "ask through MusterClient, which knows the paths"
done < <(grep -rnE --include='*.swift' -- "$paths" "$commands")
while IFS=: read -r file line text; do
    [[ $text =~ ^[[:space:]]*// ]] && continue
    [[ $listed == *$'\n'"${file#"$commands"/}: "* ]] && continue
    refuse "$file:$line" "take the records of MusterAPI, not JSON by names (scripts/commands.txt)"
done < <(grep -rnE --include='*.swift' -- "$reading" "$commands")

while read -r name; do
    [[ -f Sources/MusterCommands/$name ]] && continue
    refuse scripts/commands.txt "there is no Sources/MusterCommands/$name"
done < <(grep -vE '^(#|$)' scripts/commands.txt | sed -E 's/^([^:]+): .+$/\1/')
exit $verdict
