# The package goes through its life on a machine with a systemd of its own.
source Tests/Package/machine.sh
start_machine

begin=$(milliseconds)
install_package "$older" > "$machine.install" 2>&1
installed=$(milliseconds)
expect "who installs it is told how to begin" says "$machine.install" "muster init"
expect "without a directory the service waits, and has not failed" equal "$(state)" inactive
expect "the folder is the service's alone" equal "$(inside stat --format='%U %a' /var/lib/muster)" "muster 700"
# What the message says to do, word for word.
now=$(milliseconds)
inside sh -ec "$(tr -d "\r" < "$machine.install" | sed -n 's/^  \(muster init .*\|systemctl start muster\)$/\1/p')" > "$machine.init" 2>&1
keys=$(grep --only-matching --max-count=1 "X-ApiKeys: [^']*" "$machine.init")
expect "the first answer comes" answers_soon
took=$(($(milliseconds) - now + installed - begin))
expect "from apt-get install to the first answer 5 s at most ($took ms, of which apt-get $((installed - begin)) ms)" fewer "$took" 5000
expect "systemd has been told that it is ready" equal "$(state)" active
expect "and where it listens" eval 'inside systemctl status muster | grep "Status: .Listening on http://127.0.0.1:8834" > /dev/null'
expect "it runs as its own user" equal "$(inside stat --format=%U "/proc/$(main_pid)")" muster
expect "what init has made belongs to it" equal "$(inside stat --format=%U /var/lib/muster/muster.sqlite)" muster
expect "the key opens" eval 'users > /dev/null'
expect "sshd's socket is there" inside test -S /run/muster/agent.sock
expect "muster check finds no error with the settings of the package" inside muster check --config /etc/muster/muster.json
score=$(inside systemd-analyze security muster --no-pager | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
expect "systemd-analyze security of the running service is at 2.0 or better ($score)" fewer "$score" 2.0
answer /users -H "$keys" -H 'Content-Type: application/json' \
    --data '{"username": "jane@example.com", "password": "correct horse", "permissions": 32}' > /dev/null
kept() { users | grep jane@example.com > /dev/null; }

# upgraded SENTENCE: the newer package is installed while callers come all the time.
upgraded() {
    local pid
    pid=$(main_pid)
    inside rm -f /run/load-ends
    inside KEYS="${keys#X-ApiKeys: }" python3 /tests/load.py 127.0.0.1 8834 > "$machine.load" &
    load=$!
    sleep 1
    install_package "$package" > "$machine.install" 2>&1
    sleep 1
    inside touch /run/load-ends
    wait "$load"
    cat "$machine.load"
    expect "the newer version is installed over the running server" \
        equal "$(inside dpkg-query --show --showformat='${Version}' muster)" "$version"
    expect "which was restarted" eval '[[ $(main_pid) != "$pid" ]]'
    expect "and has lost nothing of the directory" kept
}
upgraded
install_package "$older" > "$machine.install" 2>&1
expect "an older package of the same schema serves as well" soon kept

# The same where systemd holds the address.
inside systemctl stop muster
inside systemctl enable --quiet --now muster.socket
inside systemctl start muster
upgraded
expect "no request was refused or broken by the upgrade, and no user lost" says "$machine.load" " 0 failed, .* 0 lost"

inside systemctl restart muster
expect "it answers after a restart" answers_soon
inside kill -KILL "$(main_pid)"
expect "it comes back when it was killed" answers_soon
inside systemctl reload muster
expect "a reload ends nothing" answers
for again in 1 2; do inside DPKG_MAINTSCRIPT_PACKAGE=muster sh /var/lib/dpkg/info/muster.postinst configure "$version"; done
expect "the package's scripts may run again" answers_soon

inside apt-get remove --quiet=2 --yes muster > "$machine.remove" 2>&1
expect "removing it stops the server" not answers
expect "removing it keeps the directory" inside test -s /var/lib/muster/muster.sqlite
expect "and the settings" inside test -s /etc/muster/muster.json
install_package "$package" > "$machine.install" 2>&1
inside systemctl start muster
expect "installed again, it serves the same directory" soon kept
inside apt-get purge --quiet=2 --yes muster > "$machine.remove" 2>&1
expect "a purge ends a running server" not answers
expect "a purge keeps the directory" inside test -s /var/lib/muster/muster.sqlite
expect "and says what stays, and how to delete it" says "$machine.remove" "rm -r /var/lib/muster && userdel muster"
expect "a purge takes the settings" not inside test -e /etc/muster
expect "nothing of it is left to systemd" not inside systemctl cat muster.service
expect "what it says is enough to be rid of all" inside sh -ec "$(tr -d "\r" < "$machine.remove" | sed -n 's/.*: \(rm -r .*\)/\1/p')"
stop_machine
