#!/usr/bin/env bash
# On a machine of its own (../ssh/apart.sh): starts a daemon that asks LDAP, with the machine's names and sign-ins looked up
# by it, and runs the commands that come as lines, each answered by its output, indented, and a line "code N".
# Usage: joined.sh sssd|nslcd SETTINGS AUTHORITY; the certificate is then /etc/authority.pem, which the daemon's account can read.
set -uo pipefail
daemon=$1 settings=$2
install -m 0644 "$3" /etc/authority.pem

# Every lookup goes to the files first, as on any machine.
name_service() { printf '%s: files %s\n' passwd "$1" group "$1" shadow "$1" > /etc/nsswitch.conf; }
sign_in() { printf '%s required %s\n' auth "$1" account "$1" password "$1" session pam_permit.so > /etc/pam.d/joined; }

case $daemon in
sssd)
    name_service sss
    sign_in pam_sss.so
    mkdir -p /var/log/sssd /etc/sssd /run/sssd /var/lib/sss/{db,mc,pubconf/krb5.include.d,pipes/private,gpo_cache,keytabs,secrets,deskprofile}
    install -m 0600 "$settings" /etc/sssd/sssd.conf
    sssd -i > /var/log/daemon.log 2>&1 &
    ;;
nslcd)
    name_service ldap
    sign_in pam_ldap.so
    echo 'nslcd:x:39998:39998:nslcd:/run/nslcd:/usr/sbin/nologin' >> /etc/passwd
    echo 'nslcd:x:39998:' >> /etc/group
    install -d -o nslcd -g nslcd /run/nslcd
    install -m 0640 -g nslcd "$settings" /etc/nslcd.conf
    nslcd --nofork > /var/log/daemon.log 2>&1 &
    ;;
esac
while IFS= read -r line; do
    said=$(bash -c "$line" 2>&1 < /dev/null)
    code=$?
    [[ -z $said ]] || printf '%s\n' "$said" | sed 's/^/ /'
    echo "code $code"
done
