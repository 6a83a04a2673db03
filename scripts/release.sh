#!/usr/bin/env bash
# Builds the release binary, .build/release/muster. On Linux Swift's own libraries become part of it: it then runs where
# no Swift is installed, and calls into them cost less. Its symbols are nobody else's to call: without them in the dynamic
# table it is smaller. One is looked for there by the program itself (SwiftNIO's takeover of Swift's executor): without it
# requests run on other threads than their connections, which costs each change two switches and each crowd much memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

linking=()
if [[ $(uname) == Linux ]]; then
    linking=(--static-swift-stdlib -Xlinker --no-export-dynamic)
    linking+=(-Xlinker --export-dynamic-symbol=swift_task_enqueueGlobal_hook)
fi
exec swift build --configuration release "${linking[@]}" --product muster
