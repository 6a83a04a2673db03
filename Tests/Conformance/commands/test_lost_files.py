"""Files that are taken away from a data folder: what is left is never taken for a directory, nor mixed with another one."""

import json
import os
import re
import shutil
import subprocess

import pytest
from folders import CHEAP, contents, faults, found, rows
from machine import Machine

from muster import REPOSITORY, Muster, until

SECONDS = 60
NAMES = "SELECT count(*) FROM user"


@pytest.fixture
def copied(tmp_path):
    """A directory `data` with one user, and its backup `copy`."""
    machine = Machine(tmp_path)
    machine.environment |= CHEAP
    machine.admin = found(machine)
    machine.muster("backup --data-dir data copy")
    return machine


def killed_without_database(machine, users=3):
    """Serves `data`, makes users, removes the database, and kills the server: its log is left."""
    data = machine.work / "data"
    with Muster(settings=CHEAP, data_dir=data) as server:
        server.admin = machine.admin
        for _ in range(users):
            server.create()
        (data / "muster.sqlite").unlink()
        server.kill()
    assert (data / "muster.sqlite-wal").stat().st_size > 0
    return data


@pytest.mark.parametrize(
    "line",
    ["serve --data-dir data", "backup --data-dir data another", "users list --data-dir data"],
)
def test_a_directory_whose_database_has_gone_is_said_to_be_that_by_every_command(copied, line):
    killed_without_database(copied)
    before = contents(copied.work)
    sentence = copied.refusal(line, 66)
    left = ", ".join(sorted(path.name for path in (copied.work / "data").glob("m*") if path.suffix != ".lock"))
    assert sentence == (
        f"data/muster.sqlite is gone, and what is left of the directory is {left}. Restore the last backup: "
        "muster restore --data-dir data BACKUP"
    )
    assert contents(copied.work) == before


def test_no_new_directory_is_founded_on_what_another_has_left(copied):
    data = killed_without_database(copied)
    for left in ("muster.sqlite-wal", "muster.sqlite-shm", None):
        before = contents(copied.work)
        sentence = copied.refusal("init --data-dir data --admin b@example.com", 66)
        names = ", ".join(sorted(path.name for path in data.glob("m*") if path.suffix != ".lock"))
        assert sentence == (
            f"data has what is left of a directory: {names}, without its muster.sqlite. Restore the last backup: "
            "muster restore --data-dir data BACKUP, or move these files away for a new directory. Nothing was changed."
        )
        assert contents(copied.work) == before
        if left:
            (data / left).unlink()
    (data / "master.key").unlink()
    copied.muster("init --data-dir data --admin b@example.com")


@pytest.mark.parametrize("left", ["bootstrap.sqlite", "founding.sqlite"])
def test_an_init_that_was_cut_short_is_begun_again(copied, left):
    place = copied.work / "short"
    place.mkdir()
    shutil.copy(copied.work / "data/master.key", place)
    (place / left).write_bytes(b"")
    found(copied, "short")
    assert not (place / left).exists()
    copied.muster("check --data-dir short")


def test_a_restore_takes_no_log_for_the_restored_database_s_own(copied):
    data = killed_without_database(copied)
    log = (data / "muster.sqlite-wal").read_bytes()
    said = json.loads(copied.muster("restore copy --data-dir data --format json"))
    assert said["users"] == 1
    aside = copied.work / said["moved_aside"]
    assert (aside / "muster.sqlite-wal").read_bytes() == log
    assert sorted(path.name for path in data.iterdir() if "before" not in path.name) == [
        *("agent.sock", "master.key", "muster.lock", "muster.sqlite"),
        "outbox",
    ]
    assert faults(data / "muster.sqlite") == [] and rows(data / "muster.sqlite", NAMES) == [(1,)]
    copied.muster("check --data-dir data")
    assert copied.muster("users list --data-dir data --quiet").split() == ["2"]


def test_a_key_that_another_takes_the_place_of_is_kept(copied):
    key = (copied.work / "data/master.key").read_bytes()
    found(copied, "other")
    (copied.work / "other/muster.sqlite").unlink()
    other = (copied.work / "other/master.key").read_bytes()
    line = "restore copy --data-dir other --master-key data/master.key --format json"
    aside = json.loads(copied.muster(line))["moved_aside"]
    assert (copied.work / "other/master.key").read_bytes() == key
    assert (copied.work / aside / "master.key").read_bytes() == other


def test_commits_behind_a_place_of_the_log_that_does_not_check_out_are_told(copied):
    data = copied.work / "data"
    with Muster(settings=CHEAP, data_dir=data) as server:
        server.admin = copied.admin
        for _ in range(4):
            server.create()
        server.kill()
    log = data / "muster.sqlite-wal"
    turned = bytearray(log.read_bytes())
    # In the page of the first frame: after the log's header of 32 bytes and the frame's of 24.
    turned[32 + 24 + 100] ^= 1
    log.write_bytes(turned)
    (told,) = [text for severity, part, text in findings(copied) if (severity, part) == ("warning", "database")]
    count = int(re.search(r"(\d+) commits", told).group(1))
    assert count >= 4
    assert told == (
        f"data/muster.sqlite-wal does not check out in its middle, and SQLite leaves out everything after that: {count} commits. "
        "Where no power failed while they were written, the disk has lost changes that were acknowledged."
    )
    with Muster(settings=CHEAP, data_dir=data) as server:
        lines = [line for line in server.log().splitlines() if "level=critical" in line]
        assert len(lines) == 1 and "does not check out in its middle" in lines[0]


# While the server runs


def test_a_server_whose_database_has_gone_is_not_to_be_stopped_and_the_check_still_asks_it(copied):
    data = copied.work / "data"
    with Muster(settings=CHEAP, data_dir=data) as server:
        until((data / "agent.sock").exists, SECONDS, "a local socket")
        (data / "muster.sqlite").unlink()
        for line in (
            "serve --data-dir data",
            "backup --data-dir data another",
            "users list --data-dir data",
            "restore copy --data-dir data",
            "init --data-dir data --admin b@example.com",
        ):
            sentence = copied.refusal(line, 66)
            assert sentence == (
                "data/muster.sqlite is gone, but a running server still has it open. Do not stop that server before you "
                'have copied its open files: see "Files that are taken away" in docs/operations.md.'
            )
        text = copied.muster("check --data-dir data --format json", code=2)
        there = {(item["severity"], item["part"]): item["finding"] for item in json.loads(text)}
        assert there["error", "database"] == sentence
        assert "(files)" in there["error", "server"] or "(write)" in there["error", "server"]
        server.assert_logged("level=critical", "Do not stop it before its open files are copied")
        server.kill()


def test_the_check_tells_that_a_running_server_changes_nothing_any_more(copied):
    data = copied.work / "data"
    with Muster(settings=CHEAP, data_dir=data) as server:
        until((data / "agent.sock").exists, SECONDS, "a local socket")
        assert "server" in {item[1] for item in findings(copied)}
        (data / "muster.sqlite-wal").unlink()
        until(lambda: "level=critical" in server.log(), SECONDS, "a line of the log")
        # An answer of the server holds for a second.
        sentence = "is not ready (files). The database or its log was moved or removed"
        until(lambda: sentence in copied.run("muster check --data-dir data").stdout, SECONDS, "the finding")
        assert ("error", "server") in {item[:2] for item in findings(copied, 2)}
        server.kill()


def findings(machine, code=0):
    text = machine.muster("check --data-dir data --format json", code=code)
    return [(item["severity"], item["part"], item["finding"]) for item in json.loads(text)]


def test_the_open_files_of_a_server_are_copied_as_the_document_says(copied):
    text = (REPOSITORY / "docs/operations.md").read_text()
    (block,) = re.findall(r"```sh\n([^`]*/proc/\$PID/fd[^`]*)```", text)
    for words, here in (("/root/saved", "saved"), ("/var/lib/muster", "data"), ("systemctl stop muster", "stop")):
        assert words in block
        block = block.replace(words, here)
    script = f"""
        set -e
        muster serve --data-dir data --bind 127.0.0.1:0 2> log &
        PID=$!
        until grep -q url= log; do sleep 0.1; done
        export MUSTER_URL=$(grep -o 'http://127.0.0.1:[0-9]*' log | head -1)
        for name in a b c; do
            muster users add $name@example.com --no-password --quiet > /dev/null
        done
        rm data/muster.sqlite
        until grep -q level=critical log; do sleep 0.1; done
        stop() {{ kill $PID; wait $PID || true; }}
        {block}
    """
    line = ["bash", "-c", script]
    # Only root may look at what a server has open; whoever is not is root for a while, of processes of its own.
    if os.getuid() != 0:
        line = ["unshare", "--user", "--map-root-user", *line]
    keys = {"MUSTER_ACCESS_KEY": copied.admin["access_key"], "MUSTER_SECRET_KEY": copied.admin["secret_key"]}
    environment = copied.environment | keys
    done = subprocess.run(line, cwd=copied.work, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done
    assert rows(copied.work / "data/muster.sqlite", NAMES) == [(4,)]
    assert faults(copied.work / "data/muster.sqlite") == []
