# A Debian of the tests' own, in .build/package-test/debian; made once, from where this machine has its packages.
debian=$PWD/.build/package-test/debian
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
site=$(apt-get indextargets --format '$(SITE)' "Created-By: Packages" "Codename: $codename" "Component: main" | head -1)
packages=systemd,systemd-sysv,dbus,init-system-helpers,ca-certificates,curl,python3-minimal
packages+=,libsodium23,libsqlite3-0,libcurl4,libutf8proc2,libcrypt1,libgcc-s1,libstdc++6,zlib1g
if [[ ! -e $debian.done ]]; then
    rm -rf "$debian"
    mkdir -p "$(dirname "$debian")"
    debootstrap --variant=minbase --include="$packages" "$codename" "$debian" "$site" > "$debian.log" 2>&1 ||
        fatal "debootstrap could not make a Debian; see $debian.log"
    touch "$debian.done"
fi
