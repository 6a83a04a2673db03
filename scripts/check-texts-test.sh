#!/usr/bin/env bash
# Promises that check-texts.sh finds texts that are compared canonically: a check that cannot fail is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fatal() { echo "check-texts-test: $*" >&2; exit 1; }

mkdir -p "$scratch/MusterServer"
place="$scratch/MusterServer/Reader.swift"
for line in 'let names: [String: Int] = [:]' 'let names: Set<String> = []' 'if text.lowercased() == name {' \
    'if text.hasPrefix("x") {' 'if text.hasSuffix("x") {' 'text.split(separator: ",")' \
    'text.filter { $0 != " " }' 'words.contains { SSHKeyType(rawValue: $0) != nil }' \
    'guard let type = SSHKeyType(rawValue: text) else {' 'words.contains { $0 == "ssh-dss" }' \
    'head.headers[canonicalForm: "connection"].contains { $0.utf8.isEqual(to: "upgrade") }' \
    'value.split { ", \t".contains($0) }' 'text.split { $0 == comma }' 'text.allSatisfy(\.isLetter)' \
    'text.precomposedStringWithCanonicalMapping' 'text.split(whereSeparator: \.isNewline)'; do
    echo "$line" > "$place"
    if scripts/check-texts.sh "$scratch" 2> "$scratch/report"; then fatal "this passed: $line"; fi
    grep -q 'Reader.swift:1: measure' "$scratch/report" || fatal "the place was not named: $line"
done
printf '%s\n' '    /// As text.lowercased() would.' 'if text.utf8.starts(with: name.utf8) {' \
    'text.utf8.split(separator: UInt8(ascii: ","))' 'var names: Set<ByteText> = []' \
    'let id = UserID(rawValue: number)' 'id.map { $0.name == "name" }' > "$place"
scripts/check-texts.sh "$scratch" || fatal "bytes were refused"
