"""A directory is moved from its data folder to PostgreSQL and back, and nobody notices."""

import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing

import postgres
import pytest
from folders import CHEAP, change, faults, found, rows
from machine import Machine

from muster import ADMINISTRATOR, PASSWORD, Muster, binary, until

# What a store fills by itself, and what it has for itself alone.
OWN = {"schema_migration", "sqlite_sequence", "user_search"}


@pytest.fixture(scope="module")
def engine():
    return postgres.shared()


@pytest.fixture
def moved(engine, tmp_path):
    """A machine with a directory `data` that has something in every way of coming in, and an empty database."""
    machine = Machine(tmp_path / "moved")
    machine.environment |= CHEAP
    machine.admin = found(machine)
    machine.url = engine.url(engine.database())
    machine.on_postgres = {"MUSTER_STORE_KIND": "postgres", "MUSTER_STORE_POSTGRES_URL": machine.url}
    with Muster(settings=CHEAP, data_dir=machine.work / "data") as server:
        server.admin = machine.admin
        gone = server.create()
        server.request("DELETE", f"/users/{gone['id']}")
        machine.user = server.create(phone="+14155550123", name='Ö "one" \\ two')
        machine.keys = server.keys_of(machine.user["id"])
        machine.session = server.login(machine.user["username"]).json()["token"]
        server.login(machine.user["username"], "wrong")
        group = server.request("POST", "/groups", json={"name": "Ops"}).json()
        server.request("POST", f"/groups/{group['id']}/users/{machine.user['id']}")
        last = server.create()
        server.request("DELETE", f"/users/{last['id']}")
        machine.last = last["id"]
    return machine


def tables(path):
    """All rows of all tables of a directory."""
    names = [name for (name,) in rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    kept = [name for name in names if name not in OWN and not name.startswith("user_text")]
    return {name: sorted(map(repr, rows(path, f'SELECT * FROM "{name}"'))) for name in kept}


def test_a_directory_goes_to_postgresql_and_back_as_it_was(moved, engine):
    before = tables(moved.work / "data/muster.sqlite")
    said = moved.muster("store copy --from data --to postgres", MUSTER_STORE_POSTGRES_URL=moved.url)
    count = re.search(r"(\d+) rows", said).group(1)
    assert said == f"Copied 2 users, {count} rows in all, and found both sides the same.\n"
    (moved.work / "node").mkdir(mode=0o700)
    shutil.copy(moved.work / "data/master.key", moved.work / "node")
    back = moved.work / "back"
    back.mkdir(mode=0o700)
    shutil.copy(moved.work / "data/master.key", back)
    counts = json.loads(moved.muster(f"store copy --from '{moved.url}' --to back --format json"))
    assert counts["users"] == 2 and counts["rows"] == sum(map(len, before.values())) - len(before["audit_gap"])
    assert tables(back / "muster.sqlite") == before
    assert faults(back / "muster.sqlite") == []
    for folder, settings in (("node", moved.on_postgres), ("back", {})):
        with Muster(settings=CHEAP | settings, data_dir=moved.work / folder) as server:
            server.admin = moved.admin
            assert server.request("GET", "/session", keys=moved.keys).json()["uuid"] == moved.user["uuid"]
            cookie = {"X-Cookie": f"token={moved.session}"}
            assert server.request("GET", "/session", keys=None, headers=cookie).status_code == 200
            assert server.login(moved.user["username"]).status_code == 200
            groups = server.request("GET", "/groups").json()["groups"]
            assert [group["user_count"] for group in groups if group["name"] == "Ops"] == [1]
            # Numbers are never given twice, on whichever side.
            assert server.create()["id"] == moved.last + 1
            shown = moved.muster(
                f"users show {moved.user['username']} --format json",
                MUSTER_URL=server.url,
                MUSTER_ACCESS_KEY=moved.admin["access_key"],
                MUSTER_SECRET_KEY=moved.admin["secret_key"],
            )
            assert json.loads(shown)["name"] == 'Ö "one" \\ two'
    assert "schema" in moved.muster("check --data-dir back")


def test_a_copy_goes_only_where_nothing_is(moved, engine):
    there = "There is a directory already where the copy was to go. Nothing was changed."
    copy = f"store copy --from data --to '{moved.url}'"
    moved.muster(copy)
    assert moved.refusal(copy, 65) == there
    assert "data has a directory of its own in data/muster.sqlite." in moved.refusal(
        f"store copy --from '{moved.url}' --to data", 65
    )
    assert "empty/master.key is not there." in moved.refusal(f"store copy --from '{moved.url}' --to empty", 66)
    found(moved, "other")
    (moved.work / "wrong").mkdir(mode=0o700)
    shutil.copy(moved.work / "other/master.key", moved.work / "wrong")
    assert moved.refusal(f"store copy --from '{moved.url}' --to wrong", 66) == (
        "The master key is not the one of the directory in the database."
    )
    assert sorted(path.name for path in (moved.work / "wrong").iterdir()) == ["master.key", "muster.lock"]


def test_places_are_a_folder_and_a_database(moved, engine):
    one_each = (
        "One of --from and --to is a data folder, and the other a database. To copy a folder, run: muster backup"
    )
    assert moved.refusal("store copy --from data --to other", 64) == one_each
    assert moved.refusal(f"store copy --from '{moved.url}' --to postgres", 64, MUSTER_STORE_POSTGRES_URL=moved.url) == one_each
    assert moved.refusal("store copy --from data --to postgres", 78) == (
        "postgres stands for the database of the settings: set store.postgres.url or store.postgres.urlFile."
    )
    assert moved.refusal("store copy --from '' --to postgresql://db1/muster", 64) == (
        "A folder, an address or postgres is missing."
    )
    assert moved.refusal("store copy --from data --to postgresql://[", 64) == (
        "The address must be libpq's URI or list of keywords and values, such as "
        "postgresql://muster@db1,db2/muster?sslmode=verify-full."
    )
    assert moved.refusal("store copy --from data --to 'host=db1,db2 target_session_attrs=any'", 64) == (
        f"The address must be {postgres.PRIMARY}."
    )
    assert moved.refusal("store copy --from data --to 'host=db1 password=hunter2'", 64) == (
        "The address has a password in it, which every user of this machine can read there. Say postgres, and put the "
        "address into a file that store.postgres.urlFile names."
    )
    empty = engine.url(engine.database())
    (moved.work / "node").mkdir(mode=0o700)
    shutil.copy(moved.work / "data/master.key", moved.work / "node")
    assert "There is no directory in the database yet." in moved.refusal(f"store copy --from '{empty}' --to node", 66)
    with Muster(settings=CHEAP, data_dir=moved.work / "data") as server:
        server.admin = moved.admin
        assert "Stop the server first. Nothing was changed." in moved.refusal(f"store copy --from data --to '{empty}'", 69)
    assert ADMINISTRATOR in moved.muster("users list --data-dir data --format csv")
    assert PASSWORD not in moved.muster("config")


# Rows of a table that is copied late: of so many a copy is cut short in the midst.
MANY = 300_000


def cut_short(machine, line, has_begun):
    """Kills a copy once it has begun with a table."""
    process = subprocess.Popen([binary(), *line], cwd=machine.work, env=machine.environment)
    try:
        until(has_begun, 60, "a copy that has begun")
        assert process.poll() is None, "the copy was faster"
    finally:
        process.kill()
        process.wait()


def test_a_copy_that_is_cut_short_is_no_directory_and_goes_on_where_it_was(moved, engine):
    data = moved.work / "data/muster.sqlite"
    with closing(sqlite3.connect(data)) as file:
        file.executemany("INSERT INTO refusal VALUES (?, '192.0.2.1', 1)", ((minute,) for minute in range(1, MANY + 1)))
        file.commit()
    before = tables(data)
    database = moved.url.rpartition("dbname=")[2]

    def count():
        there = engine.sql("SELECT to_regclass('muster.refusal') IS NOT NULL", database) == "t"
        return int(engine.sql("SELECT count(*) FROM muster.refusal", database)) if there else 0

    copy = ["store", "copy", "--from", "data", "--to", moved.url]
    cut_short(moved, copy, lambda: count() > 0)
    # Its own connection may take what was sent to its end.
    at_work = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND usename = 'muster'"
    until(lambda: engine.sql(at_work) == "0", 60, "an end")
    assert 0 < count() < MANY
    (moved.work / "node").mkdir(mode=0o700)
    shutil.copy(moved.work / "data/master.key", moved.work / "node")
    begun = "A copy of a directory into the database was begun, and is not complete. The same muster store copy goes on with it."
    assert moved.refusal("serve --data-dir node", 66, **moved.on_postgres) == begun
    assert begun in moved.run("muster check --data-dir node --format csv", **moved.on_postgres).stdout
    assert moved.refusal(f"init --data-dir new --admin {ADMINISTRATOR}", 65, **moved.on_postgres) == (
        "A copy of a directory was begun there, and is not complete. The same muster store copy goes on with it. Nothing was changed."
    )
    assert not (moved.work / "new").exists()
    # Another directory, or the same one after a change, is not what was begun.
    found(moved, "other")
    differs = (
        "What is there already is not how the copy begins: table {} is another one, or was changed since. Empty the place where the "
        "copy was to go, and copy again. Nothing was changed."
    )
    assert moved.refusal(f"store copy --from other --to '{moved.url}'", 65) == differs.format('"user"')
    change(data, "UPDATE refusal SET count = 2 WHERE minute = 1")
    assert moved.refusal(f"store copy --from data --to '{moved.url}'", 65) == differs.format('"refusal"')
    change(data, "UPDATE refusal SET count = 1 WHERE minute = 1")
    first = "SELECT xmin FROM muster.refusal WHERE minute = 1"
    made, there = engine.sql(first, database), count()
    moved.muster(f"store copy --from data --to '{moved.url}'")
    assert engine.sql(first, database) == made and there < count() == len(before["refusal"])
    # Back, the same.
    back = moved.work / "back"
    back.mkdir(mode=0o700)
    shutil.copy(moved.work / "data/master.key", back)
    beginning = back / "copying.sqlite"

    def in_folder(of="count(*)"):
        try:
            return rows(beginning, f"SELECT {of} FROM refusal ORDER BY minute LIMIT 1")[0][0] if beginning.exists() else 0
        except (sqlite3.OperationalError, IndexError):
            return 0

    back_copy = ["store", "copy", "--from", moved.url, "--to", "back"]
    cut_short(moved, back_copy, lambda: in_folder() > 0)
    assert 0 < in_folder() < MANY and not (back / "muster.sqlite").exists()
    # What does not fit any more is made again.
    change(beginning, "UPDATE refusal SET count = 2 WHERE minute = 1")
    cut_short(moved, back_copy, lambda: in_folder("count") == 1)
    moved.muster(f"store copy --from '{moved.url}' --to back")
    assert tables(back / "muster.sqlite") == before
    assert faults(back / "muster.sqlite") == []
    assert sorted(path.name for path in back.iterdir()) == ["master.key", "muster.lock", "muster.sqlite"]
