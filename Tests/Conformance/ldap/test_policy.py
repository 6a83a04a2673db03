"""Clients that know password policies are told that a password has to be changed, and why another was not taken."""

import subprocess

import ldap
import ldap.controls.ppolicy
import pytest

from muster import PASSWORD
from tree import PEOPLE, SUFFIX

GIVEN = "Given-Walnut-11-River"
NEW = "Chosen-Walnut-77-Ferry"


@pytest.fixture(name="reset")
def reset_fixture(directory):
    """A user whose password was set for it, and has to be changed."""
    name = f"reset{len(made)}@example.com"
    made.append(name)
    body = {"username": name, "password": PASSWORD}
    assert directory.muster.request("POST", "/muster/v1/users", json=body).status_code == 201
    body = {"password": GIVEN, "temporary": True}
    assert directory.muster.request("PUT", f"/muster/v1/users/{name}/password", json=body).status_code == 204
    return name


made = []


def bound(directory, name, password, critical=False):
    """A connection of python-ldap that has bound, and what the policy said."""
    connection = ldap.initialize(directory.url)
    control = ldap.controls.ppolicy.PasswordPolicyControl(criticality=critical)
    number = connection.simple_bind(f"uid={name},{PEOPLE}", password, serverctrls=[control])
    return connection, connection.result3(number)[3]


def test_a_password_that_has_to_be_changed_is_told_and_changed(directory, reset):
    connection, (policy,) = bound(directory, reset, GIVEN, critical=True)
    assert policy.error == 2
    for asked in (
        lambda: connection.search_s(SUFFIX, ldap.SCOPE_BASE),
        lambda: connection.compare_s(f"uid={reset},{PEOPLE}", "uid", reset.encode()),
    ):
        with pytest.raises(ldap.INSUFFICIENT_ACCESS, match="change your password before anything else"):
            asked()
    connection.passwd_s(None, GIVEN, NEW)
    with pytest.raises(ldap.INSUFFICIENT_ACCESS, match="bind first"):
        connection.search_s(SUFFIX, ldap.SCOPE_BASE)
    again, (policy,) = bound(directory, reset, NEW)
    assert policy.error is None
    assert again.search_s(f"uid={reset},{PEOPLE}", ldap.SCOPE_BASE)


def test_without_the_control_it_opens_nothing(directory, reset):
    assert directory.run("ldapwhoami", bind=reset, password=GIVEN).code == 49
    told = directory.run("ldapwhoami", "-e", "ppolicy", bind=reset, password=GIVEN)
    assert told.code == 0
    assert "Password must be changed" in told.err


def test_a_refused_bind_says_nothing_of_the_policy(directory, reset):
    for name, password in ((reset, "wrong"), ("nobody", "wrong")):
        with pytest.raises(ldap.INVALID_CREDENTIALS) as refused:
            bound(directory, name, password)
        assert refused.value.args[0].get("ctrls", []) == []


def test_why_another_password_is_not_taken_is_told(directory, reset):
    control = ldap.controls.ppolicy.PasswordPolicyControl(criticality=False)
    for old, new, failure, error in (
        (GIVEN, "short", ldap.CONSTRAINT_VIOLATION, 5),
        (None, NEW, ldap.UNWILLING_TO_PERFORM, 4),
    ):
        connection, _ = bound(directory, reset, GIVEN)
        number = connection.passwd(None, old, new, serverctrls=[control])
        with pytest.raises(failure) as refused:
            connection.result3(number)
        ((kind, _, value),) = refused.value.args[0]["ctrls"]
        assert (kind, value) == (control.controlType, bytes([0x30, 3, 0x81, 1, error]))
