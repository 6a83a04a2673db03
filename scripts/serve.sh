#!/usr/bin/env bash
# Serves ./muster-data on 127.0.0.1:8834; makes the directory first if there is none.
# The program is BINARY, or the release that this checkout has built. Before there is one, a muster on the PATH, as the
# package and the tarball bring it, is taken and nothing is built; BUILD=1 builds all the same.
# MUSTER_DATA_DIR and MUSTER_HTTP_BIND name another folder and address.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fatal() { echo "serve: $*" >&2; exit 1; }

built=.build/release/muster
muster=${BINARY:-}
if [[ -z $muster && -z ${BUILD:-} && ! -x $built ]] && released=$(command -v muster); then
    muster=$released
    echo "serve: $released $("$released" --version); BUILD=1 builds this checkout instead"
fi
if [[ -z $muster ]]; then
    command -v swift > /dev/null ||
        fatal "there is no swift to build this checkout with. Install the package or the tarball of a release, whose muster is taken from the PATH," \
            "or the Swift 6.3 toolchain from https://www.swift.org/install/linux/"
    scripts/install.sh build
    scripts/release.sh
    muster=$built
fi
data=${MUSTER_DATA_DIR:-./muster-data}
if [[ ! -e $data/muster.sqlite ]]; then
    "$muster" init --data-dir "$data" --admin admin@example.com
fi
exec "$muster" serve --data-dir "$data"
