# What goes wrong on machines: settings, the master key, and two versions on one machine.
source Tests/Package/machine.sh
start_machine
install_package "$package" > "$machine.install" 2>&1
inside muster init --config /etc/muster/muster.json --admin admin@example.com > "$machine.init"
inside systemctl start muster
key=/var/lib/muster/master.key
inside cp --preserve=all "$key" /root/key

# refused SENTENCE PATTERN: the service does not start, and the journal says why in one line.
refused() {
    local since
    since=$(inside date '+%F %T.%N')
    inside systemctl reset-failed muster
    not inside systemctl restart muster > /dev/null 2>&1 || fatal "it starts all the same: $1"
    journal --since "$since" > "$machine.journal"
    expect "$1" says "$machine.journal" "$2"
}

# mended: all is as it was, and it serves again.
mended() {
    inside cp --preserve=all /root/key "$key"
    inside systemctl reset-failed muster
    inside systemctl start muster
    expect "and serves again when that is mended" answers_soon
}

inside sed -i 's/127.0.0.1:8834/nonsense/' /etc/muster/muster.json
refused "a wrong setting stops the start, and the journal names it" "http\.bind.*nonsense"
inside sed -i 's/nonsense/127.0.0.1:8834/' /etc/muster/muster.json
mended
inside rm "$key"
refused "without its master key it does not start" "master\.key"
mended
inside truncate --size=10 "$key"
refused "with half a master key it does not start" "master\.key"
mended
inside chown root:root "$key"
refused "a master key that is another's is refused with its name" "master\.key"
mended
inside chmod 0644 "$key"
inside systemctl restart muster
expect "with a master key that others may read it serves" answers_soon
journal > "$machine.journal"
expect "and warns, with the command that shuts it" says "$machine.journal" "chmod .*master\.key"
expect "as muster check does" not inside muster check --strict --quiet --config /etc/muster/muster.json
mended

# Another version, unpacked from the tarball, beside the package's.
scripts/dist.sh > /dev/null
inside mkdir /opt/muster
inside tar --extract --gzip --file "/packages/muster-$version-linux-$(uname -m).tar.gz" --directory /opt/muster --strip-components=1
beside() { inside setpriv --reuid=muster --regid=muster --clear-groups /opt/muster/bin/muster "$@"; }
not beside serve --data-dir /var/lib/muster --bind 127.0.0.1:8835 > "$machine.beside" 2>&1 || fatal "two serve one directory"
expect "a second program does not serve the same directory, and says who does" says "$machine.beside" "muster\.lock|already|another"
expect "the service does not mind" answers
not beside users list --data-dir /var/lib/muster > "$machine.beside" 2>&1 || fatal "a second program opens the directory"
expect "nor does it open it for a command" says "$machine.beside" "server"
# ListenStream= of one service, http.bind of another one.
inside sh -c "/opt/muster/bin/muster init --data-dir /srv/other --admin other@example.com > /dev/null"
not inside /opt/muster/bin/muster serve --data-dir /srv/other > "$machine.beside" 2>&1 || fatal "two listen at one address"
expect "an address that is taken is named" says "$machine.beside" "127\.0\.0\.1:8834"
stop_machine
