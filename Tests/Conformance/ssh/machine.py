"""What root does for the tests: accounts, files that sshd trusts, sshd itself; and undoes."""

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import guide
from muster import binary, until

SECONDS = 30

# sshd takes a command only from below folders that nobody but root may write.
TRUSTED_PARENTS = [Path("/usr/local/libexec"), Path("/usr/libexec"), Path("/opt")]

# One run at a time on a machine: /run/sshd and /dev/log are there only once.
LOCK = Path(tempfile.gettempdir()) / "muster-ssh-tests.lock"

RUN = f"{os.getpid() % 10**7}{secrets.token_hex(2)}"


def run(*command, **options):
    """Runs a command to its end and returns what came of it."""
    options.setdefault("stdin", subprocess.DEVNULL)
    if "input" in options:
        del options["stdin"]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, timeout=SECONDS, **options
    )


def as_root(*command, **options):
    """Runs a command as root, which has to succeed."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    try:
        done = run(*prefix, *command, **options)
    except FileNotFoundError:
        done = None
    if done is None or (prefix and b"sudo:" in done.stderr and done.returncode == 1):
        raise RuntimeError("the sshd tests need root: be root, or have a sudo that asks nothing")
    assert done.returncode == 0, (command, done.returncode, done.stdout, done.stderr)
    return done.stdout.decode()


def is_trusted(folder):
    """Whether sshd would take a command from below this folder."""
    for place in [folder, *folder.parents]:
        if place.exists():
            status = place.stat()
            if status.st_uid != 0 or status.st_mode & 0o022:
                return False
    return True


@dataclass
class Sshd:
    """One running OpenSSH server."""

    port: int
    log_file: Path

    def log(self):
        return as_root("cat", self.log_file)


class Machine:
    """A machine set up as docs/ssh.md says, under names and paths of this run."""

    def __init__(self):
        self.undo = ExitStack()
        self.serial = 0

    def __enter__(self):
        try:
            self.set_up()
        except BaseException:
            self.undo.close()
            raise
        return self

    def __exit__(self, *_):
        self.undo.close()

    def set_up(self):
        lock = open(LOCK if LOCK.exists() else os.open(LOCK, os.O_CREAT | os.O_RDONLY, 0o644))
        self.undo.callback(lock.close)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.scratch = Path(tempfile.mkdtemp(prefix="muster-ssh-"))
        self.undo.callback(shutil.rmtree, self.scratch, ignore_errors=True)
        as_root("true")
        parent = next((place for place in TRUSTED_PARENTS if is_trusted(place)), None)
        assert parent, f"sshd trusts none of {TRUSTED_PARENTS}"
        if not parent.exists():
            as_root("install", "-d", "-m", "0755", parent)
            self.undo.callback(as_root, "rmdir", "--ignore-fail-on-non-empty", parent)
        self.home = parent / f"muster-test-{RUN}"
        as_root("install", "-d", "-m", "0755", self.home)
        self.undo.callback(as_root, "rm", "-rf", self.home)
        self.program = self.home / "muster"
        self.socket = self.home / "run/agent.sock"
        self.asker = f"_mt{RUN}akc"
        self.people = f"mt{RUN}grp"
        self.breakglass = f"mt{RUN}bg"
        self.breakglass_keys = self.home / "breakglass_keys"
        # In this order: a longer text before one that it holds.
        self.places = {".build/release/muster": binary()}
        for command in ["authorized-keys", "pam-auth", "pam-account"]:
            own = f"{self.program} {command} --socket {self.socket}"
            self.places[f"/usr/local/bin/muster {command}"] = own
        self.places |= {
            "/usr/local/bin/muster": self.program,
            "/run/muster": self.socket.parent,
            "/etc/ssh/breakglass_keys": self.breakglass_keys,
            "_muster-akc": self.asker,
            "ssh-users": self.people,
            "breakglass": self.breakglass,
        }
        self.undo.callback(self.remove_account, self.asker)
        self.undo.callback(self.remove_group, self.people)
        self.follow("groupadd")
        if os.geteuid() != 0:
            # "It must belong to the account that runs the server", which here is ours.
            as_root("chown", os.geteuid(), self.socket.parent)
        self.breakglass_key = self.new_key("ed25519")
        self.undo.callback(self.remove_account, self.breakglass)
        self.follow("breakglass.pub", {"breakglass.pub": self.breakglass_key.with_suffix(".pub")})

    # What the page says

    def own(self, text, more=None):
        """A text of the page with this run's paths and names."""
        places = {**(more or {}), **self.places}
        # In one go, so that nothing is replaced in what was put in.
        pattern = "|".join(re.escape(here) for here in places)
        return re.sub(pattern, lambda found: str(places[found.group()]), text)

    def page(self, mark, more=None):
        return self.own(guide.block(mark), more)

    def follow(self, mark, more=None):
        """Does what a block of shell commands of the page says."""
        as_root("sh", "-euc", self.page(mark, more))

    # Accounts and keys

    def new_account(self, name=None):
        """An account for a user of the directory, made as the page says."""
        self.serial += 1
        name = name or f"mt{RUN}{self.serial}"
        self.undo.callback(self.remove_account, name)
        self.follow("named alice", {"alice": name})
        return name

    def remove_account(self, name):
        if run("getent", "passwd", name).returncode == 0:
            as_root("userdel", "--force", name)
        self.remove_group(name)

    def remove_group(self, name):
        if run("getent", "group", name).returncode == 0:
            as_root("groupdel", name)

    def new_key(self, kind, *options):
        """A new pair of keys; returns the private one's path."""
        self.serial += 1
        path = self.scratch / f"key-{self.serial}"
        done = run("ssh-keygen", "-q", "-t", kind, *options, "-N", "", "-C", "test", "-f", path)
        assert done.returncode == 0, done.stderr
        return path

    def set_password(self, name, password):
        """Gives an account a password of the machine's own."""
        as_root("chpasswd", input=f"{name}:{password}".encode())

    def system_log(self, *command):
        """Runs a command of ours and returns what it tells the system's log."""
        words = [str(word) for word in command]
        place = self.scratch / "log"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind(str(place))
            if Path("/dev/log").exists():
                # The system's own log is covered, for this one command.
                cover = 'mount --bind "$1" /dev/log; shift; "$@" || :'
                as_root("unshare", "--mount", "sh", "-euc", cover, "sh", place, *words)
            else:
                as_root("ln", "-s", place, "/dev/log")
                try:
                    run(*words)
                finally:
                    as_root("rm", "/dev/log")
            place.unlink()
            log.setblocking(False)
            messages = []
            while True:
                try:
                    messages.append(log.recv(65536))
                except BlockingIOError:
                    # sudo, if we need it, and others tell the log, too.
                    return [message for message in messages if b" muster[" in message]

    # sshd

    def start_sshd(self, *options):
        """Starts sshd with the files of the page, on a port of its own; it ends with us."""
        self.serial += 1
        name = f"muster-sshd-{RUN}-{self.serial}"
        folder = self.home / name
        as_root("install", "-d", "-m", "0755", folder)
        if not Path("/run/sshd").exists():
            as_root("install", "-d", "-m", "0755", "/run/sshd")
            self.undo.callback(as_root, "rmdir", "--ignore-fail-on-non-empty", "/run/sshd")
        # Before OpenSSH 9.8 the PAM service has the program's name; since then there is an option.
        program = Path(shutil.which("sshd", path="/usr/sbin:/usr/local/sbin"))
        service = f"/etc/pam.d/{name}"
        if sshd_version(program) >= (9, 8):
            options = (*options, f"PAMServiceName={name}")
        else:
            as_root("cp", program, folder / name)
            program = folder / name
        sessions = "session required pam_permit.so\n"
        self.undo.callback(as_root, "rm", "-f", service)
        self.install(service, self.page("# /etc/pam.d/sshd") + sessions)
        self.install(folder / "10-muster.conf", self.page("10-muster.conf"))
        host_key = folder / "host-key"
        as_root("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key)
        port = free_port()
        self.install(
            folder / "sshd_config",
            f"Include {folder}/10-muster.conf\nPort {port}\nListenAddress 127.0.0.1\n"
            f"HostKey {host_key}\nPidFile {folder}/pid\n",
        )
        words = [program, "-f", folder / "sshd_config"]
        for option in options:
            words += ["-o", option]
        as_root(*words, "-t")
        as_root(*words, "-E", folder / "log")
        sshd = Sshd(port, folder / "log")
        until(lambda: is_answering(port), SECONDS, "a listening sshd")
        self.undo.callback(as_root, "sh", "-c", f'kill "$(cat {folder}/pid)"')
        return sshd

    def install(self, path, text):
        """Writes a file that belongs to root."""
        mine = self.scratch / "file"
        mine.write_text(text)
        as_root("install", "-o", "root", "-g", "root", "-m", "0644", mine, path)

    # Coming in

    def ssh(
        self, sshd, account, key=None, password=None, words=("id", "-un"), options=(), flags=()
    ):
        """Tries to come in, with a key or with a password, and returns how that ended."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.scratch), "LC_ALL": "C.UTF-8"}
        wanted = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "GlobalKnownHostsFile": "/dev/null",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "ConnectTimeout": "10",
            "LogLevel": "ERROR",
        }
        if key is not None:
            wanted |= {"BatchMode": "yes", "IdentityFile": str(key)}
            wanted |= {"PreferredAuthentications": "publickey"}
        else:
            asking = self.scratch / "askpass"
            asking.write_text('#!/bin/sh\nprintf "%s\\n" "$MUSTER_TEST_PASSWORD"\n')
            asking.chmod(0o700)
            environment |= {"SSH_ASKPASS": str(asking), "SSH_ASKPASS_REQUIRE": "force"}
            environment |= {"MUSTER_TEST_PASSWORD": password}
            wanted |= {"PreferredAuthentications": "password", "NumberOfPasswordPrompts": "1"}
            wanted |= {"PubkeyAuthentication": "no"}
        arguments = ["-F", "/dev/null", "-p", sshd.port, "-l", account]
        for option in [*(f"{name}={value}" for name, value in wanted.items()), *options]:
            arguments += ["-o", option]
        return run("ssh", *arguments, *flags, "127.0.0.1", *words, env=environment)


def sshd_version(program):
    """The version of OpenSSH, such as (9, 2)."""
    done = run(program, "-V")
    found = re.search(rb"OpenSSH_(\d+)\.(\d+)", done.stderr + done.stdout)
    assert found, done.stderr
    return int(found[1]), int(found[2])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_answering(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
