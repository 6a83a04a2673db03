"""Data folders for the tests of backup, restore, check and recovery: made, looked into, broken."""

import hashlib
import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from muster import ADMINISTRATOR

# The cheapest hash that the server takes.
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": "1024", "MUSTER_PASSWORD_ARGON2_ITERATIONS": "1"}

# The same for a server whose directory is a file, also in a run on PostgreSQL, as that of a test which looks at the file or has it
# backed up.
FILED = CHEAP | {"MUSTER_STORE_KIND": "sqlite"}


def found(machine, name="data", administrator=ADMINISTRATOR):
    """Creates a directory in the machine's folder and returns what was printed."""
    line = f"init --data-dir {name} --admin {administrator} --format json"
    return json.loads(machine.muster(line))


def rows(path, sql, *values):
    """What a database says."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql, values).fetchall()


def change(path, *statements):
    """Changes a database past the program, as somebody with the file could."""
    with closing(sqlite3.connect(path)) as database:
        for sql in statements:
            database.execute(sql)
        database.commit()


def faults(path):
    """What is wrong with a database, by SQLite's own checks."""
    broken = [line for (line,) in rows(path, "PRAGMA integrity_check") if line != "ok"]
    return broken + rows(path, "PRAGMA foreign_key_check")


def mode(path):
    """The permission bits of a file."""
    return stat.S_IMODE(os.stat(path).st_mode)


def contents(folder):
    """The names, modes and digests of all files below a folder, but for SQLite's memory of a log."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.name.endswith(("-shm", "-wal")) or not path.is_file():
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = (oct(mode(path)), digest)
    return found


def lay_waste(path):
    """Overwrites the middle of a file, as a disk does that is worn out."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        for offset in range(8192, size - 4096, 4096):
            file.seek(offset)
            file.write(os.urandom(512))


def unseal(path):
    """Makes a backup what older versions made: without a digest, and without the mark that promises one."""
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"muster-backup sha256 ")])
    change(path, "PRAGMA application_id = 0")
