#!/usr/bin/env bash
# Promises that the package, the image and the tarball do what they say: they are made, judged by Debian's tools, and
# tried in a Debian of their own, as near to a machine as this one allows. Needs root, and half an hour the first time.
# MUSTER_BINARY names a release binary that is built already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install.sh package
exec Tests/Package/run.sh "$@"
