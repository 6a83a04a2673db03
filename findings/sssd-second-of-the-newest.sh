#!/usr/bin/env bash
# One would expect a client that keeps a copy of a directory, and asks for what is newer than all that it has, to get all of
# it. sssd 2.8.2 with `enumerate = true` asks for what has a later `modifyTimestamp` than the newest entry that it knows, and
# not for that second once more. LDAP tells times in whole seconds: whoever is added within that second, after sssd has
# asked, is not in its lists until it looks at everybody again, hours later, though whoever came in the next second is. So
# it goes when sssd starts beside changes; later its clock strikes at the beginning of a second, and it misses few.
# Matters to whoever relies on such lists right after users were made, and to whoever writes a server: with `lastUSN` in its
# root and `entryUSN` on entries sssd asks by those, and misses nobody so.
# Upstream: src/providers/ldap/sdap_async_enum.c, https://github.com/SSSD/sssd
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

((EUID == 0)) || changed "sssd runs as root alone: run this as root"
debian slapd 2.5.13+dfsg
debian ldap-utils 2.5.13+dfsg
debian sssd-ldap 2.8.2
debian sssd-tools 2.8.2

mkdir "$folder/data"
cat >"$folder/slapd.conf" <<EOF
include $(found /etc/ldap/schema/core.schema)
include $(found /etc/ldap/schema/cosine.schema)
include $(found /etc/ldap/schema/nis.schema)
modulepath /usr/lib/ldap:$folder/unpacked/usr/lib/ldap
moduleload back_mdb
pidfile $folder/slapd.pid
database mdb
suffix dc=example,dc=com
rootdn cn=root,dc=example,dc=com
rootpw secret
directory $folder/data
EOF

# A user of some number, as LDIF.
user() {
    printf 'dn: uid=user%s,dc=example,dc=com\nobjectClass: account\nobjectClass: posixAccount\nuid: user%s\n' "$1" "$1"
    printf 'cn: User %s\nuidNumber: %s\ngidNumber: 10000\nhomeDirectory: /home/user%s\n\n' "$1" $((20000 + $1)) "$1"
}
{
    printf 'dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n'
    user 0
} | slapadd -f "$folder/slapd.conf"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
address=ldap://127.0.0.1:$port
slapd -f "$folder/slapd.conf" -h "$address" -d stats 2>"$folder/slapd.log" &
started+=($!)
await ldapsearch -x -H "$address" -b '' -s base

cat >"$folder/sssd.conf" <<EOF
[sssd]
services = nss
domains = example
[domain/example]
id_provider = ldap
auth_provider = none
ldap_uri = $address
ldap_search_base = dc=example,dc=com
enumerate = true
ldap_enumeration_refresh_timeout = 2
ldap_enumeration_refresh_offset = 1
EOF

# sssd has its files in places of its own, which are not the machine's here.
cat >"$folder/apart.sh" <<'EOF'
set -e
folder=$1
if [[ -d $folder/unpacked/usr ]]; then
    mount -t overlay overlay -o "lowerdir=$folder/unpacked/usr:/usr" /usr
fi
for place in /run /var/lib /var/log; do mount -t tmpfs tmpfs "$place"; done
mkdir -p /run/sssd /var/log/sssd /var/lib/sss/{db,mc,pubconf/krb5.include.d,pipes/private,gpo_cache,keytabs,secrets,deskprofile}
cp -a /etc /run/etc
mkdir -p /run/etc/sssd
install -m 600 "$folder/sssd.conf" /run/etc/sssd/sssd.conf
mount --bind /run/etc /etc
exec sssd -i
EOF
# Whether sssd has a user in its cache, for whom nobody has asked by name.
has() {
    nsenter --target "$sssd" --mount sssctl user-show "user$1" 2>&1 | grep -q "^Name: user$1\$"
}

# How often sssd has asked for what is newer.
asked() {
    grep -c 'filter="(&(objectClass=posixAccount).*modifyTimestamp>=' "$folder/slapd.log" || true
}

# Waits, for a minute at most, until sssd has asked so often for what is newer.
await_asked() {
    local attempt
    for ((attempt = 0; attempt < 300; attempt++)); do
        (($(asked) >= $1)) && return
        sleep 0.2
    done
    changed "sssd does not ask for what is newer than what it knows: $(tail -3 "$folder/sssd.log")"
}

add() { ldapadd -x -H "$address" -D cn=root,dc=example,dc=com -w secret >/dev/null; }

# Twenty users a second come while sssd starts, and asks for everybody somewhere in the middle of a second.
for number in {1..80}; do
    user "$number"
    sleep 0.05
done | add &
adding=$!
python3 -c 'import time; time.sleep(1 - time.time() % 1)'
unshare --mount --propagation private bash "$folder/apart.sh" "$folder" >"$folder/sssd.log" 2>&1 &
sssd=$!
started+=("$sssd")
wait "$adding"
await_asked 1
sleep 2
user 81 | add
await_asked $(($(asked) + 3))

missed=()
for number in {1..80}; do has "$number" || missed+=("user$number"); done
has 0 || changed "sssd does not know who was there before"
has 81 || changed "sssd does not hear of whoever comes later, either"
grep -o 'filter="[^"]*modifyTimestamp>=[^"]*"' "$folder/slapd.log" | tail -1
echo "of 80 users who came one after the other sssd has missed ${#missed[@]}: ${missed[*]}"
[[ ${#missed[@]} -gt 0 ]] || changed "sssd has missed nobody"
