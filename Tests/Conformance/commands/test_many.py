"""Commands that take many do all of it or say what they did not: nobody is passed over in silence."""

import csv
import io

import pytest
from folders import CHEAP
from machine import Machine

from muster import PASSWORD, Muster

NAMES = ["ann", "bob", "eve"]


@pytest.fixture
def crowd(tmp_path):
    """A machine whose server has three users more; it is nobody else's."""
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path, server)
        machine.ids = {
            name: machine.muster(f"users add {name} --password-stdin --quiet", stdin=PASSWORD + "\n").strip() for name in NAMES
        }
        machine.server = server
        yield machine


def states(machine):
    """Who is enabled."""
    text = machine.muster("users list --format csv")
    return {row["username"]: row["enabled"] for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize(
    "command",
    ["users disable", "users enable", "users unlock", "users remove --yes", "apikeys revoke --yes"]
    + ["groups members add Some", "groups members remove Some"],
)
def test_nothing_is_done_where_one_of_them_is_not_there(crowd, command):
    crowd.muster("groups add Some")
    crowd.muster("groups members add Some bob")
    crowd.muster("users disable eve")
    before = crowd.muster("users list --format csv"), crowd.muster("groups list --format csv")
    events = crowd.muster("audit list --all --quiet")
    sentence = crowd.refusal(f"{command} ann typo bob nobody eve", 67)
    assert sentence == "There are no users typo, nobody. Nothing was changed."
    assert crowd.refusal(f"{command} ann typo eve", 67) == (
        "There is no user typo. Nothing was changed."
    )
    assert (crowd.muster("users list --format csv"), crowd.muster("groups list --format csv")) == before
    assert crowd.muster("audit list --all --quiet") == events


def test_one_that_fails_keeps_nobody_from_the_others_and_is_told_at_the_end(crowd):
    done = crowd.run("muster users disable ann admin@example.com bob")
    assert done.returncode == 1
    assert done.stdout == f"Disabled ann (id {crowd.ids['ann']}).\nDisabled bob (id {crowd.ids['bob']}).\n"
    assert done.stderr == (
        "muster: admin@example.com (id 2): You cannot enable or disable your own account.\n"
        "muster: Of 3, 2 were done and 1 failed: admin@example.com (id 2).\n"
    )
    assert states(crowd) == {"admin@example.com": "true", "ann": "false", "bob": "false", "eve": "true"}


def test_programs_get_the_records_that_were_changed_and_the_code(crowd):
    done = crowd.run("muster users remove --yes ann admin@example.com bob --format csv")
    assert done.returncode == 1 and done.stderr.count("\n") == 2
    assert [row["username"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["ann", "bob"]
    done = crowd.run("muster users enable admin@example.com eve --quiet")
    assert (done.returncode, done.stdout) == (0, f"2\n{crowd.ids['eve']}\n")


def test_who_is_named_twice_is_dealt_with_once(crowd):
    ann = crowd.ids["ann"]
    assert crowd.muster(f"users remove --yes ann {ann} ANN") == f"Removed ann (id {ann}).\n"


def test_sessions_are_looked_up_before_any_is_ended(crowd):
    for name in ("ann", "bob"):
        assert crowd.server.login(name).status_code == 200
    ids = crowd.muster("sessions list --quiet").split()
    assert len(ids) == 2
    gone = "0123456789abcdef"
    sentence = crowd.refusal(f"sessions revoke {ids[0]} {gone} {ids[1]}", 67)
    assert sentence == f"There is no session {gone}. Nothing was changed."
    assert crowd.muster("sessions list --quiet").split() == ids
    text = crowd.muster(f"sessions revoke {ids[0]} {ids[1]} {ids[0]}")
    assert text == f"Ended {ids[0]}.\nEnded {ids[1]}.\n"
    assert crowd.muster("sessions list --quiet") == ""


def test_where_there_is_no_server_the_command_ends_at_once(crowd):
    crowd.server.stop()
    assert "There is no server at" in crowd.refusal("users disable ann bob", 69)
    crowd.server.start()
