#!/usr/bin/env bash
# Makes what is handed out, in .build/packages: a tarball of the release binary with its pages, completions and units, the
# list of what it is made of, and SHA256SUMS of everything that lies there for this version.
# MUSTER_BINARY names a program that is built already, MUSTER_VERSION another version, OUTPUT another folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/packages.sh

need python3 strip tar gzip sha256sum
binary=$(release_binary)
version=$(package_version "$binary")
output=${OUTPUT:-.build/packages}
name=muster-$version-linux-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/$name

PREFIX=/ DESTDIR=$root BINARY=$binary scripts/install-program.sh install > /dev/null
install -m 0644 README.md CHANGELOG.md LICENSE "$root"
install -D -m 0644 -t "$root/packaging" packaging/muster.* packaging/examples/tls.conf \
    docs/operations/alerts.yml docs/operations/dashboard.json
python3 scripts/sbom.py "$version" "$binary" > "$root/sbom.cdx.json"
chmod -R u=rwX,go=rX "$root"

mkdir -p "$output"
cp "$root/sbom.cdx.json" "$output/$name.sbom.cdx.json"
tar --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=ustar \
    --mtime="@$(source_date)" --create "$name" | gzip -9n > "$output/$name.tar.gz"
(
    cd "$output"
    shopt -s nullglob
    sha256sum "muster_${version}_"*.deb "muster-$version-"*.{oci.tar,tar.gz,sbom.cdx.json} > SHA256SUMS
)
echo "dist: $output/$name.tar.gz, $(stat --format=%s "$output/$name.tar.gz") bytes; SHA256SUMS names $(wc -l < "$output/SHA256SUMS") files"
