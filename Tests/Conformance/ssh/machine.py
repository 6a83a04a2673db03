"""What root does for the tests: accounts, files that sshd trusts, sshd itself.

It is undone by nobody: apart.sh, which runs the tests, gives them a machine of their own, which goes with them.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import guide
from muster import binary, free_port, until

SECONDS = 120

# What apart.sh has put up. sshd takes a command only from below folders that nobody but root may write.
APART = Path("/run/apart")
PLACE = APART / "machine"


def run(*command, **options):
    """Runs a command to its end and returns what came of it."""
    options.setdefault("stdin", subprocess.DEVNULL)
    if "input" in options:
        del options["stdin"]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, timeout=SECONDS, **options
    )


def is_apart():
    """Whether /etc is the tests' own."""
    try:
        return (APART / "etc").samefile("/etc")
    except FileNotFoundError:
        return False


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


@dataclass
class Sshd:
    """One running OpenSSH server."""

    port: int
    log_file: Path

    def log(self):
        return as_root("cat", self.log_file)


class Machine:
    """A machine set up as docs/ssh.md says, under names and paths of the tests."""

    def __init__(self):
        if not is_apart():
            raise RuntimeError(
                "the sshd tests make accounts, and make none on this machine: run them by ssh/apart.sh, as run.sh does"
            )
        self.serial = 0
        self.scratch = Path(tempfile.mkdtemp(prefix="muster-ssh-"))
        self.home = PLACE
        as_root("install", "-d", "-m", "0755", self.home)
        self.program = self.home / "muster"
        self.socket = self.home / "run/agent.sock"
        self.asker = "_mt-akc"
        self.people = "mt-people"
        self.breakglass = "mt-breakglass"
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
        self.follow("groupadd")
        if os.geteuid() != 0:
            # "It must belong to the account that runs the server", which here is ours.
            as_root("chown", os.geteuid(), self.socket.parent)
        self.breakglass_key = self.new_key("ed25519")
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
        name = name or f"mt-{self.serial}"
        self.follow("named alice", {"alice": name})
        return name

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
        """Starts sshd with the files of the page, on a port of its own; it ends with the machine."""
        self.serial += 1
        name = f"muster-sshd-{self.serial}"
        folder = self.home / name
        as_root("install", "-d", "-m", "0755", folder)
        # Before OpenSSH 9.8 the PAM service has the program's name; since then there is an option.
        program = Path(shutil.which("sshd", path="/usr/sbin:/usr/local/sbin"))
        service = f"/etc/pam.d/{name}"
        if sshd_version(program) >= (9, 8):
            options = (*options, f"PAMServiceName={name}")
        else:
            as_root("cp", program, folder / name)
            program = folder / name
        sessions = "session required pam_permit.so\n"
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
        return sshd

    def install(self, path, text, mode="0644", owner="root"):
        """Writes a file that belongs to root, or to an account."""
        mine = self.scratch / "file"
        mine.write_text(text)
        as_root("install", "-o", owner, "-g", "root", "-m", mode, mine, path)

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
            "ConnectTimeout": "60",
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


def is_answering(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
