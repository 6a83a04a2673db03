# TLS by the package's example: certificate and key lie with root alone, and systemd hands them to the service.
source Tests/Package/machine.sh
start_machine
install_package "$package" > "$machine.install" 2>&1
inside muster init --config /etc/muster/muster.json --admin admin@example.com > "$machine.init"
tls=$machine/etc/muster/tls

# certified NAME: another certificate for the machine's own address.
certified() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$tls/key.pem" -out "$tls/certificate.pem" 2> /dev/null
    chmod 0600 "$tls"/*.pem
}
# Asked of who is vouched for by the certificate that lies there now.
speaks_tls() {
    inside curl --silent --fail --max-time 5 --cacert /etc/muster/tls/certificate.pem \
        https://127.0.0.1:8834/healthz > /dev/null
}
as_service() { inside setpriv --reuid=muster --regid=muster --clear-groups "$@"; }

inside install -d -m 0700 /etc/muster/tls
certified first
inside install -D -m 0644 -t /etc/systemd/system/muster.service.d /usr/share/doc/muster/examples/tls.conf
inside systemctl daemon-reload
inside systemctl start muster
expect "with a key that only root may read the service speaks TLS" soon speaks_tls
expect "and nothing else" not answers
expect "its account cannot read the key where it lies" not as_service cat /etc/muster/tls/key.pem
certified second
expect "another certificate is not served before a restart" not speaks_tls
inside systemctl restart muster
expect "and is after one" soon speaks_tls
score=$(inside systemd-analyze security muster --no-pager | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
expect "systemd-analyze security is at 2.0 or better with it ($score)" fewer "$score" 2.0
stop_machine
