"""Keys of the directory in a file of Dropbear's, and a real Dropbear: who comes in, and what may be done then."""

import os
import subprocess

import pytest

from asking import Asking
from machine import SECONDS, Sshd, as_root, free_port, is_answering
from muster import until


@pytest.fixture(scope="module")
def dropbear(machine):
    """A Dropbear that takes keys alone."""
    log = machine.home / "dropbear.log"
    key, port = machine.home / "dropbear-key", free_port()
    as_root("dropbearkey", "-t", "ed25519", "-f", key)
    start = f'exec dropbear -F -E -s -r {key} -p 127.0.0.1:{port} -P {key}.pid > {log} 2>&1'
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    process = subprocess.Popen([*prefix, "sh", "-c", start], stdin=subprocess.DEVNULL)
    try:
        until(lambda: is_answering(port), SECONDS, "a listening Dropbear")
        yield Sshd(port, log)
    finally:
        as_root("kill", as_root("cat", f"{key}.pid").strip())
        process.wait(SECONDS)


@pytest.fixture
def keeper(machine, muster, person):
    """Makes people whose keys are written where Dropbear looks; `write` does that again."""

    def make(kind=("ed25519",), **fields):
        user = person(key=None, **fields)
        user.key = machine.new_key(*kind)
        user.add_key()
        home = machine.home / f"home-{user.name}"
        as_root("install", "-d", "-m", "0755", home, home / ".ssh")
        as_root("usermod", "--home", home, user.name)
        user.file = home / ".ssh/authorized_keys"
        return user

    return make


def keys(machine, *words):
    return Asking(machine).run("authorized-keys", "--socket", machine.socket, *words)


def write(machine, user, *words):
    """Writes a user's file with what the command prints."""
    answer = keys(machine, *words, user.name)
    assert answer.is_yes, answer
    machine.install(user.file, answer.output.decode())
    return answer.output.decode()


FOR = ["--for", "dropbear"]


@pytest.mark.parametrize(
    "kind",
    [["ed25519"], ["ecdsa", "-b", "256"], ["ecdsa", "-b", "384"], ["ecdsa", "-b", "521"]]
    + [["rsa", "-b", "2048"], ["rsa", "-b", "4096"]],
    ids="-".join,
)
def test_a_key_of_every_type_comes_in(machine, dropbear, keeper, comes_in, kind):
    user = keeper(kind)
    write(machine, user, *FOR)
    assert comes_in(user, server=dropbear)


def test_the_lines_for_sshd_open_nothing_there(machine, dropbear, keeper, comes_in):
    user = keeper()
    assert write(machine, user).startswith("restrict,pty ")
    assert not comes_in(user, server=dropbear)
    write(machine, user, *FOR)
    assert comes_in(user, server=dropbear)


def test_a_key_allows_a_terminal_and_no_forwarding_there_either(machine, dropbear, keeper):
    user = keeper()
    write(machine, user, *FOR)
    terminal = machine.ssh(
        dropbear, user.name, key=user.key, words=["tty"], options=["RequestTTY=force"]
    )
    assert terminal.returncode == 0 and b"/dev/" in terminal.stdout, terminal
    to = ["-W", f"127.0.0.1:{dropbear.port}"]
    through = machine.ssh(dropbear, user.name, key=user.key, flags=to, words=[])
    assert through.returncode == 255 and b"forwarding failed" in through.stderr, through
    options = ["RemoteForward=0 127.0.0.1:1", "ExitOnForwardFailure=yes"]
    refused = machine.ssh(dropbear, user.name, key=user.key, options=options)
    assert refused.returncode == 255 and b"remote port forwarding failed" in refused.stderr, refused
    # The same key without the words before it: it is they that forbid.
    kind, blob, _ = user.public_key.split()
    machine.install(user.file, f"{kind} {blob}\n")
    through = machine.ssh(dropbear, user.name, key=user.key, flags=to, words=[])
    assert b"forwarding failed" not in through.stderr, through


def test_a_removed_key_and_a_disabled_user_are_out_at_the_next_writing(
    machine, dropbear, keeper, comes_in
):
    user = keeper()
    other = machine.new_key("ed25519")
    user.add_key(other.with_suffix(".pub").read_text())
    assert len(write(machine, user, *FOR).splitlines()) == 2
    assert comes_in(user, server=dropbear) and comes_in(user, key=other, server=dropbear)
    user.remove_key()
    write(machine, user, *FOR)
    assert not comes_in(user, server=dropbear)
    assert comes_in(user, key=other, server=dropbear)
    user.enable(False)
    assert write(machine, user, *FOR) == ""
    assert not comes_in(user, key=other, server=dropbear)


def test_no_key_is_printed_for_a_user_with_hosts(machine, person):
    user = person(account=False, hosts=["10.0.0.0/8"])
    sentence = keys(machine, *FOR, user.name).sentence()
    assert user.name in sentence
    assert sentence.endswith(
        " may come in from certain hosts only, which Dropbear does not check, so no key is printed: "
        "use OpenSSH for this user, or take the hosts away."
    )
    user.change(hosts=[])
    answer = keys(machine, *FOR, user.name)
    assert answer.is_yes and b" ssh-ed25519 " in answer.output


def test_no_key_is_printed_for_a_user_whose_account_expires(machine, person):
    user = person(account=False)
    user.expire(4102444800000)
    assert keys(machine, *FOR, user.name).sentence().endswith(
        f'The account of "{user.name}" expires, which Dropbear does not check, so no key is printed: '
        "use OpenSSH for this user, or take the expiry away."
    )
    user.expire(None)
    answer = keys(machine, *FOR, user.name)
    assert answer.is_yes and b" ssh-ed25519 " in answer.output


def test_the_page_writes_the_file(machine, dropbear, keeper, comes_in):
    user = keeper()
    home = str(user.file.parent.parent)
    machine.follow("--for dropbear", {"alice": user.name, "/home/alice": home})
    assert comes_in(user, server=dropbear)
