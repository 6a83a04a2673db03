"""The example package Onboarding, as it was built from outside the checkout, on the served program."""

import os
import subprocess
from pathlib import Path

import pytest

from muster import REPOSITORY, Muster, environment

EXAMPLE = REPOSITORY / "Examples/Onboarding"
PROGRAM = Path(os.environ.get("ONBOARDING_BINARY") or REPOSITORY / ".build/examples/debug/Onboarding")

SHOWN = """\
ann@example.com: reads Statistics,Users, sees users, SHA256:pvHr9OzzW6mWrGv1m2Hi+OrVrG86wGxCxT1whPCZqtY
bob@example.com: reads Config, does not see users, SHA256:{bob}
eve@example.com: reads none, does not see users, no key
users created so far: {count}
"""


@pytest.fixture
def server():
    """A directory of its own: the example's people are in it once."""
    with Muster() as server:
        yield server


def onboard(server, *arguments, **variables):
    access, secret = server.admin_keys
    keys = {"TIO_ACCESS_KEY": access, "TIO_SECRET_KEY": secret, "TIO_URL": server.url} | variables
    return subprocess.run(
        [PROGRAM, *arguments], env=environment(keys), capture_output=True, text=True, timeout=60
    )


def fingerprint(line):
    """What ssh-keygen calls a line of a .pub file."""
    done = subprocess.run(
        ["ssh-keygen", "-l", "-f", "-"], input=line, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[1].removeprefix("SHA256:")


def test_the_example_gives_everybody_an_account_and_shows_who_has_what(server):
    people = EXAMPLE / "people.csv"
    lines = people.read_text().splitlines()[1:]
    shown = SHOWN.format(bob=fingerprint(lines[1].split(",")[3]), count=len(lines) + 1)
    for already, again in [("created", False), ("was there before", True)]:
        done = onboard(server, people)
        assert (done.returncode, done.stderr) == (0, "")
        names = [line.split(",")[0] for line in lines]
        assert done.stdout == "".join(f"{name}: {already}\n" for name in names) + shown
        assert server.admin_keys[1] not in done.stdout
    users = {user["username"]: user for user in server.request("GET", "/users").json()["users"]}
    assert users["ann@example.com"]["name"] == "Ann Example"
    assert [users[name]["permissions"] for name in names] == [16, 16, 16]


@pytest.mark.parametrize(
    "line, words",
    [
        ("x@example.com,X,Nothing,", "line 2 is not"),
        ("x@example.com,X", "line 2 is not"),
        (",X,,", "line 2 is not"),
        ("x@example.com,X,,not a key", "ValueError"),
    ],
)
def test_the_example_says_what_is_wrong_with_a_list(server, tmp_path, line, words):
    people = tmp_path / "people.csv"
    people.write_text(f"username,name,may read,public key\n{line}\n")
    done = onboard(server, people)
    assert done.returncode == 1
    assert done.stderr.startswith("onboarding: ") and words in done.stderr


def test_the_example_says_what_it_needs(server):
    assert "the list cannot be read" in onboard(server, "nowhere.csv").stderr
    assert "say which list" in onboard(server).stderr
    wrong = onboard(server, EXAMPLE / "people.csv", TIO_SECRET_KEY="0" * 64)
    assert wrong.returncode == 1 and "0000" not in wrong.stderr
    assert "onboarding: " in wrong.stderr
