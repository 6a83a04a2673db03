# A Debian of the tests' own, in .build/package-test/debian; made once, from where this machine has its packages. What is
# installed in it later lies there as files, since the machines made of it reach nobody.
debian=$PWD/.build/package-test/debian
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
site=$(apt-get indextargets --format '$(SITE)' "Created-By: Packages" "Codename: $codename" "Component: main" | head -1)
base=systemd,systemd-sysv,dbus,init-system-helpers,ca-certificates,curl,python3,procps,iproute2
# What the page of operations installs beside the package.
later=(prometheus prometheus-alertmanager fail2ban nftables python3-systemd)

if [[ ! -e $debian.done ]]; then
    rm -rf "$debian"
    mkdir -p "$(dirname "$debian")"
    debootstrap --variant=minbase --include="$base" "$codename" "$debian" "$site" > "$debian.log" 2>&1 ||
        fatal "debootstrap could not make a Debian; see $debian.log"
    touch "$debian.done"
fi

# Fetches what is missing of the package's own dependencies and of the page's.
fetch_packages() {
    local wanted=$1
    cp --dereference /etc/resolv.conf "$debian/etc/resolv.conf"
    unshare --mount bash -c '
        mkdir -p "$1/mnt" && mount --bind "$2" "$1/mnt" && debian=$1 file=$3
        shift 3
        [[ -n $(ls "$debian"/var/lib/apt/lists/*Packages* 2> /dev/null) ]] || chroot "$debian" apt-get update --quiet=2
        chroot "$debian" apt-get install --quiet=2 --yes --no-install-recommends --download-only "/mnt/$file" "$@"
    ' _ "$debian" "$(dirname "$wanted")" "$(basename "$wanted")" "${later[@]}" >> "$debian.log" 2>&1 ||
        fatal "the packages that it needs could not be fetched; see $debian.log"
}
fetch_packages "$package"
