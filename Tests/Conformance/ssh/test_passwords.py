"""Passwords through PAM's pam_exec and a real sshd: who comes in, and what is kept of it."""

import pytest

from conftest import USERS
from muster import PASSWORD

OTHER = "Not-The-Password-1"


def test_the_right_password_comes_in(person, comes_in):
    assert comes_in(person(key=None), password=PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["Zwölf grüße ☃ und 日本語", "quotes \" ' \\ $HOME `id` %s -n", "p" * 400],
    ids=["beyond ASCII", "signs", "400 bytes"],
)
def test_every_byte_of_a_password_counts(person, comes_in, password):
    user = person(key=None, password=password)
    assert comes_in(user, password=password)
    assert not comes_in(user, password=password[:-1])


@pytest.mark.parametrize("sign", ["p", "é"])
def test_a_password_that_pam_exec_cuts_is_refused_as_such_and_never_counted(person, comes_in, sign):
    """pam_exec hands on 511 bytes of 600; in the second the last sign is cut in two."""
    password = sign * (600 // len(sign.encode()))
    source = "127.0.0.78"
    user = person(key=None, password=password)
    for _ in range(8):
        assert not comes_in(user, password=password, source=source)
    reasons = [
        field["value"]
        for event in user.audit()
        for field in event["fields"] or []
        if field["key"] == "reason"
    ]
    assert reasons and set(reasons) == {"may be cut"}
    fits = "p" * 510
    user.change(password=fits)
    assert comes_in(user, password=fits, source=source)


def test_the_wrong_password_is_refused(person, comes_in):
    user = person(key=None)
    assert not comes_in(user, password=OTHER)
    assert not comes_in(user, password=PASSWORD.lower())
    assert comes_in(user, password=PASSWORD)


def test_hosts_hold_for_passwords(person, comes_in):
    user = person(key=None, hosts=["192.0.2.0/24"])
    assert not comes_in(user, password=PASSWORD)
    user.change(hosts=["192.0.2.0/24", "127.0.0.0/8"])
    assert comes_in(user, password=PASSWORD)


def test_a_disabled_or_removed_user_is_refused(person, comes_in):
    user = person(key=None)
    user.enable(False)
    assert not comes_in(user, password=PASSWORD)
    user.enable(True)
    assert comes_in(user, password=PASSWORD)
    user.remove()
    assert not comes_in(user, password=PASSWORD)


def test_a_new_password_counts_at_once(person, comes_in):
    user = person(key=None)
    user.change(password=OTHER)
    assert not comes_in(user, password=PASSWORD)
    assert comes_in(user, password=OTHER)


def test_a_password_opens_no_account_but_its_owners(person, comes_in):
    user, other = person(key=None, password=OTHER), person(key=None)
    assert not comes_in(user, password=other.password)


def test_the_account_of_the_machine_has_no_say_in_the_password(machine, person, comes_in):
    user = person(key=None)
    machine.set_password(user.name, OTHER)
    assert not comes_in(user, password=OTHER)
    assert comes_in(user, password=PASSWORD)


def test_too_many_wrong_passwords_lock_passwords_alone(person, comes_in):
    user = person()
    for _ in range(6):
        assert not comes_in(user, password=OTHER)
    assert not comes_in(user, password=PASSWORD)
    assert comes_in(user)


def test_a_name_without_an_account_is_refused_and_does_not_lock_its_user(muster, person, comes_in):
    user = person(key=None, account=False)
    for _ in range(8):
        assert not comes_in(user, password=PASSWORD)
    body = {"username": user.name, "password": PASSWORD}
    assert muster.request("POST", "/session", json=body, keys=None).status_code == 200


def test_each_check_is_in_the_audit_log(person, comes_in):
    user, source = person(key=None), "127.0.0.77"  # whose refusals this minute are few: one record each
    assert not comes_in(user, password=OTHER, source=source)
    user.change(hosts=["192.0.2.0/24"])
    assert not comes_in(user, password=PASSWORD, source=source)
    user.change(hosts=[])
    assert comes_in(user, password=PASSWORD, source=source)
    events = user.audit()
    assert [event["is_failure"] for event in events] == [True, True, False]
    reasons = [
        field["value"]
        for event in events
        for field in event["fields"] or []
        if field["key"] == "reason"
    ]
    assert reasons == ["wrong password", "host not allowed"]
    assert all(OTHER not in str(event) and PASSWORD not in str(event) for event in events)
    assert all(source in str(event) for event in events)


def test_a_check_leaves_the_user_as_it_was(muster, person, comes_in):
    user = person(key=None)
    before = muster.request("GET", f"{USERS}/{user.id}").json()
    assert comes_in(user, password=PASSWORD)
    assert muster.request("GET", f"{USERS}/{user.id}").json() == before
