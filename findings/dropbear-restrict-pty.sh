#!/usr/bin/env bash
# One would expect `restrict,pty` in authorized_keys to mean the same to each server that knows `restrict`: everything
# off but the terminal, as sshd(8) has it. dropbear 2022.83 (Debian dropbear-bin) knows `restrict` and not `pty`, and a
# line with one option that it does not know is no line: the login is refused, and only the server's log says why.
# OpenSSH 9.2p1 lets the same key in by the same file.
# Matters to whoever hands one list of keys to small devices and large machines.
# Upstream: https://github.com/mkj/dropbear/issues/212 (what becomes of options that dropbear does not know)
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

debian dropbear-bin 2022.83
debian openssh-server 9.2p1
debian openssh-client 9.2p1
debian libnss-wrapper 1.1.12

home=$folder/home
mkdir -p "$home/.ssh"
chmod 700 "$home" "$home/.ssh"
ssh-keygen -q -t ed25519 -N '' -C guest -f "$folder/key"
ssh-keygen -q -t ed25519 -N '' -C host -f "$folder/host"
dropbearkey -t ed25519 -f "$folder/dropbear-host" >/dev/null 2>&1
printf 'HostKey %s\nUsePAM no\nStrictModes no\nPidFile none\n' "$folder/host" >"$folder/sshd_config"

# The account "guest" is known to these two servers alone. Neither needs to be root, so root's rights are laid down.
user=$(id -u)
group=$(id -g)
servant=()
if [[ $user == 0 ]]; then
    user=65534
    group=65534
    servant=(setpriv --reuid=$user --regid=$group --clear-groups)
    chown -R "$user:$group" "$home" "$folder/host" "$folder/dropbear-host"
fi
echo "guest:x:$user:$group::$home:/bin/sh" >"$folder/passwd"
echo "guest:x:$group:" >"$folder/group"
servant+=(env "LD_PRELOAD=$(found "/usr/lib/*/libnss_wrapper.so")"
    "NSS_WRAPPER_PASSWD=$folder/passwd" "NSS_WRAPPER_GROUP=$folder/group")

port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
touch "$folder/dropbear.log" "$folder/dropbear.pid" "$folder/sshd.log"
chown "$user:$group" "$folder/dropbear.pid"
"${servant[@]}" "$(command -v dropbear)" -F -E -s -r "$folder/dropbear-host" -p "127.0.0.1:$port" \
    -P "$folder/dropbear.pid" 2>"$folder/dropbear.log" &
started+=($!)

# sshd is started by each connection and ends with it.
printf -v sshd '%q ' "${servant[@]}" "$(command -v sshd)" -i -e -f "$folder/sshd_config"
log_in() {
    local way=()
    [[ $1 == sshd ]] && way=(-o "ProxyCommand=$sshd 2>>$folder/sshd.log")
    ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \
        -o LogLevel=ERROR -o ConnectTimeout=10 -i "$folder/key" -p "$port" "${way[@]}" guest@127.0.0.1 echo logged in
}
await grep -q backgrounding "$folder/dropbear.log"
await bash -c ": </dev/tcp/127.0.0.1/$port"

for options in restrict restrict,pty; do
    echo "$options $(<"$folder/key.pub")" >"$home/.ssh/authorized_keys"
    for server in sshd dropbear; do
        : >"$folder/$server.log"
        verdict=in
        said=$(log_in $server 2>&1) || verdict=out
        echo "$server, line with $options: $said"
        sed -nE 's/^(\[[0-9]+\])? *//; s/^[A-Z][a-z]{2} [0-9]+ [0-9:]+ //; /Bad public|succeeded|Accepted/ s/^/    log: /p' \
            "$folder/$server.log" | sed "s,$folder,FOLDER,"
        wanted=in
        [[ $server/$options == dropbear/restrict,pty ]] && wanted=out
        [[ $verdict == "$wanted" ]] || changed "$server leaves the key with $options $verdict"
    done
done
