#!/usr/bin/env bash
# Installs what is missing to build, test or measure Muster, from Debian's packages; elsewhere says what to install.
# Usage: install.sh build|check|test|cluster|bench|profile|micro|package
set -euo pipefail

fatal() { echo "install: $*" >&2; exit 1; }

packages=(libcurl4-openssl-dev libpq-dev libqrencode-dev libsodium-dev libsqlite3-dev libutf8proc-dev pkg-config zlib1g-dev)
packages+=(python3)
case ${1:-build} in
build) ;;
check)
    packages+=(python3 openssl postgresql)
    [[ -z ${CI:-} ]] || packages+=(ccache)
    ;;
test)
    packages+=(python3 python3-venv curl openssl)
    packages+=(openssh-client openssh-server libpam-modules dropbear-bin util-linux)
    packages+=(bash zsh fish make jq groff-base binutils systemd tzdata)
    # Authenticator apps, what reads QR codes, and what has or judges passkeys.
    packages+=(oathtool zbar-tools librsvg2-bin chromium chromium-driver fido2-tools)
    # Clients of LDAP.
    packages+=(ldap-utils apache2-bin python3-ldap default-jdk-headless)
    packages+=(ruby ruby-net-ldap libnet-ldap-perl libio-socket-ssl-perl gcc python3-dev libldap-dev libsasl2-dev)
    packages+=(sssd-ldap sssd-tools libnss-sss libpam-sss nslcd libnss-ldapd libpam-ldapd pamtester)
    # A server and clients of RADIUS.
    packages+=(freeradius freeradius-ldap freeradius-rest freeradius-utils eapoltest libpam-radius-auth)
    # A server for the tests of the store on it, and what stands in front of several of ours.
    packages+=(postgresql haproxy)
    # A mail server, which takes codes.
    packages+=(postfix)
    # Makers of password hashes.
    packages+=(php-cli apache2-utils whois slapd slapd-contrib 389-ds-base)
    ;;
cluster) packages+=(python3 openssl util-linux postgresql patroni etcd-server python3-etcd) ;;
bench) packages+=(python3 python3-venv postgresql wrk nginx slapd libldap-dev libssl-dev openssl gcc binutils) ;;
profile) packages+=(python3 wrk gcc linux-perf) ;;
micro) packages+=(python3 gcc valgrind) ;;
package) packages+=(prometheus fail2ban curl openssl binutils dpkg-dev lintian debootstrap skopeo systemd systemd-container) ;;
*) fatal "what for: build, check, test, cluster, bench, profile, micro or package?" ;;
esac

command -v swift > /dev/null ||
    fatal "there is no swift. Install the Swift 6.3 toolchain from https://www.swift.org/install/linux/"

if ! command -v dpkg-query > /dev/null; then
    echo "install: this is no Debian system; please see that these are there: ${packages[*]}" >&2
    exit 0
fi
missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
    [[ $state == installed ]] || missing+=("$package")
done
((${#missing[@]} == 0)) && exit 0

run=()
if ((EUID != 0)); then
    command -v sudo > /dev/null || fatal "as root, please run: apt-get install ${missing[*]}"
    run=(sudo)
fi
echo "install: ${missing[*]}"
if [[ " ${missing[*]} " == *" openssh-server "* ]]; then
    echo "install: openssh-server also starts an sshd of the system; the tests start their own and do not need it"
fi
if [[ " ${missing[*]} " == *" nginx "* ]]; then
    echo "install: nginx also starts a service of the system; the benchmark starts its own and does not need it"
fi
if [[ " ${missing[*]} " == *" etcd-server "* ]]; then
    echo "install: etcd-server also becomes a service of the system, from its next start on; the tests start their own and do not need it"
fi
if [[ " ${missing[*]} " == *" libpam-sss "* || " ${missing[*]} " == *" libpam-ldapd "* ]]; then
    echo "install: sssd and nslcd also become ways to sign in to this system (pam-auth-update takes them out); the tests have a machine of their own"
fi
if [[ " ${missing[*]} " == *" postfix "* ]]; then
    echo "install: postfix also becomes a service of the system, from its next start on; the tests start their own and do not need it"
fi
# Nothing that is installed here is to run: where no policy says so already, one does for as long as this takes.
if [[ " ${missing[*]} " == *" slapd "* || " ${missing[*]} " == *" 389-ds-base "* ||
    " ${missing[*]} " == *" freeradius "* || " ${missing[*]} " == *" postgresql "* || " ${missing[*]} " == *" haproxy "* ||
    " ${missing[*]} " == *" sssd-ldap "* || " ${missing[*]} " == *" nslcd "* || " ${missing[*]} " == *" postfix "* ||
    " ${missing[*]} " == *" patroni "* || " ${missing[*]} " == *" etcd-server "* ]]; then
    policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        trap '"${run[@]}" rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | "${run[@]}" install -m 0755 /dev/stdin "$policy"
    fi
fi
export DEBIAN_FRONTEND=noninteractive
"${run[@]}" apt-get update --quiet=2
# A configuration that somebody has put there already stays as it is, and nobody is asked about it. Nothing is taken away, such
# as a mail server of the system's in whose place postfix would come.
"${run[@]}" apt-get install --quiet=2 --yes --no-install-recommends --no-remove -o Dpkg::Options::=--force-confold "${missing[@]}" > /dev/null ||
    fatal "apt-get could not install, without removing others: ${missing[*]}"
