#!/usr/bin/env bash
# One would expect a client that connects to ldaps://localhost to want a certificate for `localhost`. Debian's libldap 2.5.13,
# which speaks TLS by GnuTLS, puts the machine's own host name in the place of `localhost` before it looks at the
# certificate: one for `localhost` alone is refused as that of another host, one for the host name is taken, and ldaps://127.0.0.1
# with the address in the certificate is what it says. The sign is only "Can't contact LDAP server (-1)".
# Matters to whoever tries a directory on the own machine, or runs sssd, nslcd or Apache beside one.
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

debian slapd 2.5.13+dfsg
debian ldap-utils 2.5.13+dfsg

own=$(hostname --fqdn 2> /dev/null || hostname)
mkdir "$folder/data"
printf 'include %s\nTLSCertificateFile %s\nTLSCertificateKeyFile %s\ndatabase ldif\nsuffix dc=example\ndirectory %s\n' \
    "$(found /etc/ldap/schema/core.schema)" "$folder/certificate.pem" "$folder/key.pem" "$folder/data" > "$folder/slapd.conf"

# Serves with a certificate for some names, and says whether a client takes it that connects to a host.
asks() {
    local host=$1 names=$2 port verdict=refused
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=directory \
        -addext "subjectAltName=$names" -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2> /dev/null
    port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    slapd -d 0 -f "$folder/slapd.conf" -h "ldaps://127.0.0.1:$port" 2> /dev/null &
    started+=($!)
    await bash -c "exec 3<> /dev/tcp/127.0.0.1/$port"
    if LDAPTLS_CACERT=$folder/certificate.pem ldapsearch -x -LLL -H "ldaps://$host:$port" -b '' -s base 1.1 \
        > /dev/null 2> "$folder/said"; then
        verdict=taken
    fi
    kill "${started[-1]}"
    wait "${started[-1]}" 2> /dev/null || true
    echo "$host, certificate for $names: $verdict" >&2
    echo "$verdict"
}

[[ $(asks 127.0.0.1 IP:127.0.0.1) == taken ]] || changed "a certificate for the address is not taken"
[[ $(asks localhost DNS:localhost) == refused ]] || changed "a certificate for localhost is taken at ldaps://localhost"
[[ $(asks localhost "DNS:$own") == taken ]] || changed "a certificate for $own is not taken at ldaps://localhost"
