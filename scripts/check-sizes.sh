#!/usr/bin/env bash
# Promises that no file of code has more than 400 lines, be it Swift, C, Python or shell, in code, tests or scripts.
# Usage: check-sizes.sh [folder, this package if unset]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

verdict=0
while read -r count file; do
    [[ $file == total ]] && continue
    ((count <= 400)) && continue
    echo "$file: $count lines, 400 is the end; split it by subject" >&2
    verdict=1
done < <(find . -name '.?*' -prune -o -type f \
    \( -name '*.swift' -o -name '*.[ch]' -o -name '*.py' -o -name '*.sh' \) -exec wc -l {} +)
exit $verdict
