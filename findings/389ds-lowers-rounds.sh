#!/usr/bin/env bash
# One would expect "upgrade the hash at a login" to make hashes stronger, never weaker. 389-ds 2.3.1 (Debian 389-ds-base)
# upgrades by default (nsslapd-enable-upgrade-hash: on), looks only at the name of the scheme, and writes its own fixed
# 10,000 rounds: an imported `{PBKDF2-SHA256}` hash of 29,000 rounds (passlib's default) becomes `{PBKDF2-SHA512}` of
# 10,000 at the first bind. A `{PBKDF2-SHA512}` hash of 29,000 rounds is left as it was.
# Matters to whoever imports hashes into 389-ds, or reads hashes back from it and asks how many rounds they have.
# Upstream: https://github.com/389ds/389-ds-base/issues/6678 (rounds are not compared),
# https://github.com/389ds/389-ds-base/pull/6447 (rounds could not be set before)
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Only root may read the installed schema; for others the package is unpacked.
[[ -r /etc/dirsrv/schema ]] || FINDINGS_UNPACK=1
debian 389-ds-base 2.3.1+dfsg1
debian ldap-utils 2.5.13+dfsg

password='correct horse'
# A hash of a kind: {SSHA512} for the manager, or PBKDF2 of 29,000 rounds with a digest for a user.
made() {
    python3 - "$password" "$1" <<'EOF'
import base64
import hashlib
import sys

password, kind = sys.argv[1].encode(), sys.argv[2]
salt = bytes(range(16))


def text(data):
    return base64.b64encode(data).decode()


if kind == "SSHA512":
    print("{SSHA512}" + text(hashlib.sha512(password + salt).digest() + salt))
else:
    print(f"{{PBKDF2-{kind.upper()}}}29000", text(salt), text(hashlib.pbkdf2_hmac(kind, password, salt, 29000)), sep="$")
EOF
}

# An instance of the server's own template that lives in the folder and listens on a socket there alone.
conf=$folder/config
mkdir -p "$conf" "$folder"/{bak,cert,db,inst,ldif,lock,log,run,tmp}
cp -r "$(found /etc/dirsrv/schema)" "$conf/schema"
cp "$(found /etc/dirsrv/config/slapd-collations.conf)" "$(found /etc/dirsrv/config/certmap.conf)" "$conf"
sed -e "s|%schema_dir%|$conf/schema|; s|%config_dir%|$conf|; s|%db_home_dir%|$folder/db|; s|%db_lib%|bdb|" \
    -e "s|%ds_passwd%|$(made SSHA512)|; s|%ds_port%|0|; s|%ds_user%|$(id -un)|; s|%fqdn%|localhost|" \
    -e "s|%ldapi%|$folder/socket|; s|%ldapi_enabled%|on|; s|%ldapi_autobind%|off|; s|%rootdn%|cn=manager|" \
    -e "s|%ds_suffix%|dc=example,dc=com|; s|%\([a-z]*\)_dir%|$folder/\1|" \
    "$(found /usr/share/dirsrv/data/template-dse.ldif)" >"$conf/dse.ldif"
if [[ -d $folder/unpacked ]]; then
    sed -i "s|^\(nsslapd-plugin[pP]ath: \)lib|\1$(found "/usr/lib/*/dirsrv/plugins")/lib|" "$conf/dse.ldif"
fi
ns-slapd -D "$conf" -i "$folder/run/pid" -d 0 >"$folder/output" 2>&1 &
started+=($!)

address=ldapi://${folder//\//%2F}%2Fsocket
manager=(-x -H "$address" -D cn=manager -w "$password")
await ldapwhoami "${manager[@]}"
ldapadd "${manager[@]}" >/dev/null <<EOF
dn: cn=userRoot,cn=ldbm database,cn=plugins,cn=config
objectClass: extensibleObject
objectClass: nsBackendInstance
cn: userRoot
nsslapd-suffix: dc=example,dc=com

dn: cn="dc=example,dc=com",cn=mapping tree,cn=config
objectClass: extensibleObject
objectClass: nsMappingTree
cn: dc=example,dc=com
nsslapd-state: backend
nsslapd-backend: userRoot

dn: dc=example,dc=com
objectClass: domain
dc: example

dn: cn=sha256,dc=example,dc=com
objectClass: person
cn: sha256
sn: sha256
userPassword: $(made sha256)

dn: cn=sha512,dc=example,dc=com
objectClass: person
cn: sha512
sn: sha512
userPassword: $(made sha512)
EOF

stored() {
    ldapsearch "${manager[@]}" -LLL -o ldif-wrap=no -s base -b "cn=$1,dc=example,dc=com" userPassword |
        sed -n 's/^userPassword:: //p' | base64 -d
}

ldapsearch "${manager[@]}" -LLL -s base -b cn=config nsslapd-enable-upgrade-hash passwordStorageScheme | sed '/^dn\|^$/d'
for user in sha256 sha512; do
    before=$(stored $user)
    ldapwhoami -x -H "$address" -D "cn=$user,dc=example,dc=com" -w "$password" >/dev/null ||
        changed "389-ds refuses the right password for $before"
    after=$(stored $user)
    echo "before the first bind: $before"
    echo "after it:              $after"
    case $user in
    sha256) [[ $after == '{PBKDF2-SHA512}10000$'* ]] || changed "the hash of another scheme does not go to 10,000 rounds" ;;
    sha512) [[ $after == "$before" ]] || changed "the hash of the server's own scheme is not left as it was" ;;
    esac
done
