# Promises that what watches over a server understands it: Prometheus its metrics and alert rules, fail2ban its log.
# Sourced by run.sh.

promtool check rules docs/operations/alerts.yml
promtool test rules docs/operations/alerts_test.yml
Tests/Package/dashboard_test.py

work=$(mktemp -d)
settings=(--unset=MUSTER_BINARY MUSTER_PASSWORD_ARGON2_KIBIBYTES=1024 MUSTER_PASSWORD_ARGON2_ITERATIONS=1)
# Where clients come from is told by a proxy, so that the machine needs no address of IPv6.
settings+=(MUSTER_HTTP_TRUSTED_PROXIES=127.0.0.1 MUSTER_LDAP_BIND=127.0.0.1:0 MUSTER_LDAP_SUFFIX=dc=example,dc=com)
wrong='{"username":"admin@example.com","password":"not this one"}'
env "${settings[@]}" "$MUSTER_BINARY" init --data-dir "$work/data" --admin admin@example.com > /dev/null
for form in logfmt json; do
    env "${settings[@]}" MUSTER_LOG_FORMAT=$form MUSTER_METRICS_BIND=127.0.0.1:0 \
        "$MUSTER_BINARY" serve --data-dir "$work/data" --bind 127.0.0.1:0 2> "$work/$form" &
    server=$!
    for _ in $(seq 300); do
        (($(grep -o '\(http\|ldap\)://127[^ "]*' "$work/$form" | wc -l) >= 3)) && break
        sleep 0.1
    done
    metrics=$(grep -o 'http://127[^ "]*/metrics' "$work/$form")
    url=$(grep -o 'http://127[^ "]*' "$work/$form" | grep -v metrics)
    for _ in 1 2 3; do
        curl --silent --output /dev/null --header "X-Forwarded-For: 203.0.113.7" --json "$wrong" "$url/session"
    done
    curl --silent --output /dev/null --header "X-Forwarded-For: 203.0.113.7" --header "Origin: $url" \
        --data-urlencode "username=admin@example.com" --data-urlencode "password=not this one" "$url/sign-in"
    curl --silent --output /dev/null --header "X-Forwarded-For: 2001:db8::7" --json "$wrong" "$url/session"
    directory=$(grep -o 'ldap://127[^ "]*' "$work/$form" | head -1)
    not curl --silent --output /dev/null --user "uid=admin@example.com,ou=people,dc=example,dc=com:not this one" \
        "$directory/dc=example,dc=com" || fatal "a wrong password binds"
    curl --silent --fail "$metrics" > "$work/metrics"
    promtool check metrics < "$work/metrics"
    grep -q '^muster_http_requests_total{route="/session",method="POST",status="4xx"} 4$' "$work/metrics" ||
        fatal "four refused sign-ins are not counted"
    grep -q '^muster_refusals_total{reason="credentials.invalid"} 5$' "$work/metrics" ||
        fatal "the refused sign-in at the console is not counted"
    kill "$server"
    wait "$server" || true
    # The second is what fail2ban makes of a line of the journal.
    sed 's/^/host muster[123]: /' "$work/$form" > "$work/$form.journal"
    for log in "$work/$form" "$work/$form.journal"; do
        found=$(fail2ban-regex --print-all-matched "$log" packaging/fail2ban/muster.conf)
        grep -q '^Lines: .* 6 matched' <<< "$found" || fatal "fail2ban does not find six refusals in $log: $found"
        grep -q 'LDAP/bind' <<< "$found" || fatal "fail2ban does not find the refused bind in $log: $found"
        addresses=$(fail2ban-regex --out=ip "$log" packaging/fail2ban/muster.conf | LC_ALL=C sort -u | xargs)
        [[ $addresses == "127.0.0.1 2001:db8::7 203.0.113.7" ]] || fatal "fail2ban finds other addresses in $log: $addresses"
    done
    echo "ok: promtool takes the metrics, and fail2ban finds refusals in a log of the form $form"
done
rm -rf "$work"
