#!/usr/bin/env bash
# Builds the release and serves ./muster-data on 127.0.0.1:8834; makes the directory first where there is none.
# MUSTER_DATA_DIR and MUSTER_HTTP_BIND name another folder and address,
# BINARY a program that is built already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

muster=${BINARY:-.build/release/muster}
if [[ -z ${BINARY:-} ]]; then
    scripts/install.sh build
    scripts/release.sh
fi
data=${MUSTER_DATA_DIR:-./muster-data}
if [[ ! -e $data/muster.sqlite ]]; then
    "$muster" init --data-dir "$data" --admin admin@example.com
fi
exec "$muster" serve --data-dir "$data"
