#!/usr/bin/env bash
# Runs a command on a machine of its own making: names, PAM services, logs, devices, processes and temporary files are not
# those of the machine below. All of it ends with the command, or with a kill of anything between, and nothing is left.
# Usage: apart.sh COMMAND [ARGUMENT ...]. Needs root, or a sudo that asks nothing.
set -euo pipefail
umask 022
fatal() { echo "apart: $*" >&2; exit 2; }

if [[ ${1:-} != --inside ]]; then
    (($# > 0)) || fatal "what is to be run?"
    run=()
    if ((EUID != 0)); then
        sudo -n true 2> /dev/null || fatal "the sshd tests need root: be root, or have a sudo that asks nothing"
        run=(sudo -n env "PATH=$PATH" "HOME=$HOME")
        for name in MUSTER_BINARY MUSTER_TEST_STORE PYTHONDONTWRITEBYTECODE PYTHONUTF8 LANG LC_ALL TZ TERM; do
            [[ ! -v $name ]] || run+=("$name=${!name}")
        done
    fi
    "${run[@]}" unshare --mount --pid --fork true 2> /dev/null ||
        fatal "root may make no name spaces here; in a container that takes CAP_SYS_ADMIN, as of: docker run --privileged"
    # A process name space goes with its first process, which goes with unshare.
    exec "${run[@]}" unshare --mount --pid --fork --kill-child --propagation private -- \
        "$BASH" "$(realpath "${BASH_SOURCE[0]}")" --inside "$(id -u)" "$(id -g)" "$@"
fi
[[ $$ == 1 ]] || fatal "--inside is not for you"
uid=$2 gid=$3
shift 3
here=$PWD

mount -t proc proc /proc
# What daemons of the machine answer, nscd and systemd among them, is under /run; nobody is to ask them.
place=/run/apart
mount -t tmpfs -o mode=0755 apart /run
mkdir "$place" "$place/etc" "$place/dev" /run/sshd
mkdir -m 1777 "$place/tmp"

# Devices: those that programs need, and room for a log's socket.
mount --rbind /dev "$place/dev"
mount -t tmpfs -o mode=0755,nosuid apart /dev
for node in null zero full random urandom tty; do
    touch "/dev/$node"
    mount --bind "$place/dev/$node" "/dev/$node"
done
mkdir /dev/pts /dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 apart /dev/pts
ln -s pts/ptmx /dev/ptmx
mount -t tmpfs -o mode=1777 apart /dev/shm
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
umount --recursive --lazy "$place/dev"

# Logs and other files that logins and changes of accounts write to.
for folder in /var/log /var/mail /var/spool/mail /var/lib/sss; do
    [[ ! -d $folder || -L $folder ]] || mount -t tmpfs -o mode=0755 apart "$folder"
done

# /etc: a copy, because whoever changes an account puts a new file in the place of the old one. What says who there is and
# how one comes in is ours.
cp -a /etc/. "$place/etc/"
cd "$place/etc"
rm -rf {passwd,group,shadow,gshadow,subuid,subgid}{,-} ./*.lock .pwd.lock
rm -rf pam.d pam.conf nsswitch.conf login.defs default/useradd nologin sudoers.d sudoers
mkdir -p pam.d default
printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin \
    sshd:x:39999:65534:sshd:/run/sshd:/usr/sbin/nologin > passwd
printf '%s\n' root:x:0: tty:x:5: users:x:100: nogroup:x:65534: > group
if ((uid != 0)); then
    printf 'caller:x:%s:%s:caller:%s:/bin/sh\n' "$uid" "$gid" "${HOME:-/}" >> passwd
    printf 'caller:x:%s:\n' "$gid" >> group
fi
# Who runs the directory's database, where root may not.
if [[ ${MUSTER_TEST_STORE:-} == postgres ]]; then
    getent passwd postgres >> passwd
    getent group postgres >> group
fi
sed 's/:.*/:*:20000::::::/' passwd > shadow
sed 's/:.*/:*::/' group > gshadow
chmod 0600 shadow gshadow
printf '%s: files\n' passwd group shadow gshadow hosts networks protocols services ethers rpc sudoers > nsswitch.conf
printf '%s\n' 'UID_MIN 40000' 'UID_MAX 59999' 'SYS_UID_MIN 39000' 'SYS_UID_MAX 39899' 'GID_MIN 40000' 'GID_MAX 59999' \
    'SYS_GID_MIN 39000' 'SYS_GID_MAX 39899' 'USERGROUPS_ENAB yes' 'ENCRYPT_METHOD SHA512' > login.defs
printf '%s required pam_deny.so\n' auth account password session > pam.d/other
for service in chpasswd useradd usermod userdel groupadd runuser sudo; do
    printf '%s\n' 'auth required pam_rootok.so' 'account required pam_permit.so' 'password required pam_unix.so sha512' \
        'session required pam_permit.so' > "pam.d/$service"
done
printf '%s\n' 'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"' \
    'root ALL=(ALL:ALL) NOPASSWD: ALL' "#$uid ALL=(ALL:ALL) NOPASSWD: ALL" > sudoers
chmod 0440 sudoers
cd "$here"
mount --bind "$place/etc" /etc

export TMPDIR=$place/tmp
drop=()
((uid == 0)) || drop=(setpriv --reuid "$uid" --regid "$gid" --init-groups --)
status=0
"${drop[@]}" "$@" || status=$?
exit "$status"
