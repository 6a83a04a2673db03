"""Restore: a directory out of a backup, whole or not at all, with nothing open that was shut since."""

import json
import random
import re
import shutil
import subprocess
import time

import pytest
from folders import FILED, change, contents, faults, found, lay_waste, mode, rows, unseal
from machine import Machine

from muster import PASSWORD, Muster

KILLS = 25
PHONE = "+15552223333"


@pytest.fixture(scope="module")
def muster():
    """A server whose directory is a file."""
    with Muster(FILED) as server:
        yield server


@pytest.fixture
def alone(tmp_path):
    """A machine without a server."""
    return Machine(tmp_path)


def restore(machine, file, data, *options):
    """Restores a backup and returns what was said about it."""
    line = f"restore {file} --data-dir {data} --format json {' '.join(options)}"
    return json.loads(machine.muster(line))


@pytest.fixture
def copied(alone):
    """A directory `data` and its backup `copy`."""
    found(alone)
    alone.muster("backup --data-dir data copy")
    return alone


def events(data, action):
    return rows(data / "muster.sqlite", "SELECT fields FROM audit_event WHERE action = ?", action)


def test_a_restored_directory_serves_as_it_was_and_its_sessions_are_over(alone):
    with Muster(settings=FILED) as server:
        kept = server.create()
        keys = server.keys_of(kept["id"])
        token = server.login(kept["username"]).json()["token"]
        alone.muster(f"backup --data-dir {server.data_dir} copy")
        late = server.create()
        server.stop()
        shutil.copy(server.data_dir / "master.key", alone.work / "key")
        said = restore(alone, "copy", "again", "--master-key key")
        assert (said["sessions_ended"], said["api_keys"], said["master_key"]) == (1, 2, "named")
        assert said["phones_lost"] == 0 and said["moved_aside"] is None
        admin = server.admin
    with Muster(settings=FILED, data_dir=alone.work / "again") as again:
        again.admin = admin
        assert again.request("GET", "/session", keys=keys).status_code == 200
        assert again.login(kept["username"]).status_code == 200
        assert again.request("GET", f"/users/{late['id']}").status_code == 404
        answer = again.request("GET", "/session", keys=None, headers={"X-Cookie": f"token={token}"})
        assert answer.status_code == 401
        assert len(events(again.data_dir, "directory.restore")) == 1


def test_the_files_of_a_restored_directory_are_its_own_user_s_alone(copied):
    restore(copied, "copy", "again")
    again = copied.work / "again"
    assert mode(again) == 0o700
    assert {path.name: mode(path) for path in again.iterdir()} == {
        "master.key": 0o600,
        "muster.lock": 0o600,
        "muster.sqlite": 0o600,
    }
    assert faults(again / "muster.sqlite") == []


def test_a_directory_that_is_there_is_moved_aside_with_force_and_can_be_restored_itself(copied):
    copied.muster("users add late@example.com --no-password --data-dir data")
    before = contents(copied.work / "data")
    sentence = copied.refusal("restore copy --data-dir data", 65)
    assert "--force" in sentence and contents(copied.work / "data") == before
    aside = restore(copied, "copy", "data", "--force")["moved_aside"]
    assert re.fullmatch(r"data/before-restore-\d{8}T\d{6}Z", aside)
    assert mode(copied.work / aside) == 0o700
    names = "SELECT username FROM user ORDER BY id"
    assert len(rows(copied.work / "data/muster.sqlite", names)) == 1
    back = restore(copied, f"{aside}/muster.sqlite", "data", "--force")
    assert back["moved_aside"] != aside
    assert ("late@example.com",) in rows(copied.work / "data/muster.sqlite", names)


def test_no_number_is_given_twice_and_no_revision_comes_again(copied):
    for number in range(3):
        copied.muster(f"users add late{number}@example.com --no-password --data-dir data")
    database = copied.work / "data/muster.sqlite"
    (last,) = rows(database, "SELECT max(id), (SELECT revision FROM directory) FROM user")
    restore(copied, "copy", "data", "--force")
    assert rows(database, "SELECT revision FROM directory")[0][0] > last[1]
    copied.muster("users add new@example.com --no-password --data-dir data")
    assert rows(database, "SELECT max(id) FROM user")[0][0] > last[0]


def test_a_directory_that_is_being_served_is_left_alone(machine, muster):
    machine.muster(f"backup --data-dir {muster.data_dir} copy")
    sentence = machine.refusal(f"restore copy --data-dir {muster.data_dir} --force", 69)
    assert "in use" in sentence and "Stop the server" in sentence
    assert muster.request("GET", "/session").status_code == 200
    assert not list(muster.data_dir.glob("before-restore-*"))


@pytest.fixture
def phoned(alone):
    """A directory with a user whose codes go to a phone, its backup `copy` and its key `key`."""
    with Muster(settings=FILED, data_dir=alone.work / "data") as server:
        user = server.create()
        path = f"/users/{user['id']}/two-factor"
        body = {"sms_phone": PHONE, "password": PASSWORD}
        assert server.request("POST", path + "/send-verification", json=body).ok
        body = {"verification_code": server.newest_code(user["username"])}
        assert server.request("POST", path + "/verify-code", json=body).ok
        body = {"sms_enabled": True, "email_enabled": False}
        assert server.request("PUT", path, json=body).ok
    alone.muster("backup --data-dir data copy")
    shutil.copy(alone.work / "data/master.key", alone.work / "key")
    return alone


FACTOR = """
    SELECT phone_sealed IS NOT NULL, sms_enabled, second_factor_required
    FROM user WHERE id > 2
"""


def test_with_its_master_key_a_backup_keeps_the_phone_numbers(phoned):
    restore(phoned, "copy", "again", "--master-key key")
    assert rows(phoned.work / "again/muster.sqlite", FACTOR) == [(1, 1, 0)]
    assert PHONE not in phoned.muster("users list --data-dir again --format json")
    phoned.muster("check --data-dir again")


def test_without_its_master_key_a_backup_says_what_is_lost_and_asks_for_a_new_factor(phoned):
    done = phoned.run("muster restore copy --data-dir again")
    assert done.returncode == 0 and "1 phone number had to be forgotten" in done.stderr
    assert rows(phoned.work / "again/muster.sqlite", FACTOR) == [(0, 0, 1)]
    assert ("phones_lost\x1f1" in events(phoned.work / "again", "directory.restore")[0][0])
    phoned.muster("check --data-dir again")


def test_another_master_key_is_refused_wherever_it_lies(phoned):
    found(phoned, "other")
    sentence = phoned.refusal("restore copy --data-dir again --master-key other/master.key", 65)
    assert "not the master key" in sentence and not (phoned.work / "again").exists()
    before = contents(phoned.work / "other")
    sentence = phoned.refusal("restore copy --data-dir other --force", 65)
    assert "--master-key" in sentence and contents(phoned.work / "other") == before
    said = restore(phoned, "copy", "other", "--force", "--master-key key")
    assert rows(phoned.work / "other/muster.sqlite", FACTOR) == [(1, 1, 0)]
    aside = phoned.work / said["moved_aside"]
    assert {"master.key", "muster.sqlite"} <= {path.name for path in aside.iterdir()}
    phoned.muster("check --data-dir other")


@pytest.mark.parametrize("text", ["", "short", "A" * 45, "\0" * 32])
def test_a_file_that_is_no_key_is_refused(copied, text):
    (copied.work / "key").write_text(text)
    copied.refusal("restore copy --data-dir again --master-key key", 65)
    assert not (copied.work / "again").exists()


def emptied(path):
    path.write_bytes(b"")


def foreign(path):
    path.unlink()
    change(path, "CREATE TABLE note (text TEXT)")


def truncated(path):
    path.write_bytes(path.read_bytes()[:20_000])


def headed(path):
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)


def newer(path):
    change(path, "INSERT INTO schema_migration VALUES (999, 'later', 'digest', 0)")


def planted(path):
    change(
        path,
        "CREATE TRIGGER back_door AFTER INSERT ON session BEGIN UPDATE user SET role = 64; END",
    )


def altered(path):
    change(path, "DROP INDEX user_by_email")


def astray(path):
    change(path, "PRAGMA foreign_keys = OFF", "INSERT INTO password VALUES (99, 'x', 0, 0)")


def homeless(path):
    change(path, "PRAGMA foreign_keys = OFF", "DELETE FROM directory")


@pytest.mark.parametrize("has_digest", [True, False])
@pytest.mark.parametrize(
    "spoil, code",
    [
        (emptied, 65),
        (foreign, 65),
        (truncated, 65),
        (headed, 65),
        (lay_waste, 65),
        (newer, 76),
        (planted, 65),
        (altered, 65),
        (astray, 65),
        (homeless, 65),
    ],
)
def test_what_is_no_good_backup_is_refused_and_changes_nothing(copied, spoil, code, has_digest):
    if not has_digest:
        # What an older version made has to stand SQLite's check and the schema's alone.
        unseal(copied.work / "copy")
    spoil(copied.work / "copy")
    before = contents(copied.work)
    sentence = copied.refusal("restore copy --data-dir again", code)
    for inside in ("SQLITE_", "GRDB", "Fatal", "Optional"):
        assert inside not in sentence
    copied.refusal("restore copy --data-dir data --force", code)
    assert contents(copied.work) == before and not (copied.work / "again").exists()


@pytest.mark.parametrize(
    "line, code",
    [
        ("restore nowhere --data-dir again", 66),
        ("restore copy --data-dir again --master-key nowhere", 66),
        ("restore data --data-dir again", 65),
        ("restore copy --data-dir /dev/null/again", 69),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(copied, line, code):
    before = contents(copied.work)
    copied.refusal(line, code)
    assert contents(copied.work) == before


@pytest.mark.parametrize("line", ["restore copy --data-dir again", "backup --data-dir data again"])
def test_where_the_copy_cannot_be_written_to_its_end_nothing_is_left(copied, line):
    # No file may have more than 64 KiB, and whoever tries is told.
    done = copied.run(f"trap '' XFSZ; ulimit -f 64; muster {line}")
    assert done.returncode == 69 and done.stdout == "", done
    assert done.stderr.startswith("muster: The database cannot be copied."), done
    assert sorted(path.name for path in copied.work.iterdir()) == ["copy", "data"]


def test_a_restore_that_is_killed_leaves_one_whole_directory(copied):
    copied.muster("users add late@example.com --no-password --data-dir data")
    chance = random.Random(11)
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            ["muster", "restore", "copy", "--data-dir", "data", "--force"],
            cwd=copied.work,
            env=copied.environment,
            executable=copied.work.parent / "bin/muster",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        killed += process.wait(60) != 0
        assert faults(copied.work / "data/muster.sqlite") == []
        copied.muster("users list --data-dir data --quiet")
    assert killed > 0, "every restore was faster than the signal"
    restore(copied, "copy", "data", "--force")
    copied.muster("check --data-dir data")
