#!/usr/bin/env bash
# Builds the release binary, .build/release/muster. On Linux Swift's own libraries become part of it: it then runs where
# no Swift is installed, and calls into them cost less. Its symbols are nobody else's to call: without them in the dynamic
# table it is smaller.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

linking=()
[[ $(uname) != Linux ]] || linking=(--static-swift-stdlib -Xlinker --no-export-dynamic)
exec swift build --configuration release "${linking[@]}" --product muster
