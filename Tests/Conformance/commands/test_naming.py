"""Users are named as they are called, whatever their names read like: numbers, UUIDs, and words of the API."""

import csv
import io
import json

import pytest
from folders import CHEAP
from machine import Machine

from muster import PASSWORD, Muster

UUID = "0b9d4a52-3c54-4a8e-9d43-6f1f6a1f0c11"

# A name, and what names it on the command line.
NAMES = [
    ("import", "import"),
    ("export", "export"),
    ("sessions", "sessions"),
    ("12345", "name:12345"),
    (UUID, f"name:{UUID}"),
]


@pytest.fixture(scope="module")
def named_server():
    with Muster(CHEAP) as server:
        for name, _ in NAMES:
            answer = server.request("POST", "/muster/v1/users", json={"username": name})
            assert answer.status_code == 201, answer.text
        yield server


@pytest.fixture
def named(named_server, tmp_path):
    return Machine(tmp_path / "named", named_server)


def events(machine, line):
    """The actions that `muster audit list LINE` shows."""
    text = machine.muster(f"audit list {line} --format csv")
    return [event["action"] for event in csv.DictReader(io.StringIO(text))]


@pytest.mark.parametrize(["name", "argument"], NAMES)
def test_every_command_finds_a_user_by_name(named, name, argument):
    def shown(line):
        return json.loads(named.muster(f"{line} {argument} --format json"))

    assert shown("users show")["username"] == name
    assert shown("users auths show")["username"] == name
    assert shown("users twofactor show")["username"] == name
    assert shown("users edit --name Jane")["name"] == "Jane"
    assert named.muster(f"users hosts set {argument} 192.0.2.7 --quiet") == "192.0.2.7\n"
    assert named.muster(f"users hosts add {argument} 192.0.2.8 --quiet") == "192.0.2.7\n192.0.2.8\n"
    assert f"Disabled {name} (id " in named.muster(f"users disable {argument}")
    assert f"Unlocked {name} (id " in named.muster(f"users unlock {argument}")
    assert named.muster(f"keys list {argument} --quiet") == ""
    assert named.muster(f"sessions list --user {argument} --quiet") == ""
    assert f"Set the password of {name} (id " in named.muster(f"users passwd {argument} --generate-password")
    assert shown("apikeys rotate")["username"] == name
    assert events(named, f"--target {argument} --action user.create") == ["user.create"]


def test_an_export_happens_only_where_one_is_asked_for(named):
    named.muster("users show export")
    assert named.muster("audit list --action user.export --quiet") == ""


def test_who_has_no_such_id_is_told_how_to_say_a_name(named):
    end = "If that is a user name, say name:12345."
    assert named.refusal("users show 12345", 67) == f"There is no user 12345. {end}"
    assert named.refusal("users disable 12345 import", 67) == f"There is no user 12345. Nothing was changed. {end}"
    assert named.refusal(f"users show {UUID}", 67).endswith(f"say name:{UUID}.")
    assert named.refusal("users show nobody", 67) == "There is no user nobody."
    assert named.refusal("users show name:nobody", 67) == "There is no user name:nobody."


def test_a_name_that_reads_like_an_id_is_told_how_to_be_named(named):
    sentence = named.muster("users add 777777 --no-password")
    assert sentence.endswith(". To name the user in commands, say name:777777.\n"), sentence
    sentence = named.muster("users rename name:777777 888888")
    assert sentence.endswith(" to 888888. To name the user in commands, say name:888888.\n"), sentence
    assert named.muster("users rename name:888888 word").endswith(" to word.\n")
    named.muster("users remove word --yes")


@pytest.mark.parametrize("name", ["4242424242", "0b9d4a52-3c54-4a8e-9d43-6f1f6a1f0c12"])
def test_the_audit_log_is_asked_by_names_of_digits_too(named, name):
    assert named.refusal(f"audit list --target {name}", 67) == (
        f"Neither the directory nor the audit log has a user {name}."
    )
    named.muster(f"users add {name} --no-password")
    assert events(named, f"--target name:{name}") == ["user.create"]
    named.muster(f"users remove name:{name} --yes")
    for argument in (f"name:{name}", name):
        assert events(named, f"--target {argument}") == ["user.create", "user.delete"]
        assert named.muster(f"audit list --target {argument} --user admin@example.com --quiet")
    assert named.refusal(f"audit list --target name:{name}0", 67).startswith("Neither the directory")


def test_an_id_or_a_uuid_that_somebody_has_is_no_name(named):
    record = json.loads(named.muster("users show import --format json"))
    for argument in (record["id"], record["uuid"], record["uuid"].upper(), "import", "name:import"):
        assert "user.create" in events(named, f"--target {argument}")


def test_an_action_that_there_is_not_is_told(named):
    assert named.refusal("audit list --action user.creat", 67) == (
        "Neither this program nor the audit log has an action user.creat. Did you mean user.create?"
    )
    assert named.refusal("audit list --action nope", 67) == (
        "Neither this program nor the audit log has an action nope."
    )
    done = named.run("muster audit list --action session.delete")
    assert (done.returncode, done.stderr) == (0, "No events match.\n")


def test_who_is_not_in_a_group_is_not_taken_out(named):
    named.muster("groups add Crew")
    named.muster("groups members add Crew import")
    label = json.loads(named.muster("users show export --format json"))["id"]
    refusal = named.refusal("groups members remove Crew import export", 67)
    group = json.loads(named.muster("groups list --format json"))[-1]["id"]
    assert refusal == f"export (id {label}) is not in the group Crew (id {group}). Nothing was changed."
    assert len(named.muster("groups members list Crew --quiet").split()) == 1
    assert "Took import" in named.muster("groups members remove Crew import")
    assert " are not in the group Crew " in named.refusal("groups members remove Crew import export", 67)


def test_whoami_tells_who_administers_and_by_what(named, named_server):
    assert "Administers  by permissions" in named.muster("whoami")
    answer = named_server.request("POST", "/muster/v1/users", json={"username": "masked", "writebm": 8})
    access, secret = named_server.keys_of(answer.json()["id"])
    keys = {"MUSTER_ACCESS_KEY": access, "MUSTER_SECRET_KEY": secret}
    assert "Administers  by writebm" in named.muster("whoami", **keys)
    assert json.loads(named.muster("whoami --format json", **keys))["administers_by"] == ["writebm"]
    assert named.muster("whoami --format csv", **keys).splitlines()[0].endswith(",administers_by")
    named.muster("users masks set masked --writebm none")
    assert "Administers  no" in named.muster("whoami", **keys)


def test_whoami_answers_who_has_a_temporary_password(named, named_server, tmp_path):
    named.muster("users add temp@example.com --no-password")
    named.muster("users passwd temp@example.com --password-stdin --temporary", stdin=PASSWORD + "\n")
    guest = Machine(tmp_path / "guest", named_server, is_anonymous=True)
    guest.muster("login temp@example.com --password-stdin", stdin=PASSWORD + "\n")
    shown = guest.muster("whoami")
    assert "Username     temp@example.com" in shown and "Administers  no" in shown
