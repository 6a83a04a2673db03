#!/usr/bin/env bash
# Promises that the dialects' folders in MusterServer are laid out alike, as docs/architecture.md says, so that whoever knows
# one finds every file of another. The console has pages in the place of records, and is not one of them.
# Usage: check-layout.sh [folder of the package, this one if unset]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

verdict=0
complain() {
    echo "check-layout: $*" >&2
    verdict=1
}

count=0
for value in Sources/MusterServer/*/?*Dialect.swift; do
    folder=$(dirname "$value")
    dialect=$(basename "$value" Dialect.swift)
    [[ $dialect == Console ]] && continue
    count=$((count + 1))
    [[ $(basename "$folder") == "$dialect" ]] || complain "$folder has ${dialect}Dialect.swift, and another name"
    [[ -f $folder/${dialect}Routes.swift ]] || complain "$folder has no ${dialect}Routes.swift"
    [[ -d Tests/MusterServerTests/$dialect ]] || complain "Tests/MusterServerTests has no folder $dialect"
    while IFS= read -r file; do
        case ${file#"$folder"/} in
            "$dialect"Dialect.swift | "$dialect"Routes.swift | "$dialect"Version.swift) ;;
            */*/*) complain "$file lies deeper than in the folder of its noun" ;;
            */"$dialect"*.swift) ;;
            */*) complain "$file does not begin with $dialect; what more than one dialect uses lies in Transport" ;;
            *) complain "$file lies in no folder of its noun" ;;
        esac
    done < <(find "$folder" -type f -name '*.swift')
    for noun in "$folder"/*/; do
        name=$(basename "$noun")
        if [[ $name == Errors ]]; then
            [[ -f $noun${dialect}Errors.swift ]] || complain "$noun has no ${dialect}Errors.swift"
        elif [[ ! -f $noun${dialect}${name}Routes.swift && ! -f $noun${dialect}${name%s}Routes.swift ]]; then
            complain "$noun has no ${dialect}${name%s}Routes.swift"
        fi
    done
done
((count >= 4)) || complain "only $count dialects were found"
exit $verdict
