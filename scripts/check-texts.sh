#!/usr/bin/env bash
# Promises that no source compares, hashes or searches texts by canonical equivalence, which for some texts takes a
# time that grows with the square of their length; files that read no text from outside are in scripts/texts.txt, as long
# as they are there and need it.
# Usage: check-texts.sh [folder of targets, Sources if unset [list of such files, scripts/texts.txt if unset]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sources=${1:-Sources}
list=${2:-scripts/texts.txt}
patterns='\[String:|Set<String>|\.lowercased\(\)|\.uppercased\(\)|\.hasPrefix\(|\.hasSuffix\(|\.isNewline'
patterns+='|\.filter \{ \$0 [!=]= "'
patterns+='|\(rawValue: (text|word|\$0)\)|[^.a-z]\$0 [!=]= "[a-z]'
# Texts are cut into characters by these; libraries do so with fields of HTTP by the first.
patterns+='|canonicalForm|split \{|"\.contains\(\$0\)|\\\.is(Whitespace|Letter|Number)\)'
patterns+='|split\(separator: "|localized[A-Z]|caseInsensitive|(pre|de)composedString'
verdict=0
while IFS=: read -r file line text; do
    [[ $text =~ ^[[:space:]]*// ]] && continue
    name=${file#"$sources"/}
    grep -qF -- "$name: " "$list" && continue
    echo "$file:$line: measure texts from outside and compare them as bytes (TextBytes, scripts/texts.txt)" >&2
    verdict=1
done < <(grep -rnE --include='*.swift' -- "$patterns" "$sources")

while read -r name; do
    if [[ ! -f $sources/$name ]]; then
        echo "$list: there is no $sources/$name; take its line out" >&2
    elif [[ -z $(grep -E -- "$patterns" "$sources/$name" | grep -vE '^[[:space:]]*//') ]]; then
        echo "$list: nothing in $sources/$name needs its line; take it out" >&2
    else
        continue
    fi
    verdict=1
done < <(grep -vE '^(#|$)' "$list" | sed -E 's/^([^:]+): .+$/\1/')
exit $verdict
