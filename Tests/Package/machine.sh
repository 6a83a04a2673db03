# A machine of the tests' own: a copy of the bootstrapped Debian that systemd-nspawn starts with its own systemd, network
# and processes. What is missing to a real one is its kernel, disks and udev.
source Tests/Package/bootstrap.sh
machine=$PWD/.build/package-test/machine
machine_log=$machine.log

# inside COMMAND...: runs a command in the machine.
inside() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --root --wdns=/ \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

start_machine() {
    rm -rf "$machine"
    cp --archive --reflink=auto "$debian" "$machine"
    systemd-nspawn --quiet --directory="$machine" --boot --private-network --register=no --keep-unit \
        --bind-ro="$OUTPUT:/packages" --bind-ro="$PWD/Tests/Package:/tests" > "$machine_log" 2>&1 < /dev/null &
    nspawn=$!
    trap stop_machine EXIT
    local try state
    for try in {1..600}; do
        kill -0 "$nspawn" 2> /dev/null || fatal "systemd-nspawn could not start a machine; see $machine_log"
        leader=$(pgrep --parent "$nspawn" | head -1 || true)
        if [[ -n $leader ]]; then
            state=$(inside systemctl is-system-running 2> /dev/null || true)
            if [[ $state == running || $state == degraded ]]; then
                echo "machine: systemd $(inside systemctl --version | head -1 | cut -d' ' -f2), $state"
                return
            fi
        fi
        sleep 0.1
    done
    fatal "the machine did not come up; see $machine_log"
}

stop_machine() {
    kill -TERM "$nspawn" 2> /dev/null || true
    wait "$nspawn" 2> /dev/null || true
    rm -rf "$machine"
    trap - EXIT
}

# What tests ask of the service in the machine.
main_pid() { inside systemctl show --property MainPID --value muster; }
state() { inside systemctl show --property ActiveState --value muster; }
journal() { inside journalctl --unit muster --no-pager --output cat "$@"; }
answer() { inside curl --silent --fail --max-time 5 "http://127.0.0.1:8834$1" "${@:2}"; }
answers() { answer /healthz > /dev/null; }
answers_soon() { soon answers; }
users() { answer /users -H "$keys"; }
install_package() { inside apt-get install --quiet=2 --yes --allow-downgrades "/packages/$(basename "$1")"; }
