# From `apt install` to alerts, with nothing but the page: each block of commands of docs/operations.md that is for a
# machine runs there as it is printed. Then there is trouble, and who watches has to see it.
source Tests/Package/machine.sh
start_machine
commands=$(mktemp -d)
Tests/Package/page.py docs/operations.md "$commands"
# Nobody is there who says yes.
echo 'APT::Get::Assume-Yes "true";' > "$machine/etc/apt/apt.conf.d/90tests"
cp "$package" "$machine/root/"
inside setsid --fork python3 /tests/mail.py /root/mail > /dev/null 2>&1 < /dev/null

: > "$machine.all"
begin=$(milliseconds)
for block in "$commands"/*; do
    cp "$block" "$machine/root/block"
    inside bash -c 'cd /root && bash -e ./block' > "$machine.page" 2>&1 < /dev/null ||
        { cat "$machine.page" >&2; fatal "${block##*/} of docs/operations.md does not run as printed"; }
    cat "$machine.page" >> "$machine.all"
    echo "ok: ${block##*/} of docs/operations.md runs as printed"
done
took=$((($(milliseconds) - begin) / 1000))
expect "from apt install to alerts it takes ten minutes at most ($took s)" fewer "$took" 600
expect "the alert manager has heard that the server was down" says "$machine.all" MusterDown
expect "and has sent a mail that says so" soon inside grep --quiet "Subject: .*MusterDown" /root/mail
expect "the server answers again" answers_soon
rules() { inside curl --silent http://127.0.0.1:9090/api/v1/rules; }
expect "Prometheus has the rules" eval 'rules | grep MusterNotReady > /dev/null'
is_up() { inside curl --silent 'http://127.0.0.1:9090/api/v1/query?query=up%7Bjob%3D%22muster%22%7D' | grep ',"1"\]' > /dev/null; }
for try in 1 2 3 4 5; do ! is_up || break; sleep 5; done
expect "Prometheus sees that it is up again" is_up

# Somebody guesses, from an address of their own.
inside ip address add 198.51.100.7/32 dev lo
guess() {
    inside curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 --interface 198.51.100.7 \
        --json '{"username": "admin@example.com", "password": "not this one"}' http://127.0.0.1:8834/session
}
for try in 1 2 3 4 5 6 7 8 9 10; do
    said=$(guess || true)
    expect "guess $try is refused ($said)" eval '[[ $said == 4* ]]'
done
shut_out() { inside fail2ban-client status muster | grep 'Banned IP list:.*198.51.100.7' > /dev/null; }
expect "fail2ban finds it in the journal" soon shut_out
expect "and its connections come no more" soon not guess
expect "other callers come in" answers
rm -rf "$commands"
stop_machine
