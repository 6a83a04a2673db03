"""What others wrote to tell whether a server speaks SCIM: scim2-tester by scim2-cli, and scim-sanity."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SETTINGS, Scim, unique

from muster import Muster


def program(name, muster, *arguments, scim=None):
    """Runs a program of the environment."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(muster.scratch), "NO_COLOR": "1"}
    if scim:
        environment["SCIM_CLI_HEADERS"] = f"Authorization: Bearer {scim.token}"
    return subprocess.run(
        [Path(sys.executable).parent / name, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def muster():
    """A server of its own: scim2-tester looks for what it has made on the first page of everything."""
    with Muster(SETTINGS) as server:
        yield server


@pytest.fixture(scope="module")
def scim(muster):
    return Scim(muster)


@pytest.fixture
def scim2(muster, scim):
    """Runs scim2-cli."""
    return lambda *arguments: program(
        "scim2", muster, "-u", f"{muster.url}/scim/v2", *arguments, scim=scim
    )


# What it sends is drawn by lot, and has to be right each time.
@pytest.mark.parametrize("time", [1, 2, 3])
def test_scim2_tester_finds_nothing(scim2, time):
    done = scim2("test")
    verdicts = re.findall(r"^([A-Z]+) (\w+)", done.stdout, re.M)
    others = [line for line in verdicts if line[0] != "SUCCESS"]
    assert not others and done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert len(verdicts) > 140, done.stdout


def probed(muster, scim, name, *first):
    """How often what scim-sanity looks at was right, and what was wrong."""
    done = program(
        name,
        muster,
        *first,
        "probe",
        f"{muster.url}/scim/v2",
        *("--token", scim.token, "--user-domain", "example.com"),
        *("--i-accept-side-effects", "--json-output"),
    )
    report = json.loads(done.stdout)
    failed = [one["name"] for one in report["results"] if one["status"] not in ("pass", "skip")]
    return report["summary"]["passed"], failed, done.stdout + done.stderr


def test_scim_sanity_finds_nothing(muster, scim):
    passed, failed, said = probed(muster, scim, "scim-sanity")
    # It puts somebody into a group whom nobody has ever made, and wants to hear that this was done.
    assert failed == ["PATCH /Groups/{id} add member"], said
    assert passed >= 27, said


# scim-sanity as it is, but that whom it puts into its group is somebody.
WITH_A_MEMBER = """
import sys
from scim_sanity import cli, http_client
member, patch = sys.argv.pop(1), http_client.SCIMClient.patch

def send(client, path, body, *more, **named):
    for operation in body["Operations"]:
        if operation.get("value") == [{"value": "fake-member-id"}]:
            operation["value"] = [{"value": member}]
    return patch(client, path, body, *more, **named)

http_client.SCIMClient.patch = send
sys.exit(cli.main())
"""


def test_scim_sanity_finds_nothing_at_all_where_the_member_is_somebody(muster, scim):
    passed, failed, said = probed(muster, scim, "python", "-c", WITH_A_MEMBER, scim.user()["id"])
    assert not failed and passed >= 28, said


def test_scim2_cli_makes_finds_and_deletes_a_user(scim2):
    name = unique()
    made = scim2("create", "user", "--user-name", name, "--nick-name", "Jane")
    assert made.returncode == 0, made.stdout + made.stderr
    user = json.loads(made.stdout)
    found = scim2("query", "user", user["id"])
    assert json.loads(found.stdout) == user, found.stderr
    searched = scim2("query", "user", "--filter", f'userName eq "{name.upper()}"')
    assert [one["id"] for one in json.loads(searched.stdout)["Resources"]] == [user["id"]]
    searched = scim2("search", "--filter", f'userName eq "{name}"')
    assert [one["id"] for one in json.loads(searched.stdout)["Resources"]] == [user["id"]], searched.stderr
    assert scim2("delete", "user", user["id"]).returncode == 0
