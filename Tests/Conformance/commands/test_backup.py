"""Backup: one consistent file of a directory that is in use, and nothing at all where that cannot be."""

import json
import random
import signal
import subprocess
import threading
import time

import pytest
from folders import FILED, change, contents, faults, found, lay_waste, mode, rows
from machine import Machine

from muster import Muster, unique_username

BACKUPS = 8
WRITERS = 8
KILLS = 25


@pytest.fixture(scope="module")
def muster():
    """A server whose directory is a file."""
    with Muster(FILED) as server:
        yield server


@pytest.fixture
def alone(tmp_path):
    """A machine without a server."""
    return Machine(tmp_path)


def backup(machine, data, file="copy", *options):
    """Makes a backup and returns what was said about it."""
    return json.loads(
        machine.muster(f"backup --data-dir {data} {file} --format json {' '.join(options)}")
    )


def test_a_backup_is_one_file_of_mode_0600_that_needs_no_other(machine, muster):
    user = muster.create()
    said = backup(machine, muster.data_dir)
    copy = machine.work / "copy"
    assert [path.name for path in machine.work.iterdir()] == ["copy"]
    assert mode(copy) == 0o600
    assert faults(copy) == []
    assert rows(copy, "PRAGMA journal_mode") == [("delete",)]
    assert rows(copy, "SELECT count(*) FROM user WHERE id = ?", user["id"]) == [(1,)]
    assert said["users"] == rows(copy, "SELECT count(*) FROM user")[0][0]
    assert said["bytes"] == copy.stat().st_size
    assert said["master_key"] == f"{muster.data_dir}/master.key"
    assert [path.name for path in machine.work.iterdir()] == ["copy"]


def test_a_backup_says_in_itself_when_it_was_made_and_not_in_the_directory(machine, muster):
    said = backup(machine, muster.data_dir)
    sql = "SELECT at, actor_name, address FROM audit_event WHERE action = 'directory.backup'"
    assert rows(machine.work / "copy", sql) == [(said["taken_at"], None, None)]
    assert rows(muster.data_dir / "muster.sqlite", sql) == []


def test_people_are_told_to_keep_the_master_key_and_programs_get_the_file_s_name(machine, muster):
    text = machine.muster(f"backup --data-dir {muster.data_dir} one")
    assert f"Keep {muster.data_dir}/master.key, too" in text
    assert machine.muster(f"backup --data-dir {muster.data_dir} two --quiet") == "two\n"


def test_the_backup_holds_no_secret_in_the_clear_and_not_the_master_key(machine, muster):
    backup(machine, muster.data_dir)
    copy = (machine.work / "copy").read_bytes()
    for secret in (muster.admin["password"], muster.admin["secret_key"]):
        assert secret.encode() not in copy
    assert (muster.data_dir / "master.key").read_bytes().strip() not in copy


def test_a_stopped_directory_is_backed_up_too(alone):
    found(alone)
    assert backup(alone, "data")["users"] == 1
    assert faults(alone.work / "copy") == []


@pytest.mark.parametrize(
    "added, name",
    [("CREATE INDEX ix ON user (name)", "index ix"), ("CREATE TABLE x (y)", "table x")],
)
def test_a_directory_to_which_something_was_added_gets_no_backup_that_could_not_be_restored(alone, added, name):
    found(alone)
    database = alone.work / "data/muster.sqlite"
    change(database, added)
    sentence = alone.refusal("backup --data-dir data copy", 70)
    assert sentence == (
        f"No directory can be made of such a backup: the {name} is none of this program's. Nothing was written. "
        "Run: muster check"
    )
    assert not (alone.work / "copy").exists()
    kind, word = name.split()
    removal = f'DROP {kind} "{word}"'
    text = alone.muster("check --data-dir data --format json", code=2)
    assert (
        f"Schema: the {name} is none of this program's. No server starts on it, and no backup can be made. "
        f"Remove it with SQLite: {removal}"
    ) in [item["finding"] for item in json.loads(text)]
    assert alone.refusal("serve --data-dir data", 69) == (
        f"The database in data has something added to it: the {name} is none of this program's. "
        f"Remove it with SQLite: {removal}"
    )
    change(database, removal)
    backup(alone, "data")
    alone.muster("restore copy --data-dir again")


class Writer(threading.Thread):
    """Creates users and deletes every third of them, until told to stop."""

    def __init__(self, server, stop):
        super().__init__(daemon=True)
        self.server, self.stop = server, stop
        self.acknowledged, self.failure = [], None

    def run(self):
        try:
            while not self.stop.is_set():
                user = self.server.create(username=unique_username())
                if user["id"] % 3 == 0:
                    answer = self.server.request("DELETE", f"/users/{user['id']}")
                    assert answer.status_code == 200, answer.text
                else:
                    self.acknowledged.append(user["id"])
        except BaseException as failure:
            self.failure = failure


# Whoever is there was created, whoever was deleted is not there, and each by exactly one event.
CREATED_WITHOUT_EVENT = """
    SELECT count(*) FROM user WHERE uuid NOT IN
        (SELECT target_uuid FROM audit_event WHERE action = 'user.create')
"""
EVENT_WITHOUT_USER = """
    SELECT count(*) FROM audit_event
    WHERE action = 'user.create' AND target_uuid NOT IN (SELECT uuid FROM user)
        AND target_uuid NOT IN
            (SELECT target_uuid FROM audit_event WHERE action = 'user.delete')
"""
DELETED_AND_THERE = """
    SELECT count(*) FROM audit_event
    WHERE action = 'user.delete' AND target_uuid IN (SELECT uuid FROM user)
"""


def test_backups_taken_while_others_write_are_each_the_directory_at_one_moment(alone):
    with Muster(settings=FILED) as server:
        stop = threading.Event()
        writers = [Writer(server, stop) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        counts = []
        for number in range(BACKUPS):
            before = [user for writer in writers for user in list(writer.acknowledged)]
            backup(alone, server.data_dir, f"copy{number}")
            # Whoever writes is not held up by it.
            assert sum(len(writer.acknowledged) for writer in writers) > len(before)
            copy = alone.work / f"copy{number}"
            there = {user for (user,) in rows(copy, "SELECT id FROM user")}
            assert set(before) <= there, "an acknowledged user is not in the backup"
            assert faults(copy) == []
            for sql in (CREATED_WITHOUT_EVENT, EVENT_WITHOUT_USER, DELETED_AND_THERE):
                assert rows(copy, sql) == [(0,)], sql
            counts.append(len(there))
        stop.set()
        for writer in writers:
            writer.join(30)
            assert writer.failure is None, writer.failure
        assert counts == sorted(counts) and counts[0] < counts[-1], "nothing was written meanwhile"


def test_a_file_that_is_there_is_replaced_only_with_force(machine, muster):
    (machine.work / "copy").write_text("mine")
    sentence = machine.refusal(f"backup --data-dir {muster.data_dir} copy", 65)
    assert "copy is there already" in sentence and "--force" in sentence
    assert (machine.work / "copy").read_text() == "mine"
    backup(machine, muster.data_dir, "copy", "--force")
    assert faults(machine.work / "copy") == []


@pytest.mark.parametrize("name", ["muster.sqlite", "muster.sqlite-wal", "master.key", "muster.lock"])
def test_the_directory_s_own_files_are_never_replaced(alone, name):
    found(alone)
    before = contents(alone.work)
    alone.refusal(f"backup --data-dir data --force data/{name}", 65)
    (alone.work / "link").symlink_to(alone.work / "data")
    alone.refusal(f"backup --data-dir data --force link/{name}", 65)
    (alone.work / "link").unlink()
    assert contents(alone.work) == before


@pytest.mark.parametrize(
    "line, code",
    [
        ("backup --data-dir nowhere copy", 66),
        ("backup --data-dir data nowhere/copy", 74),
        ("backup --data-dir data .", 65),
        ("backup --data-dir data /dev/null --force", 65),
        ("backup --data-dir data", 64),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_no_file(alone, line, code):
    found(alone)
    before = contents(alone.work)
    done = alone.run("muster " + line)
    assert done.returncode == code and done.stdout == "" and done.stderr
    assert contents(alone.work) == before


def test_a_damaged_database_makes_no_backup_and_leaves_the_last_one(alone):
    found(alone)
    backup(alone, "data")
    before = (alone.work / "copy").read_bytes()
    change(alone.work / "data/muster.sqlite", "PRAGMA wal_checkpoint(TRUNCATE)")
    lay_waste(alone.work / "data/muster.sqlite")
    done = alone.run("muster backup --data-dir data copy --force")
    assert done.returncode in (69, 70), done
    assert done.stderr.startswith("muster: ") and done.stdout == ""
    assert (alone.work / "copy").read_bytes() == before
    assert [path.name for path in alone.work.glob("copy*")] == ["copy"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_backup_that_is_cut_short_never_looks_like_one(alone, number):
    found(alone)
    chance = random.Random(7)
    ended = 0
    for attempt in range(KILLS):
        file = alone.work / f"copy{attempt}"
        process = subprocess.Popen(
            ["muster", "backup", "--data-dir", "data", file],
            cwd=alone.work,
            env=alone.environment,
            executable=alone.work.parent / "bin/muster",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0, 0.08))
        process.send_signal(number)
        ended += process.wait(60) != 0
        if file.exists():
            assert faults(file) == [] and mode(file) == 0o600
    assert ended > 0, "every backup was faster than the signal"
    assert backup(alone, "data", "last")["users"] == 1
