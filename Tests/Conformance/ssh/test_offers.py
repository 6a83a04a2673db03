"""What an ssh client offers, as sshd logs it, and how often sshd asks for keys: what docs/ssh.md counts on."""

import re

import pytest

from conftest import USERS
from machine import as_root, run
from muster import until

# Notes with what it was run, and does what the page's command does.
COUNTING = """#!/bin/sh
echo "$*" >> "{asked}"
exec "{program}" authorized-keys --socket "{socket}" -- "$@"
"""


@pytest.fixture(scope="module")
def counting(machine, muster):
    """An sshd that asks through a script which notes each question, and logs what it is offered."""
    asked, script = machine.home / "asked", machine.home / "counting"
    machine.install(asked, "", owner=machine.asker)
    text = COUNTING.format(asked=asked, program=machine.program, socket=machine.socket)
    machine.install(script, text, mode="0755")
    sshd = machine.start_sshd(f"AuthorizedKeysCommand={script} %u %f %t", "LogLevel=DEBUG1")
    sshd.asked = lambda: as_root("cat", asked).splitlines()
    return sshd


def offered(log):
    """The types of the keys that sshd was asked about, in order, before one was used."""
    return re.findall(r"userauth_pubkey: publickey test pkalg (\S+) pkblob", log)


def certify(machine, person):
    """Gives a person's key a certificate beside it, as ssh-keygen does; ssh finds it by itself."""
    authority = machine.new_key("ed25519")
    public = person.key.with_suffix(".pub")
    words = ["-q", "-s", authority, "-I", "test", "-n", person.name, public]
    done = run("ssh-keygen", *words)
    assert done.returncode == 0, done.stderr
    certificate = person.key.with_name(person.key.name + "-cert.pub")
    assert certificate.exists()
    return certificate


def test_sshd_asks_twice_for_a_login_and_once_for_a_refusal(machine, counting, person, comes_in):
    user, other = person(), machine.new_key("ed25519")
    mark = run("ssh-keygen", "-lf", user.key).stdout.decode().split()[1]
    strange = run("ssh-keygen", "-lf", other).stdout.decode().split()[1]
    before = len(counting.asked())
    assert comes_in(user, server=counting)
    assert counting.asked()[before:] == [f"{user.name} {mark} ssh-ed25519"] * 2
    before = len(counting.asked())
    assert not comes_in(user, key=other, server=counting)
    assert counting.asked()[before:] == [f"{user.name} {strange} ssh-ed25519"]


def test_the_plain_key_is_offered_first_and_then_never_its_certificate(
    machine, counting, person, comes_in
):
    user = person()
    certify(machine, user)
    mark = run("ssh-keygen", "-lf", user.key).stdout.decode().split()[1]
    log, asked = len(counting.log()), len(counting.asked())
    assert comes_in(user, server=counting)
    until(lambda: offered(counting.log()[log:]) == ["ssh-ed25519"], 60, "the key in the log of sshd")
    assert "cert-v01" not in counting.log()[log:]
    assert counting.asked()[asked:] == [f"{user.name} {mark} ssh-ed25519"] * 2


def test_a_certificate_is_offered_only_after_its_key_was_refused_and_opens_nothing(
    machine, counting, person, comes_in
):
    user = person()
    certify(machine, user)
    user.remove_key()
    log, asked = len(counting.log()), len(counting.asked())
    assert not comes_in(user, server=counting)
    kinds = ["ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"]
    until(lambda: offered(counting.log()[log:]) == kinds, 60, "both in the log of sshd")
    assert [line.split()[-1] for line in counting.asked()[asked:]] == kinds


def test_sshd_takes_the_name_of_a_signature_for_a_type_and_the_directory_says_what_it_is(
    machine, muster, person, comes_in
):
    user, key = person(key=None), machine.new_key("rsa", "-b", "2048")
    line = key.with_suffix(".pub").read_text().replace("ssh-rsa ", "rsa-sha2-512 ", 1)
    keys = machine.home / "keys-with-a-signature"
    machine.install(keys, line)
    assert comes_in(user, key=key, server=machine.start_sshd(f"AuthorizedKeysFile={keys}"))
    answer = muster.request("POST", f"{USERS}/{user.id}/keys", json={"key": line})
    assert answer.status_code == 422 and "write ssh-rsa in its place" in answer.text
