"""The files that commands make: for nobody else from their first moment, found whole or found broken, and none left."""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from folders import CHEAP, faults, found, mode, rows, unseal
from machine import Machine

from muster import PASSWORD, Muster, binary, environment

NOBODY = 65534
ROUNDS = 12


@pytest.fixture
def alone(tmp_path):
    """A machine without a server."""
    return Machine(tmp_path)


class Watcher(threading.Thread):
    """Looks at the modes of all files below a folder, again and again, until told to stop."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.done, self.open, self.seen = folder, threading.Event(), set(), set()

    def look(self, folder):
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    name = os.path.relpath(entry.path, self.folder)
                    self.seen.add(name)
                    if status.st_mode & 0o077 and not stat.S_ISLNK(status.st_mode):
                        self.open.add((name, oct(status.st_mode & 0o7777)))
                    if stat.S_ISDIR(status.st_mode):
                        self.look(entry.path)
        except OSError:
            pass

    def run(self):
        while not self.done.is_set():
            self.look(self.folder)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()


def test_no_file_is_open_to_others_for_a_moment_whatever_the_shell_allows(alone):
    place = alone.work / "place"
    place.mkdir()
    with Watcher(place) as watcher:
        for number in range(ROUNDS):
            data = f"place/{number}"
            line = f"umask 0; muster init --data-dir {data} --admin a@example.com"
            assert alone.run(line, **CHEAP).returncode == 0
            lines = [
                f"backup --data-dir {data} {data}/copy",
                f"restore {data}/copy --data-dir {data}/again",
                f"users export {data}/users.jsonl --data-dir {data}",
            ]
            for line in lines:
                done = alone.run("umask 0; muster " + line, **CHEAP)
                assert done.returncode == 0, done
    assert watcher.open == set()
    assert {"0/master.key", "0/copy", "0/again/master.key"} <= watcher.seen
    assert any("bootstrap.sqlite" in name for name in watcher.seen)


def test_no_code_is_open_to_others_for_a_moment(alone):
    with Muster(settings=CHEAP, data_dir=alone.work / "data") as server:
        user = server.create()
        path = f"/users/{user['id']}/two-factor/send-verification"
        with Watcher(alone.work / "data") as watcher:
            for number in range(20):
                body = {"sms_phone": f"+1555222{number:04}", "password": PASSWORD}
                server.request("POST", path, json=body)
        assert watcher.open == set()
        messages = [name for name in watcher.seen if name.startswith("outbox/")]
        assert messages


@pytest.mark.parametrize("bits", [0o777, 0o755, 0o750])
def test_a_data_folder_that_others_may_enter_is_shut(alone, bits):
    found(alone)
    (alone.work / "data").chmod(bits)
    alone.muster("users list --data-dir data --quiet")
    assert mode(alone.work / "data") == 0o700


def test_a_folder_that_is_not_the_directory_s_alone_is_left_and_refused_where_others_may_write(alone):
    place = alone.work / "shared"
    place.mkdir()
    (place / "letter.txt").write_text("mine")
    place.chmod(0o777)
    sentence = alone.refusal("init --data-dir shared --admin a@example.com", 69)
    assert "chmod 700 shared" in sentence
    assert mode(place) == 0o777 and [path.name for path in place.iterdir()] == ["letter.txt"]


# Digests


@pytest.fixture
def copied(alone):
    """A directory `data` and its backup `copy`."""
    found(alone)
    alone.muster("backup --data-dir data copy")
    return alone


def test_a_backup_carries_its_digest_and_any_sqlite_reads_it(copied):
    copy = copied.work / "copy"
    digest = copied.run("head -c -86 copy | sha256sum").stdout.split()[0]
    assert copy.read_bytes()[-86:] == f"muster-backup sha256 {digest}\n".encode()
    assert faults(copy) == []
    assert rows(copy, "SELECT count(*) FROM user") == [(1,)]
    assert "what was written" in copied.muster("check --backup copy")


def spoiled(copied, number):
    """A copy of the backup with one fault, never the same."""
    chance = random.Random(number)
    data = bytearray((copied.work / "copy").read_bytes())
    kind = number % 4
    if kind == 0:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[chance.randrange(16, 100)] ^= 1 << chance.randrange(8)
    elif kind == 2:
        data += chance.randbytes(chance.randrange(1, 5000))
    else:
        del data[-chance.randrange(1, 5000) :]
    (copied.work / "spoiled").write_bytes(data)


def test_a_damaged_backup_is_never_restored_and_told_by_the_check(copied):
    for number in range(48):
        spoiled(copied, number)
        done = copied.run("muster restore spoiled --data-dir again")
        assert done.returncode in (65, 76), (number, done)
        assert not (copied.work / "again").exists()
        if number < 8:
            assert copied.run("muster check --backup spoiled").returncode == 2


def test_a_backup_of_an_older_version_is_restored_and_said_to_have_no_digest(copied):
    unseal(copied.work / "copy")
    done = copied.run("muster restore copy --data-dir again")
    assert done.returncode == 0 and "no digest of itself" in done.stderr
    text = copied.muster("check --backup copy --strict --format json", code=1)
    assert json.loads(text)[0]["severity"] == "warning"
    with open(copied.work / "copy", "ab") as file:
        file.write(b"more")
    copied.refusal("restore copy --data-dir third", 65)


def test_a_restored_directory_is_no_backup_itself(copied):
    copied.muster("restore copy --data-dir again")
    assert rows(copied.work / "again/muster.sqlite", "PRAGMA application_id") == [(0,)]
    copied.muster("backup --data-dir again second")
    copied.muster("check --backup second")


@pytest.mark.parametrize("file, code", [("nowhere", 66), ("data", 2), ("data/master.key", 2)])
def test_what_is_no_backup_is_said_to_be_none(copied, file, code):
    done = copied.run(f"muster check --backup {file}")
    assert done.returncode == code, done


# What is left


def test_what_a_killed_backup_leaves_is_removed_by_the_next(alone):
    found(alone)
    for name in ("copy.partial-01234567", "copy.partial-01234567-journal", "copy.partial-89abcdef-wal"):
        (alone.work / name).write_text("left")
    (alone.work / "copy.partial-mine").write_text("mine")
    alone.muster("backup --data-dir data copy")
    assert sorted(path.name for path in alone.work.iterdir()) == ["copy", "copy.partial-mine", "data"]


def test_backups_that_are_killed_leave_nothing_behind_the_next_one(alone):
    found(alone)
    chance = random.Random(3)
    left = 0
    for number in range(ROUNDS * 2):
        process = subprocess.Popen(
            ["muster", "backup", "--data-dir", "data", "copy", "--force"],
            cwd=alone.work,
            env=alone.environment,
            executable=alone.work.parent / "bin/muster",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if number % 2:
            time.sleep(chance.uniform(0.02, 0.12))
        else:
            # Whenever the machine comes to it: where something is left, and has not become the backup yet.
            while process.poll() is None and not list(alone.work.glob("copy.partial-*")):
                pass
        process.kill()
        process.wait()
        left += len(list(alone.work.glob("copy.partial-*")))
    assert left > 0, "every backup was faster than the signal"
    alone.muster("backup --data-dir data copy --force")
    assert sorted(path.name for path in alone.work.iterdir()) == ["copy", "data"]


# Folders that cannot be written


@pytest.fixture
def sealed_folder():
    """A directory of somebody, in a folder that cannot be written, with what runs the program as that somebody."""
    place = Path(tempfile.mkdtemp(prefix="muster-test-"))
    place.chmod(0o755)
    shutil.copyfile(binary(), place / "muster")
    (place / "muster").chmod(0o755)
    (place / "out").mkdir()
    line = [place / "muster", "init", "--data-dir", place / "data", "--admin", "a@example.com"]
    subprocess.run(line, env=environment(CHEAP), check=True, capture_output=True)
    somebody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    if somebody:
        for path in (place / "out", place / "data", *(place / "data").iterdir()):
            os.chown(path, NOBODY, NOBODY)
    (place / "data").chmod(0o500)

    def run(*arguments):
        return subprocess.run(
            [place / "muster", *arguments],
            env=environment(CHEAP) | {"MUSTER_PASSWORD_POLICY": "tenable"},
            cwd=place / "out",
            capture_output=True,
            text=True,
            timeout=60,
            **somebody,
        )

    yield place, run
    (place / "data").chmod(0o700)
    shutil.rmtree(place)


def test_check_and_backup_read_a_folder_that_cannot_be_written(sealed_folder):
    place, run = sealed_folder
    assert [path.name for path in (place / "data").glob("muster.sqlite-*")] == []
    done = run("check", "--data-dir", place / "data", "--format", "json")
    assert done.returncode == 0, done
    assert "ok" in [item["severity"] for item in json.loads(done.stdout) if item["part"] == "database"]
    done = run("backup", "--data-dir", place / "data", "copy")
    assert done.returncode == 0, done
    assert run("check", "--backup", "copy").returncode == 0
    (place / "out").chmod(0o500)
    assert run("check", "--backup", "copy").returncode == 0
    (place / "out").chmod(0o700)


def test_a_log_that_was_left_in_a_folder_that_cannot_be_written_is_told(sealed_folder):
    place, run = sealed_folder
    (place / "data").chmod(0o700)
    log = place / "data/muster.sqlite-wal"
    log.write_bytes(b"left" * 1000)
    os.chown(log, (place / "data").stat().st_uid, -1)
    (place / "data").chmod(0o500)
    for line in (("check",), ("backup", "copy")):
        done = run(line[0], "--data-dir", place / "data", *line[1:])
        assert done.returncode in (2, 69), done
        assert "was not closed" in done.stdout + done.stderr
