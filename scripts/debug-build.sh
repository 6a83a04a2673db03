#!/usr/bin/env bash
# Builds what tests run: `swift build` with the arguments that are given. Where everything is built once, from nothing, as in
# continuous integration, each module is compiled as a whole, which is a third less work than what the next build after an edit
# would need, and C that was compiled before comes from ccache.
set -euo pipefail

once=()
if [[ -n ${CI:-} ]]; then
    # With threads there is an object a file, as the linker is told that there is.
    once=(-Xswiftc -whole-module-optimization -Xswiftc -num-threads -Xswiftc 2 -Xswiftc -no-emit-module-separately-wmo)
    CC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/cached-clang.sh
    export CC
fi
exec swift build "${once[@]}" "$@"
