# Data of the first schema come into the newest version, and an older program is told the way back.
source Tests/Package/machine.sh
start_machine

install_package "$older" > "$machine.install" 2>&1
# A key of this machine's own, and the directory that the first version has left.
inside muster init --data-dir /root/other --admin other@example.com > /dev/null
inside install -m 0600 -o muster -g muster /root/other/master.key /var/lib/muster/master.key
database=$machine/var/lib/muster/muster.sqlite
sql() { python3 -c 'import sqlite3, sys; base = sqlite3.connect(sys.argv[1]); base.executescript(sys.argv[2]); base.commit(); base.close()' "$database" "$1"; }
sql "$(cat Tests/MusterSQLiteTests/Fixtures/schema-1.sql)"
inside chown muster:muster /var/lib/muster/muster.sqlite
inside chmod 0600 /var/lib/muster/muster.sqlite
install_package "$package" > "$machine.install" 2>&1
expect "an upgrade over data of the first schema serves them" answers_soon
copy=/var/lib/muster/before-upgrade-schema-1.backup
expect "a copy was kept, for the service alone" equal "$(inside stat --format='%U %a' "$copy")" "muster 600"
journal > "$machine.journal"
expect "the journal says so" says "$machine.journal" before-upgrade-schema-1.backup
inside muster check --backup "$copy" > "$machine.check" 2>&1 || { cat "$machine.check"; fatal "the copy is no good"; }
expect "the copy is a good backup" true
inside systemctl stop muster
inside muster users show jane@example.com --data-dir /var/lib/muster > "$machine.show"
expect "its users are there" says "$machine.show" "Jane Doe"

sql "INSERT INTO schema_migration (number, name, digest) VALUES (99, 'of a later version', 'x')"
inside chown muster:muster /var/lib/muster/muster.sqlite
not inside systemctl start muster > /dev/null 2>&1 || fatal "a newer directory is served"
journal > "$machine.journal"
command="muster restore --force --data-dir /var/lib/muster $copy"
expect "a directory of a newer version is refused, with the command that goes back" grep --quiet --fixed-strings "$command" "$machine.journal"
inside systemctl reset-failed muster
inside sh -ec "$command" > "$machine.restore" 2>&1 || { cat "$machine.restore"; fatal "$command does not run"; }
inside systemctl start muster
expect "after that command it serves what there was before the upgrade" answers_soon
stop_machine
