"""Recovery: whoever may write to the files of a stopped directory lets a shut-out administrator in again.

The same commands, the same rules, the same audit log; and no way in while a server runs.
"""

import json
import os
import re
import subprocess
import time
from contextlib import contextmanager

import pytest
from folders import CHEAP, change, contents, found, mode, rows
from machine import Machine

from muster import ADMINISTRATOR, PASSWORD, Muster

OTHER_PASSWORD = "Copper-Meadow-51-Kettle"


@pytest.fixture
def alone(tmp_path):
    """A machine without a server, with a founded directory `data`; temporary files go to `temporary`."""
    machine = Machine(tmp_path)
    (tmp_path / "temporary").mkdir()
    machine.environment |= CHEAP | {"TMPDIR": str(tmp_path / "temporary")}
    machine.admin = found(machine)
    return machine


def shut_out(machine, *assignments):
    """Does to the only administrator what must never happen, past all rules."""
    for assignment in assignments:
        change(machine.work / "data/muster.sqlite", f"UPDATE user SET {assignment}")


@contextmanager
def serving(machine):
    """The server of `data`, its administrator known by its keys."""
    with Muster(settings=CHEAP, data_dir=machine.work / "data") as server:
        server.admin = machine.admin
        yield server


def log_in(server, password=None):
    return server.login(ADMINISTRATOR, password or server.admin["password"]).status_code


@pytest.mark.parametrize(
    "assignment, line",
    [
        ("is_enabled = 0", "users enable {}"),
        ("hosts = '192.0.2.1'", "users hosts set {} any"),
        ("password_permitted = 0", "users auths set {} --password"),
        (None, "users unlock {}"),
    ],
    ids=["disabled", "hosts", "password shut", "locked"],
)
def test_an_administrator_who_is_shut_out_is_let_in_again(alone, assignment, line):
    if assignment:
        shut_out(alone, assignment)
    with serving(alone) as server:
        if not assignment:
            assert {log_in(server, "Not-The-Password-1") for _ in range(6)} == {401}
        assert log_in(server) == 401
    alone.muster(line.format(ADMINISTRATOR) + " --data-dir data")
    with serving(alone) as server:
        assert log_in(server) == 200


def test_a_lost_password_is_replaced_without_the_present_one(alone):
    alone.muster(
        f"users passwd {ADMINISTRATOR} --data-dir data --password-stdin", stdin=OTHER_PASSWORD + "\n"
    )
    with serving(alone) as server:
        assert (log_in(server), log_in(server, OTHER_PASSWORD)) == (401, 200)


def test_lost_keys_are_replaced(alone):
    text = alone.muster(f"apikeys rotate {ADMINISTRATOR} --data-dir data --format json --yes")
    keys = json.loads(text)
    with serving(alone) as server:
        pair = (keys["access_key"], keys["secret_key"])
        assert server.request("GET", "/users", keys=pair).status_code == 200
        assert server.request("GET", "/users").status_code == 401


def test_everything_at_once_is_set_right_command_by_command(alone):
    shut_out(
        alone,
        "is_enabled = 0, role = 16, read_mask = 0, write_mask = 0, hosts = '192.0.2.1'",
        "api_permitted = 0, password_permitted = 0, saml_permitted = 0, login_failure_count = 99",
    )
    for line in (
        f"users enable {ADMINISTRATOR}",
        f"users edit {ADMINISTRATOR} --role administrator",
        f"users hosts set {ADMINISTRATOR} any",
        f"users auths set {ADMINISTRATOR} --password --api",
        f"users unlock {ADMINISTRATOR}",
    ):
        alone.muster(f"{line} --data-dir data")
    with serving(alone) as server:
        assert log_in(server) == 200
        assert server.request("GET", "/users").status_code == 200
        server.create()


def test_each_command_is_in_the_audit_log_with_the_owner_no_address_and_the_method(alone):
    alone.muster("users add jane@example.com --no-password --data-dir data")
    ((actor, address, fields),) = rows(
        alone.work / "data/muster.sqlite",
        "SELECT actor_name, address, fields FROM audit_event WHERE target_name = 'jane@example.com'",
    )
    assert (actor, address) == (ADMINISTRATOR, None)
    assert "\x1fmethod\x1fdata folder" in fields


def test_the_rules_hold_here_too(alone):
    refused = [
        (f"users disable {ADMINISTRATOR}", "last"),
        (f"users edit {ADMINISTRATOR} --role basic", "last"),
        (f"users remove {ADMINISTRATOR} --yes", "made with the directory cannot be deleted"),
        ("users add 'no name' --no-password", ""),
    ]
    before = rows(alone.work / "data/muster.sqlite", "SELECT * FROM user")
    for line, word in refused:
        done = alone.run(f"muster {line} --data-dir data")
        assert done.returncode != 0 and word in done.stderr, (line, done)
    done = alone.run(
        f"muster users passwd {ADMINISTRATOR} --data-dir data --password-stdin <<< x",
        MUSTER_PASSWORD_POLICY="tenable",
    )
    assert done.returncode != 0, done
    assert rows(alone.work / "data/muster.sqlite", "SELECT * FROM user") == before


def test_while_a_server_runs_one_sentence_says_what_to_do(alone):
    with serving(alone):
        sentence = alone.refusal(f"users enable {ADMINISTRATOR} --data-dir data", 69)
        assert "in use" in sentence and "--url" in sentence and "Stop the server" in sentence


def test_two_commands_at_once_do_not_share_a_directory(alone):
    with open(alone.work / "data/muster.lock") as lock:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        alone.refusal("users list --data-dir data", 69)
    alone.muster("users list --data-dir data")


def test_where_there_is_no_directory_nothing_is_made(alone):
    alone.refusal("users list --data-dir nowhere", 66)
    assert not (alone.work / "nowhere").exists()


def test_the_socket_is_for_this_user_alone_and_goes_away(alone):
    temporary = alone.work.parent / "temporary"
    process = subprocess.Popen(
        ["muster", "audit", "tail", "--data-dir", "data"],
        cwd=alone.work,
        env=alone.environment,
        executable=alone.work.parent / "bin/muster",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not list(temporary.glob("muster-*/socket")) and time.monotonic() < deadline:
            time.sleep(0.01)
        (socket,) = temporary.glob("muster-*/socket")
        assert mode(socket.parent) == 0o700
        arguments = open(f"/proc/{process.pid}/cmdline").read()
        variables = open(f"/proc/{process.pid}/environ").read()
        assert not re.search(r"[0-9a-f]{64}", arguments + variables), "a token can be seen"
        answer = alone.run(f"curl --silent --unix-socket {socket} http://localhost/users")
        assert json.loads(answer.stdout)["statusCode"] == 401
        guess = "0" * 64
        answer = alone.run(
            f"curl --silent --unix-socket {socket} -H 'Authorization: Bearer {guess}'"
            " http://localhost/users"
        )
        assert json.loads(answer.stdout)["statusCode"] == 401
    finally:
        process.terminate()
        process.wait(60)
    assert list(temporary.iterdir()) == []
    alone.muster("users list --data-dir data")
    assert list(temporary.iterdir()) == []


def test_a_long_path_for_temporary_files_is_no_hindrance(alone):
    long = alone.work / ("x" * 120)
    long.mkdir()
    assert ADMINISTRATOR in alone.muster("users list --data-dir data", TMPDIR=str(long))


def test_reading_leaves_the_files_as_they_are(alone):
    os.mkdir(alone.work / "data/outbox", 0o700)
    before = contents(alone.work)
    alone.muster("users list --data-dir data")
    after = contents(alone.work)
    before.pop("data/muster.sqlite"), after.pop("data/muster.sqlite")
    assert after == before
    assert rows(alone.work / "data/muster.sqlite", "SELECT count(*) FROM audit_event") == [(1,)]
