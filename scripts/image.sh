#!/usr/bin/env bash
# Makes an OCI image of the release binary as a tar, .build/packages/muster-VERSION-ARCHITECTURE.oci.tar. No daemon and
# no registry takes part: in the image are the program, the libraries that it needs, and the certificates of Debian.
# MUSTER_BINARY names a program that is built already, MUSTER_VERSION another version, OUTPUT another folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/packages.sh

need python3 strip ldd dpkg
binary=$(release_binary)
version=$(package_version "$binary")
output=${OUTPUT:-.build/packages}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$binary" "$work/muster"
strip "$work/muster"
mkdir -p "$output"
file=$output/muster-$version-$(dpkg --print-architecture).oci.tar
python3 scripts/image.py "$work/muster" "$version" "$(source_date)" "$file"
echo "image: $file, $(stat --format=%s "$file") bytes"
