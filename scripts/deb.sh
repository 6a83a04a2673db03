#!/usr/bin/env bash
# Makes the Debian package, .build/packages/muster_VERSION_ARCHITECTURE.deb, of the release binary.
# MUSTER_BINARY names one that is built already, MUSTER_VERSION another version, MUSTER_MAINTAINER who stands in it,
# OUTPUT another folder, COMPRESSION dpkg-deb's level for xz (6 if unset).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/packages.sh

need dpkg-deb dpkg-shlibdeps strip gzip python3
binary=$(release_binary)
version=$(package_version "$binary")
architecture=$(dpkg --print-architecture)
maintainer=${MUSTER_MAINTAINER:-$(git log -1 --format="Muster maintainers <%ae>")}
output=${OUTPUT:-.build/packages}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
documents=$root/usr/share/doc/muster

PREFIX=/usr DESTDIR=$root BINARY=$binary scripts/install-program.sh install > /dev/null
# Debian has completions of zsh in a folder of its own, and manual pages pressed.
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_muster" "$root/usr/share/zsh/vendor-completions/"
rmdir "$root/usr/share/zsh/site-functions"
gzip -9n "$root"/usr/share/man/man1/*.1
# What a shell reads is no program.
sed -i '1{/^#!/d}' "$root/usr/share/bash-completion/completions/muster"
install -D -m 0644 -t "$root/lib/systemd/system" packaging/muster.service packaging/muster.socket
install -D -m 0644 packaging/muster.sysusers "$root/usr/lib/sysusers.d/muster.conf"
install -D -m 0644 packaging/muster.tmpfiles "$root/usr/lib/tmpfiles.d/muster.conf"
install -D -m 0644 packaging/muster.json "$root/etc/muster/muster.json"
install -D -m 0644 packaging/debian/copyright "$documents/copyright"
install -D -m 0644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/muster"
install -D -m 0644 -t "$documents/examples" packaging/examples/* \
    docs/operations/alerts.yml docs/operations/dashboard.json
install -D -m 0644 packaging/fail2ban/muster.conf "$documents/examples/fail2ban/filter.conf"
install -D -m 0644 packaging/fail2ban/jail.conf "$documents/examples/fail2ban/jail.conf"
install -m 0644 CHANGELOG.md README.md "$documents"
gzip -9n "$documents/CHANGELOG.md"
{
    echo "muster ($version) unstable; urgency=medium"
    echo
    echo "  * Version $version; CHANGELOG.md.gz says what is new."
    echo
    echo " -- $maintainer  $(date --utc --rfc-email --date="@$(source_date)")"
} | gzip -9nc > "$documents/changelog.gz"
python3 scripts/sbom.py "$version" "$binary" > "$documents/sbom.cdx.json"
chmod -R u=rwX,go=rX "$root"

# dpkg-shlibdeps finds out which versions of the libraries the program needs; it looks for a source package's file.
mkdir -p "$work/source/debian" "$root/DEBIAN"
printf 'Source: muster\n\nPackage: muster\nArchitecture: any\n' > "$work/source/debian/control"
depends=$(cd "$work/source" && dpkg-shlibdeps -O "$root/usr/bin/muster" | sed -n 's/^shlibs:Depends=//p')
[[ -n $depends ]] || fatal "dpkg-shlibdeps has found no library"
size=$(du --summarize --block-size=1024 --apparent-size "$root" | cut -f1)
sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@MAINTAINER@|$maintainer|" \
    -e "s|@SIZE@|$size|" -e "s|@DEPENDS@|$depends|" packaging/debian/control.in > "$root/DEBIAN/control"
install -m 0644 packaging/debian/conffiles "$root/DEBIAN/conffiles"
install -m 0755 packaging/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
(cd "$root" && find usr lib -type f -print0 | sort --zero-terminated | xargs --null md5sum) > "$root/DEBIAN/md5sums"

mkdir -p "$output"
file=$output/muster_${version}_$architecture.deb
SOURCE_DATE_EPOCH=$(source_date) dpkg-deb --root-owner-group -Zxz "-z${COMPRESSION:-6}" --build "$root" "$file" > /dev/null
echo "deb: $file, $(stat --format=%s "$file") bytes; the program in it has $(stat --format=%s "$root/usr/bin/muster")"
