# The tarball is whole, runs where it was unpacked, and says what it is made of.
scripts/dist.sh
expect "the sums are right" eval '(cd "$OUTPUT" && sha256sum --check --quiet SHA256SUMS)'
expect "the sums name package, image, tarball and list" equal "$(wc -l < "$OUTPUT/SHA256SUMS")" 4
name=muster-$version-linux-$(uname -m)
place=$(mktemp -d)
tar --extract --file "$OUTPUT/$name.tar.gz" --directory "$place"
expect "the program in it runs" equal "$("$place/$name/bin/muster" --version)" "$version"
python3 Tests/Package/sbom_test.py "$place/$name/sbom.cdx.json" Package.resolved "$place/$name/bin/muster"
expect "the list names every Swift package and every C library" true
rm -rf "$place"
