# The package goes through its life on a machine with a systemd of its own.
source Tests/Package/machine.sh
start_machine
echo "machine: systemd $(inside systemctl --version | head -1 | cut -d' ' -f2), $(inside systemctl is-system-running || true)"

main_pid() { inside systemctl show --property MainPID --value muster; }
state() { inside systemctl show --property ActiveState --value muster; }
answer() { inside curl --silent --fail --max-time 5 "http://127.0.0.1:8834$1" "${@:2}"; }
answers() { answer /healthz > /dev/null; }
answers_soon() { local try; for try in {1..100}; do ! answers || return 0; sleep 0.05; done; return 1; }
users() { answer /users -H "$keys"; }
install_package() { inside apt-get install --quiet=2 --yes --allow-downgrades "/packages/$(basename "$1")"; }
not() { ! "$@"; }

begin=$(milliseconds)
install_package "$older" > "$machine.install" 2>&1
expect "who installs it is told how to begin" says "$machine.install" "muster init"
expect "without a directory the service waits, and has not failed" equal "$(state)" inactive
expect "the folder is the service's alone" equal "$(inside stat --format='%U %a' /var/lib/muster)" "muster 700"
inside muster init --config /etc/muster/muster.json --admin admin@example.com > "$machine.init"
keys=$(grep --only-matching --max-count=1 "X-ApiKeys: [^']*" "$machine.init")
inside systemctl start muster
expect "the first answer comes" answers
took=$(($(milliseconds) - begin))
expect "from apt-get install to the first answer 5 s at most ($took ms)" fewer "$took" 5000
expect "systemd has been told that it is ready" equal "$(state)" active
expect "and where it listens" eval 'inside systemctl status muster | grep --quiet "Status: .Listening on http://127.0.0.1:8834"'
expect "it runs as its own user" equal "$(inside ps -o user= -p "$(main_pid)" 2> /dev/null || inside stat --format=%U "/proc/$(main_pid)")" muster
expect "what init has made belongs to it" equal "$(inside stat --format=%U /var/lib/muster/muster.sqlite)" muster
expect "the key opens" users
expect "sshd's socket is there" inside test -S /run/muster/agent.sock
expect "muster check finds no error with the settings of the package" inside muster check --config /etc/muster/muster.json
answer /users -H "$keys" -H 'Content-Type: application/json' \
    --data '{"username": "jane@example.com", "password": "correct horse", "permissions": 32}' > /dev/null

# An upgrade while callers come all the time, and systemd holds the address.
inside systemctl stop muster
inside systemctl enable --quiet --now muster.socket
inside systemctl start muster
pid=$(main_pid)
inside python3 /tests/load.py 127.0.0.1 8834 > "$machine.load" &
load=$!
sleep 1
install_package "$package" > "$machine.install" 2>&1
sleep 1
inside touch /run/load-ends
wait "$load"
cat "$machine.load"
expect "no request was refused or broken by the upgrade" says "$machine.load" " 0 failed"
expect "the newer version is installed" equal "$(inside dpkg-query --show --showformat='${Version}' muster)" "$version"
expect "the server was restarted" not equal "$(main_pid)" "$pid"
expect "nothing of the directory is lost" eval 'users | grep --quiet jane@example.com'

inside systemctl restart muster
expect "it answers after a restart" answers_soon
inside kill -KILL "$(main_pid)"
expect "it comes back when it was killed" answers_soon
inside systemctl reload muster
expect "a reload ends nothing" answers
for again in 1 2; do inside sh /var/lib/dpkg/info/muster.postinst configure "$version"; done
expect "the package's scripts may run again" answers_soon
install_package "$older" > "$machine.install" 2>&1
expect "an older package of the same schema serves as well" answers_soon
install_package "$package" > "$machine.install" 2>&1

inside sh -c "echo '{\"dataDir\": \"/var/lib/muster\", \"http\": {\"bind\": \"nonsense\"}}' > /etc/muster/muster.json"
inside systemctl restart muster > /dev/null 2>&1 || true
expect "a wrong setting stops the start, and the journal says which" \
    eval 'inside journalctl --unit muster --no-pager | grep --quiet "http.bind"'
inside sh -c "echo '{\"dataDir\": \"/var/lib/muster\", \"http\": {\"bind\": \"127.0.0.1:8834\"}}' > /etc/muster/muster.json"
inside systemctl reset-failed muster muster.socket
inside systemctl start muster.socket muster
expect "with the right one it starts" answers_soon

inside apt-get remove --quiet=2 --yes muster > "$machine.remove" 2>&1
expect "removing it stops the server" not answers
expect "removing it keeps the directory" inside test -s /var/lib/muster/muster.sqlite
expect "and the settings" inside test -s /etc/muster/muster.json
install_package "$package" > "$machine.install" 2>&1
inside systemctl start muster
expect "installed again, it serves the same directory" eval 'answers_soon && users | grep --quiet jane@example.com'
inside apt-get purge --quiet=2 --yes muster > "$machine.remove" 2>&1
expect "a purge ends a running server" not answers
expect "a purge keeps the directory" inside test -s /var/lib/muster/muster.sqlite
expect "and says what stays, and how to delete it" says "$machine.remove" "rm -r /var/lib/muster && userdel muster"
expect "a purge takes the settings" not inside test -e /etc/muster
expect "nothing of it is left to systemd" not inside systemctl cat muster.service
stop_machine
trap - EXIT
