#!/usr/bin/env bash
# Promises that no file of code has more than 400 lines, be it Swift, C, Python or shell, in code, tests or scripts, and
# that of ten Swift files of the program one at most has 150 lines or more.
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

if [[ -d Sources ]]; then
    read -r long all < <(find Sources -type f -name '*.swift' -exec wc -l {} + |
        awk '$2 != "total" { all++; if ($1 >= 150) long++ } END { print long + 0, all + 0 }')
    if ((long > 1 && long * 10 > all)); then
        echo "Sources: $long of $all Swift files have 150 lines or more, one of ten is the most; split some by subject" >&2
        verdict=1
    fi
fi
exit $verdict
