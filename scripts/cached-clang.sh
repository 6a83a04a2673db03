#!/usr/bin/env bash
# Swift's own clang, behind ccache where it is installed. Two copies of BoringSSL are nearly half of a build from nothing, and
# the packages in Examples build one of them again: a file is the same one in whichever folder its package was checked out.
set -euo pipefail

clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
command -v ccache > /dev/null || exec "$clang" "$@"
for argument in "$@"; do
    [[ $argument == */checkouts/* ]] || continue
    # Everything in the arguments is said from the root, so that one may stand anywhere.
    cd "${argument%%/checkouts/*}"
    export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
    break
done
exec ccache "$clang" "$@"
