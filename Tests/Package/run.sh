#!/usr/bin/env bash
# Runs all tests of packages, or those that are named: build lintian security watching install tls older troubles page image dist size.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source scripts/packages.sh
source Tests/Package/expect.sh

((EUID == 0)) || fatal "needs root: it installs packages in a Debian of its own"
MUSTER_BINARY=$(release_binary)
export MUSTER_BINARY
version=$(package_version "$MUSTER_BINARY")
export OUTPUT=$PWD/.build/package-test/packages COMPRESSION=${COMPRESSION:-0}
package=$OUTPUT/muster_${version}_$(dpkg --print-architecture).deb
older=$OUTPUT/muster_0.0.9_$(dpkg --print-architecture).deb
image=$OUTPUT/muster-$version-$(dpkg --print-architecture).oci.tar
tests=("$@")
((${#tests[@]})) || tests=(build lintian security watching install tls older troubles page image dist size)

for test in "${tests[@]}"; do
    [[ -f Tests/Package/$test.sh ]] || fatal "there is no test $test"
    echo "== $test"
    # shellcheck source=/dev/null
    source "Tests/Package/$test.sh"
done
echo "package-test: all held"
