#!/usr/bin/env bash
# Promises that no target imports what scripts/imports.txt does not allow it, and that no target is missing there.
# Usage: check-imports.sh [folder of targets, Sources if unset]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sources=${1:-Sources}
verdict=0
for folder in "$sources"/*/; do
    target=$(basename "$folder")
    [[ -f $folder/module.modulemap ]] && continue
    if ! allowed=$(grep -E "^$target:" scripts/imports.txt); then
        echo "check-imports: $target is not in scripts/imports.txt" >&2
        verdict=1
        continue
    fi
    allowed=" ${allowed#*:} "
    while IFS=: read -r file line module; do
        [[ $allowed == *" $module "* ]] && continue
        echo "$file:$line: $target may not import $module (scripts/imports.txt)" >&2
        verdict=1
    done < <(grep -rnoE --include='*.swift' \
        '^(@_exported )?(public |package |internal |private |fileprivate )?(@testable )?import +((struct|class|enum|protocol|func|var|let|typealias) +)?[A-Za-z_0-9]+' \
        "$folder" | sed -E 's/^([^:]+):([0-9]+):.* ([A-Za-z_0-9]+)$/\1:\2:\3/')
done
exit $verdict
