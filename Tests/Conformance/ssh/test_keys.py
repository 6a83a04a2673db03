"""Keys through AuthorizedKeysCommand and a real sshd: who comes in, and who does not."""

import os
import re
import time

import guide
import pytest

from asking import Asking
from machine import as_root, run
from muster import PASSWORD, assert_within, until


@pytest.mark.parametrize(
    "kind",
    [["ed25519"], ["ecdsa", "-b", "256"], ["ecdsa", "-b", "384"], ["ecdsa", "-b", "521"]]
    + [["rsa", "-b", "2048"], ["rsa", "-b", "4096"]],
    ids="-".join,
)
def test_a_user_without_hosts_comes_in_with_a_key_of_every_type(machine, person, comes_in, kind):
    user = person(key=None)
    user.key = machine.new_key(*kind)
    user.add_key()
    assert comes_in(user)


@pytest.mark.parametrize(
    "hosts",
    [["127.0.0.1"], ["127.0.0.0/8"], ["::ffff:127.0.0.1"], ["0.0.0.0/0"]]
    + [["10.0.0.0/8", "2001:db8::/32", "127.0.0.1"]]
    + [[f"10.{n}.0.0/16" for n in range(127)] + ["127.0.0.1"]],
    ids=lambda hosts: hosts[-1] + f" of {len(hosts)}",
)
def test_a_user_comes_in_from_its_hosts(person, comes_in, hosts):
    assert comes_in(person(hosts=hosts))


@pytest.mark.parametrize(
    "hosts", [["192.0.2.0/24"], ["127.0.0.2"], ["::1"], ["::/0"], ["10.0.0.0/8", "2001:db8::/32"]]
)
def test_a_user_from_elsewhere_is_refused(person, comes_in, sshd, hosts):
    user = person(hosts=hosts)
    before = len(sshd.log())
    assert not comes_in(user)
    # A process of its own writes it, which may not have come to it yet.
    until(lambda: "correct key but not from a permitted host" in sshd.log()[before:], 60, "a line of sshd")


def test_hosts_count_from_the_next_attempt(person, comes_in):
    user = person()
    assert comes_in(user)
    user.change(hosts=["192.0.2.0/24"])
    assert not comes_in(user)
    user.change(hosts=["127.0.0.1"])
    assert comes_in(user)
    user.change(hosts=[])
    assert comes_in(user)


def test_a_removed_key_is_refused_at_the_next_attempt(machine, person, comes_in):
    user = person()
    other = machine.new_key("ed25519")
    user.add_key(other.with_suffix(".pub").read_text())
    assert comes_in(user) and comes_in(user, key=other)
    user.remove_key()
    assert not comes_in(user)
    assert comes_in(user, key=other)


def test_a_disabled_user_is_refused_until_enabled_again(person, comes_in):
    user = person()
    assert comes_in(user)
    user.enable(False)
    assert not comes_in(user)
    user.enable(True)
    assert comes_in(user)


def moment(seconds):
    return int((time.time() + seconds) * 1000)


def test_a_user_comes_in_until_the_account_expires(person, comes_in):
    user = person()
    user.expire(moment(3600))
    assert comes_in(user), "sshd reads expiry-time with its Z"
    assert comes_in(user, password=PASSWORD)
    user.expire(moment(-1))
    assert not comes_in(user)
    assert not comes_in(user, password=PASSWORD)
    assert user.audit()[-1]["is_failure"]
    user.expire(None)
    assert comes_in(user)


def test_sshd_itself_ends_a_key_by_the_expiry_time_of_its_line(machine, person, sshd):
    user = person()
    user.expire(moment(3600))
    line = Asking(machine).run("authorized-keys", "--socket", machine.socket, user.name).output.decode()
    found = re.search(r'^restrict,pty,expiry-time="([0-9]{14})Z" ssh-ed25519 ', line)
    assert found, line
    before = as_root("cat", machine.breakglass_keys)
    try:
        # The same line, kept in a file, as sshd reads it when nobody is asked any more.
        for offset, code in ((120, 0), (-120, 255)):
            text = time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + offset))
            machine.install(machine.breakglass_keys, line.replace(found.group(1), text))
            assert machine.ssh(sshd, machine.breakglass, key=user.key).returncode == code, text
    finally:
        machine.install(machine.breakglass_keys, before)


def test_a_removed_user_is_refused(person, comes_in):
    user = person()
    assert comes_in(user)
    user.remove()
    assert not comes_in(user)


def test_a_key_opens_no_account_but_its_owners(person, comes_in):
    user, other = person(), person()
    assert not comes_in(user, key=other.key)
    assert comes_in(other)


def test_a_password_that_is_not_permitted_does_not_matter_to_a_key(person, comes_in):
    user = person()
    user.forbid_the_password()
    assert comes_in(user)
    assert not comes_in(user, password=PASSWORD)


def test_names_are_matched_without_regard_to_case(machine, person, comes_in):
    account = machine.new_account()
    user = person(name=account.upper(), account=False)
    user.name = account
    assert comes_in(user)


def test_a_login_costs_two_questions_and_a_refusal_one(machine, muster, person, comes_in):
    user = person()
    for key, outcome, cost in [(user.key, True, 2), (machine.new_key("ed25519"), False, 1)]:
        before = muster.questions("authorized-keys")
        assert comes_in(user, key=key) is outcome
        until(lambda: muster.questions("authorized-keys") - before == cost, 60, f"{cost} questions")


def test_the_key_in_a_home_folder_opens_nothing(machine, person, comes_in):
    user = person(key=None)
    home = machine.home / f"home-{user.name}"
    as_root("install", "-d", "-m", "0700", "-o", user.name, home, home / ".ssh")
    as_root("usermod", "--home", home, user.name)
    key = machine.new_key("ed25519")
    keys = home / ".ssh/authorized_keys"
    as_root("install", "-m", "0600", "-o", user.name, key.with_suffix(".pub"), keys)
    assert not comes_in(user, key=key)


def test_an_account_outside_the_group_is_refused(machine, person, comes_in):
    user = person()
    assert comes_in(user)
    as_root("usermod", "--groups", "", user.name)
    assert not comes_in(user)
    assert not comes_in(user, password=PASSWORD)


def test_root_is_refused(muster, person, comes_in):
    user = person(name="root", account=False)
    try:
        assert not comes_in(user)
        assert not comes_in(user, password=PASSWORD)
    finally:
        user.remove()


def test_a_name_without_an_account_is_never_asked_for(machine, muster, person, comes_in):
    user = person(account=False)
    before = muster.questions("authorized-keys")
    assert not comes_in(user)
    assert muster.questions("authorized-keys") == before


def test_a_key_allows_a_terminal_and_no_forwarding(machine, sshd, person):
    user = person()
    terminal = machine.ssh(
        sshd, user.name, key=user.key, words=["tty"], options=["RequestTTY=force"]
    )
    assert terminal.returncode == 0 and terminal.stdout.startswith(b"/dev/"), terminal
    through = machine.ssh(
        sshd, user.name, key=user.key, flags=["-W", f"127.0.0.1:{sshd.port}"], words=[]
    )
    assert through.returncode == 255 and b"forwarding failed" in through.stderr, through
    refused = machine.ssh(
        sshd,
        user.name,
        key=user.key,
        options=["RemoteForward=0 127.0.0.1:1", "ExitOnForwardFailure=yes"],
    )
    assert refused.returncode == 255 and b"remote port forwarding failed" in refused.stderr, refused


def test_without_the_server_everybody_is_refused_but_the_break_glass_account(
    machine, muster, sshd, person, comes_in
):
    user = person()
    assert comes_in(user)
    muster.stop()
    try:
        for proof in [{}, {"password": PASSWORD}]:

            def refused(proof=proof):
                begin = time.monotonic()
                assert not comes_in(user, **proof)
                return time.monotonic() - begin

            assert_within(3, refused)
        until(lambda: re.search(r"AuthorizedKeysCommand .* failed, status 1\s", sshd.log()), 60, "a line of sshd")
        opened = machine.ssh(sshd, machine.breakglass, key=machine.breakglass_key)
        assert opened.returncode == 0 and opened.stdout.strip() == machine.breakglass.encode()
    finally:
        muster.start()
    assert comes_in(user)


def test_the_break_glass_account_comes_in_by_its_key_alone(machine, sshd, person, comes_in):
    opened = machine.ssh(sshd, machine.breakglass, key=machine.breakglass_key)
    assert opened.returncode == 0, opened
    namesake = person(name=machine.breakglass, account=False)
    assert not comes_in(namesake)
    assert not comes_in(namesake, password=PASSWORD)


def test_the_account_phase_refuses_even_keys_that_are_not_the_directorys(
    machine, muster, person, comes_in
):
    user, key = person(key=None), machine.new_key("ed25519")
    keys = machine.home / "keys-from-elsewhere"
    machine.install(keys, key.with_suffix(".pub").read_text())
    sshd = machine.start_sshd(f"AuthorizedKeysFile={keys}")
    assert comes_in(user, key=key, server=sshd)
    user.change(hosts=["192.0.2.0/24"])
    assert not accounts(machine, sshd, user, key)
    user.change(hosts=["127.0.0.1"])
    assert accounts(machine, sshd, user, key)
    user.enable(False)
    assert not accounts(machine, sshd, user, key)
    user.enable(True)
    user.remove()
    assert not accounts(machine, sshd, user, key)


def accounts(machine, sshd, user, key):
    """Whether the account phase lets in somebody whose key was accepted."""
    done = machine.ssh(sshd, user.name, key=key)
    if done.returncode != 0:
        until(lambda: "Access denied for user" in sshd.log(), 60, "a line of sshd")
    return done.returncode == 0


def test_sshd_takes_the_files_of_the_page_as_they_are(machine):
    """The drop-in file says nothing that this OpenSSH does not know, under its own paths, too."""
    file = machine.home / "as-written.conf"
    text = guide.block("10-muster.conf").replace("/usr/local/bin/muster", str(machine.program))
    machine.install(file, text)
    host_key = machine.new_key("ed25519")
    as_root("/usr/sbin/sshd", "-t", "-f", file, "-h", host_key)
    assert os.stat(machine.program).st_mode & 0o777 == 0o755
    assert run(machine.program, "--version").returncode == 0
