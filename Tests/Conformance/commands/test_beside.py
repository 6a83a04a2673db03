"""Files beside a backup, which SQLite would take for a part of it because of their names: refused, or gone."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from folders import FILED, change, contents, found, rows, unseal
from machine import Machine

from muster import Muster

SUFFIXES = ["-wal", "-shm", "-journal"]


@pytest.fixture
def alone(tmp_path):
    """A machine without a server."""
    return Machine(tmp_path)


@pytest.fixture
def copied(alone):
    """A directory `data` and its backup `copy`."""
    found(alone)
    alone.muster("backup --data-dir data copy")
    return alone


def names(machine):
    return sorted(path.name for path in machine.work.iterdir())


def users(path):
    return {name for (name,) in rows(path, "SELECT username FROM user")}


def log_of_everything(path):
    """A log that holds each page of a database, so that it takes the place of any other of that name."""
    with closing(sqlite3.connect(path)) as database:
        for sql in ("PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "VACUUM"):
            database.execute(sql)
        return path.with_name(path.name + "-wal").read_bytes()


def test_what_was_copied_by_hand_goes_with_the_file_that_a_backup_replaces(alone):
    with Muster(settings=FILED) as server:
        gone = server.create()
        for suffix in ("", "-wal"):
            shutil.copy(f"{server.data_dir}/muster.sqlite{suffix}", alone.work / f"copy{suffix}")
        assert server.request("DELETE", f"/users/{gone['id']}").status_code == 200
        new = server.create()
        sentence = alone.refusal(f"backup --data-dir {server.data_dir} copy", 65)
        assert sentence == "copy is there already. Say --force to replace it."
        assert names(alone) == ["copy", "copy-wal"]
        alone.muster(f"backup --data-dir {server.data_dir} copy --force")
    assert names(alone) == ["copy"]
    assert "copy is what was written" in alone.muster("check --backup copy")
    alone.muster("restore copy --data-dir again")
    there = users(alone.work / "again/muster.sqlite")
    assert new["username"] in there and gone["username"] not in there


def test_a_log_from_somebody_else_makes_no_directory_of_its_own_out_of_a_backup(copied):
    found(copied, "evil", "evil@example.com")
    (copied.work / "copy-wal").write_bytes(log_of_everything(copied.work / "evil/muster.sqlite"))
    # What SQLite itself makes of the two.
    shutil.copytree(copied.work, copied.home / "apart")
    assert users(copied.home / "apart/copy") == {"evil@example.com"}
    sentence = copied.refusal("restore copy --data-dir again", 65)
    assert sentence.startswith("copy-wal lies there, ") and not (copied.work / "again").exists()
    (copied.work / "copy-wal").unlink()
    copied.muster("restore copy --data-dir again")
    assert users(copied.work / "again/muster.sqlite") == {"admin@example.com"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_backup_beside_which_something_lies_is_refused_by_that_name(copied, suffix):
    beside = copied.work / f"copy{suffix}"
    for text in (b"", b"anything"):
        beside.write_bytes(text)
        before = contents(copied.work)
        told = (
            f"copy{suffix} lies there, which by its name would be a part of copy, and a backup is one file. "
            "Remove it, or copy the backup alone to another folder. Nothing was changed."
        )
        assert copied.refusal("restore copy --data-dir data --force", 65) == told
        assert copied.refusal("restore copy --data-dir again", 65) == told
        text = copied.muster("check --backup copy --format csv", code=2)
        assert told in text and "what was written" not in text
        assert contents(copied.work) == before and beside.exists()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_backup_gets_no_name_beside_which_something_lies_unless_it_may_remove_that(copied, suffix):
    beside = copied.work / f"new{suffix}"
    beside.write_text("anything")
    assert copied.refusal("backup --data-dir data new", 65) == (
        f"new{suffix} is there already, which by its name would be a part of new. Say --force to remove it."
    )
    assert names(copied) == ["copy", "data", f"new{suffix}"]
    copied.muster("backup --data-dir data new --force")
    assert names(copied) == ["copy", "data", "new"]
    copied.muster("check --backup new")


def test_what_cannot_be_removed_beside_a_new_backup_is_told(copied):
    (copied.work / "copy-wal").mkdir()
    sentence = copied.refusal("backup --data-dir data copy --force", 74)
    assert sentence.startswith("copy is made, but copy-wal of the former one cannot be removed: ")
    (copied.work / "copy-wal").rmdir()
    copied.muster("check --backup copy")


def test_the_copy_of_a_database_is_restored_with_the_log_that_was_copied_with_it(alone):
    with Muster(settings=FILED) as server:
        late = server.create()
        for suffix in ("", "-wal"):
            shutil.copy(f"{server.data_dir}/muster.sqlite{suffix}", alone.work / f"hand{suffix}")
    alone.muster("restore hand --data-dir again")
    assert late["username"] in users(alone.work / "again/muster.sqlite")


def test_a_backup_is_read_without_anything_being_made_beside_it(copied):
    unseal(copied.work / "copy")
    # As in a copy of a database that a server has used.
    change(copied.work / "copy", "PRAGMA journal_mode = WAL")
    assert names(copied) == ["copy", "data"]
    copied.muster("check --backup copy")
    copied.muster("restore copy --data-dir again")
    assert names(copied) == ["again", "copy", "data"]


def test_a_backup_whose_name_is_an_address_of_sqlite_s_is_a_file_like_any_other(copied):
    name = "file:0?vfs=muster-descriptor&immutable=1"
    copied.muster(f"backup --data-dir data '{name}'")
    assert "is what was written" in copied.muster(f"check --backup '{name}'")
    copied.muster(f"restore '{name}' --data-dir again")
    assert users(copied.work / "again/muster.sqlite") == {"admin@example.com"}
