#!/usr/bin/env bash
# One would expect two LDAP servers that write a hash under the same scheme name, in the same order of fields, to take
# each other's. OpenLDAP 2.5's pw-pbkdf2 (Debian slapd-contrib 2.5.13) takes salts of exactly 16 bytes and refuses the
# right password for every other length; 389-ds 2.3.1 writes salts of 24 under the same `{PBKDF2-SHA256}`. So nobody whose
# entry moved from 389-ds to slapd can bind, and the only sign is "Invalid credentials". It is the length: of hashes with
# salts of 16 and 24 bytes that are alike in everything else, just the first opens, in either one's base64.
# Matters to whoever moves a directory, or exports hashes for slapd.
# Upstream: https://github.com/hamano/openldap-pbkdf2/issues/13 (the same module, where it began)
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

debian slapd 2.5.13+dfsg
debian slapd-contrib 2.5.13+dfsg
debian ldap-utils 2.5.13+dfsg
debian 389-ds-base 2.3.1+dfsg1

modules=/usr/lib/ldap:$folder/unpacked/usr/lib/ldap
scheme='{PBKDF2-SHA256}'
password='correct horse'
of_slapd=$(slappasswd -o module-path="$modules" -o module-load=pw-pbkdf2 -h "$scheme" -s "$password")
of_389ds=$(pwdhash -s PBKDF2-SHA256 "$password")

# A hash with a salt of a length, in OpenLDAP's base64 (a dot for the plus, no padding) or in 389-ds' plain one.
made() {
    python3 - "$password" "$1" "$2" <<'EOF'
import base64
import hashlib
import sys

password, length, base = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3]


def text(data):
    plain = base64.b64encode(data).decode()
    return plain.replace("+", ".").rstrip("=") if base == "slapd" else plain


salt = bytes(range(0xF0, 0xF0 + 16)) + bytes(range(length - 16))
print("{PBKDF2-SHA256}10000", text(salt), text(hashlib.pbkdf2_hmac("sha256", password, salt, 10000)), sep="$")
EOF
}

mkdir "$folder/data"
cat >"$folder/slapd.conf" <<EOF
include $(found /etc/ldap/schema/core.schema)
include $(found /etc/ldap/schema/cosine.schema)
modulepath $modules
moduleload back_mdb
moduleload pw-pbkdf2
pidfile $folder/slapd.pid
database mdb
suffix dc=example,dc=com
directory $folder/data
EOF
names=(of-slapd of-389ds made-16-slapd made-24-slapd made-16-389ds made-24-389ds)
hashes=("$of_slapd" "$of_389ds" "$(made 16 slapd)" "$(made 24 slapd)" "$(made 16 389ds)" "$(made 24 389ds)")
{
    printf 'dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n'
    for index in "${!names[@]}"; do
        name=${names[index]}
        printf '\ndn: cn=%s,dc=example,dc=com\nobjectClass: person\ncn: %s\nsn: %s\n' "$name" "$name" "$name"
        printf 'userPassword: %s\n' "${hashes[index]}"
    done
} >"$folder/users.ldif"
slapadd -f "$folder/slapd.conf" -l "$folder/users.ldif"

address=ldapi://${folder//\//%2F}%2Fsocket
slapd -f "$folder/slapd.conf" -h "$address" -d 0 2>"$folder/slapd.log" &
started+=($!)
await ldapsearch -x -H "$address" -b '' -s base

for index in "${!names[@]}"; do
    name=${names[index]}
    verdict=taken
    said=$(ldapwhoami -x -H "$address" -D "cn=$name,dc=example,dc=com" -w "$password" 2>&1) || verdict=refused
    echo "$name: $verdict ($said), ${hashes[index]}"
    case $name in
    of-slapd | made-16-*) wanted=taken ;;
    *) wanted=refused ;;
    esac
    [[ $verdict == "$wanted" ]] || changed "slapd has $verdict the right password for the hash $name"
done
