#!/usr/bin/env bash
# Promises that check-texts.sh finds texts that are compared canonically, and exceptions that are none any more: a check
# that cannot fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-texts-test: $*" >&2; exit 1; }

mkdir -p "$scratch/MusterServer"
place="$scratch/MusterServer/Reader.swift"
list="$scratch/texts.txt"
check() { scripts/check-texts.sh "$scratch" "$list" 2> "$scratch/report"; }
echo '# Nothing is excepted.' > "$list"
for line in 'let names: [String: Int] = [:]' 'let names: Set<String> = []' 'if text.lowercased() == name {' \
    'if text.hasPrefix("x") {' 'if text.hasSuffix("x") {' 'text.split(separator: ",")' \
    'text.filter { $0 != " " }' 'words.contains { SSHKeyType(rawValue: $0) != nil }' \
    'guard let type = SSHKeyType(rawValue: text) else {' 'words.contains { $0 == "ssh-dss" }' \
    'head.headers[canonicalForm: "connection"].contains { $0.utf8.isEqual(to: "upgrade") }' \
    'value.split { ", \t".contains($0) }' 'text.split { $0 == comma }' 'text.allSatisfy(\.isLetter)' \
    'text.precomposedStringWithCanonicalMapping' 'text.split(whereSeparator: \.isNewline)'; do
    echo "$line" > "$place"
    if check; then fatal "this passed: $line"; fi
    grep -q 'Reader.swift:1: measure' "$scratch/report" || fatal "the place was not named: $line"
done
printf '%s\n' '    /// As text.lowercased() would.' 'if text.utf8.starts(with: name.utf8) {' \
    'text.utf8.split(separator: UInt8(ascii: ","))' 'var names: Set<ByteText> = []' \
    'let id = UserID(rawValue: number)' 'id.map { $0.name == "name" }' > "$place"
check || fatal "bytes were refused"

echo 'MusterServer/Reader.swift: read from nowhere' >> "$list"
if check; then fatal "an exception that nothing needs passed"; fi
grep -q 'texts.txt: nothing in .*Reader.swift needs its line' "$scratch/report" || fatal "the exception was not named"
echo 'if text.hasPrefix("x") {' > "$place"
check || fatal "an exception was refused"
rm "$place"
if check; then fatal "an exception of a file that is not there passed"; fi
grep -q 'texts.txt: there is no .*Reader.swift' "$scratch/report" || fatal "the file was not named"
