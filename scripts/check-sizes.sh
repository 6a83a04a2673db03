#!/usr/bin/env bash
# Promises that no file of Swift or Python has more than 400 lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

verdict=0
while read -r count file; do
    ((count <= 400)) && continue
    echo "$file: $count lines, 400 is the end; split it by subject" >&2
    verdict=1
done < <(find Sources Tests Benchmarks Examples scripts -name .build -prune -o \( -name '*.swift' -o -name '*.py' \) -exec wc -l {} + |
    grep -v ' total$')
exit $verdict
