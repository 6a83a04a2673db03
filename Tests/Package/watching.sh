# Promises that what watches over a server understands it: Prometheus its metrics and alert rules, fail2ban its log.
# Sourced by run.sh.

promtool check rules docs/operations/alerts.yml
promtool test rules docs/operations/alerts_test.yml
Tests/Package/dashboard_test.py

work=$(mktemp -d)
settings=(--unset=MUSTER_BINARY MUSTER_PASSWORD_ARGON2_KIBIBYTES=1024 MUSTER_PASSWORD_ARGON2_ITERATIONS=1)
env "${settings[@]}" "$MUSTER_BINARY" init --data-dir "$work/data" --admin admin@example.com > /dev/null
for form in logfmt json; do
    env "${settings[@]}" MUSTER_LOG_FORMAT=$form MUSTER_METRICS_BIND=127.0.0.1:0 \
        "$MUSTER_BINARY" serve --data-dir "$work/data" --bind 127.0.0.1:0 2> "$work/$form" &
    server=$!
    for _ in $(seq 300); do
        (($(grep -o 'http://127[^ "]*' "$work/$form" | wc -l) >= 2)) && break
        sleep 0.1
    done
    metrics=$(grep -o 'http://127[^ "]*/metrics' "$work/$form")
    url=$(grep -o 'http://127[^ "]*' "$work/$form" | grep -v metrics)
    for _ in 1 2 3; do
        curl --silent --output /dev/null --json '{"username":"admin@example.com","password":"not this one"}' "$url/session"
    done
    curl --silent --output /dev/null --header "Origin: $url" --data-urlencode "username=admin@example.com" \
        --data-urlencode "password=not this one" "$url/sign-in"
    curl --silent --fail "$metrics" > "$work/metrics"
    promtool check metrics < "$work/metrics"
    grep -q '^muster_http_requests_total{route="/session",method="POST",status="4xx"} 3$' "$work/metrics" ||
        fatal "three refused sign-ins are not counted"
    grep -q '^muster_refusals_total{reason="credentials.invalid"} 4$' "$work/metrics" ||
        fatal "the refused sign-in at the console is not counted"
    kill "$server"
    wait "$server" || true
    # The second is what fail2ban makes of a line of the journal.
    sed 's/^/host muster[123]: /' "$work/$form" > "$work/$form.journal"
    for log in "$work/$form" "$work/$form.journal"; do
        found=$(fail2ban-regex --print-all-matched "$log" packaging/fail2ban/muster.conf)
        grep -q '^Lines: .* 4 matched' <<< "$found" || fatal "fail2ban does not find four refusals in $log: $found"
    done
    echo "ok: promtool takes the metrics, and fail2ban finds refusals in a log of the form $form"
done
rm -rf "$work"
