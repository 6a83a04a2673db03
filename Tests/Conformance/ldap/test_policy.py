"""Clients that know password policies are told that a password has to be changed, and why another was not taken."""

import json
import subprocess

import pytest

from muster import PASSWORD
from tree import PEOPLE, SUFFIX

GIVEN = "Given-Walnut-11-River"
NEW = "Chosen-Walnut-77-Ferry"

# One step a line of standard input: what is asked, with its arguments. Prints for each the failure's name and text, and the
# error of the policy, or "none", or null where no control came.
PYTHON_LDAP = """
import json, sys
import ldap
from ldap.controls.ppolicy import PasswordPolicyControl
connection = ldap.initialize(sys.argv[1])
control = lambda: PasswordPolicyControl(criticality=True)
said = []
for line in sys.stdin:
    kind, *arguments = json.loads(line)
    try:
        if kind == "bind":
            number = connection.simple_bind(*arguments, serverctrls=[control()])
        elif kind == "passwd":
            number = connection.passwd(*arguments, serverctrls=[control()])
        elif kind == "modify":
            steps = [(step, name, value and value.encode()) for step, name, value in arguments[1]]
            number = connection.modify_ext(arguments[0], steps, serverctrls=[control()])
        elif kind == "search":
            number = connection.search(arguments[0], ldap.SCOPE_BASE)
        elif kind == "compare":
            number = connection.compare_ext(arguments[0], "uid", b"x")
        controls = connection.result3(number)[3]
        policy = [one.error if one.error is not None else "none" for one in controls]
        said.append(["", "", policy[0] if policy else None])
    except ldap.LDAPError as error:
        raw = [value for kind, _, value in error.args[0].get("ctrls", [])]
        said.append([type(error).__name__, error.args[0].get("info", ""), raw[0][-1] if raw else None])
print(json.dumps(said))
"""

made = []


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


def asked(directory, *steps):
    """What python-ldap is told on one connection, step by step."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PYTHON_LDAP, directory.url],
        input="\n".join(json.dumps(step) for step in steps),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_password_that_has_to_be_changed_is_told_and_changed(directory, reset):
    name = f"uid={reset},{PEOPLE}"
    bound, searched, compared, changed, after, again, own = asked(
        directory,
        ("bind", name, GIVEN),
        ("search", SUFFIX),
        ("compare", name),
        ("passwd", None, GIVEN, NEW),
        ("search", SUFFIX),
        ("bind", name, NEW),
        ("search", name),
    )
    assert bound == ["", "", 2]
    for refused in (searched, compared):
        assert refused[:2] == ["INSUFFICIENT_ACCESS", "change your password before anything else"]
    assert changed == ["", "", "none"]
    assert after[:2] == ["INSUFFICIENT_ACCESS", "bind first"]
    assert again == ["", "", "none"]
    assert own[0] == ""


def test_without_the_control_it_opens_nothing(directory, reset):
    assert directory.run("ldapwhoami", bind=reset, password=GIVEN).code == 49
    assert directory.run("ldapwhoami", "-e", "ppolicy", bind=reset, password=GIVEN).code == 0


def test_a_refused_bind_says_nothing_of_the_policy(directory, reset):
    for name in (reset, "nobody"):
        (refused,) = asked(directory, ("bind", f"uid={name},{PEOPLE}", "wrong"))
        assert refused == ["INVALID_CREDENTIALS", "", None]


def test_why_another_password_is_not_taken_is_told(directory, reset):
    bound, short, bare = asked(
        directory,
        ("bind", f"uid={reset},{PEOPLE}", GIVEN),
        ("passwd", None, GIVEN, "short"),
        ("passwd", None, None, NEW),
    )
    assert bound == ["", "", 2]
    assert (short[0], short[2]) == ("CONSTRAINT_VIOLATION", 5)
    assert (bare[0], bare[2]) == ("UNWILLING_TO_PERFORM", 4)


def test_why_a_password_that_is_written_is_not_taken_is_told(writable):
    name = "modified@example.com"
    body = {"username": name, "password": PASSWORD, "name": "Jane Doe"}
    assert writable.muster.request("POST", "/muster/v1/users", json=body).status_code == 201
    entry = f"uid={name},{PEOPLE}"

    def write(*steps):
        return ("modify", entry, steps)

    bound, short, bare, wrong, twice, mixed, other, renamed, done = asked(
        writable,
        ("bind", entry, PASSWORD),
        write((1, "userPassword", PASSWORD), (0, "userPassword", "short")),
        write((2, "userPassword", NEW)),
        write((1, "userPassword", "wrong"), (0, "userPassword", NEW)),
        write((1, "userPassword", PASSWORD), (0, "userPassword", "{SSHA}0123456789")),
        write((2, "cn", "Jane Roe"), (1, "userPassword", PASSWORD), (0, "userPassword", NEW)),
        write((2, "uidNumber", "7")),
        write((2, "cn", "Jane Roe")),
        write((1, "userPassword", PASSWORD), (0, "userPassword", NEW)),
    )
    assert bound == ["", "", "none"]
    assert (short[0], short[2]) == ("CONSTRAINT_VIOLATION", 5)
    assert (bare[0], bare[2]) == ("UNWILLING_TO_PERFORM", 4)
    assert wrong[0] == "INVALID_CREDENTIALS" and wrong[2] in (None, 0)
    assert (twice[0], twice[2]) == ("CONSTRAINT_VIOLATION", 5)
    # What is refused for another cause has a control that says nothing: an empty sequence, whose last byte is its length.
    assert (mixed[0], mixed[2]) == ("UNWILLING_TO_PERFORM", 0)
    assert other[0] != "" and other[2] == 0
    assert renamed == ["", "", "none"] and done == ["", "", "none"]
    assert asked(writable, ("bind", entry, NEW)) == [["", "", "none"]]
