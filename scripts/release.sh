#!/usr/bin/env bash
# Builds the release binary, .build/release/muster. On Linux Swift's own libraries become part of it: it then runs where
# no Swift is installed, and calls into them cost less. Its symbols are nobody else's to call: without them in the dynamic
# table it is smaller. Libraries of which it uses nothing are not loaded.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

linking=()
if [[ $(uname) == Linux ]]; then
    linking=(--static-swift-stdlib -Xlinker --no-export-dynamic -Xlinker --as-needed)
fi
[[ -x .build/release/muster ]] ||
    echo "build: the first build takes about a quarter of an hour on two processors, later ones a minute or two"
exec scripts/progress.py .build/release.log swift build --configuration release "${linking[@]}" --product muster
