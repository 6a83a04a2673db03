#!/usr/bin/env python3
"""Writes schema-N.sql, a small directory, and schema-N-full.sql, one that uses all that the schema has (full.py), by running
the first N steps of Sources/MusterSQLite.

A file that is there is never written again: it is what an older program has left. Run this once after adding a step, and
give full.py rows for what the step has added: it refuses tables and columns that it has no values for."""

import hashlib
import pathlib
import re
import sqlite3
import textwrap

import full

HERE = pathlib.Path(__file__).parent
STEPS = sorted((HERE.parents[2] / "Sources/MusterSQLite/Migrations").glob("Migration0*.swift"))
DIGEST = bytes(range(32))
ROWS = [
    ("user", "id, uuid, username, name, role, write_mask, created_at, changed_at",
     [(2, b"\x02" * 16, "admin@example.com", None, 64, 8, 1000, 1000),
      (3, b"\x03" * 16, "jane@example.com", "Jane Doe", 32, 0, 2000, 2000)]),
    ("directory", "id, uuid, founded_at, owner_id, revision", [(1, b"\x01" * 16, 1000, 2, 7)]),
    ("password", "user_id, hash, is_temporary, changed_at",
     [(3, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", 0, 2000)]),
    ("api_key", "user_id, access_key, secret_digest, created_at", [(2, "0" * 64, DIGEST, 1000)]),
    ("session", "token_digest, user_id, created_at, last_seen_at", [(DIGEST, 3, 3000, 3000)]),
    ("ended_session", "token_digest, reason, ended_at", [(DIGEST[::-1], "logged_out", 3000)]),
    ("ssh_key", "id, user_id, type, blob, fingerprint, added_at",
     [(1, 3, "ssh-ed25519", DIGEST, "SHA256:abc", 2000)]),
    ("user_group", "id, uuid, name", [(2, b"\x04" * 16, "Team")]),
    ("group_member", "group_id, user_id", [(2, 3)]),
    ("audit_event",
     "event_id, at, action, is_failure, actor_kind, actor_uuid, actor_name, request_id, target_kind, target_uuid, target_name",
     [("e" * 32, 2000, "user.create", 0, "User", b"\x02" * 16, "admin@example.com", "1", "User", b"\x03" * 16,
       "jane@example.com")]),
]  # fmt: skip


def step(path):
    """Name and statements of a step, as its Swift file has them."""
    text = path.read_text()
    name = re.search(r'name: "([^"]+)"', text)[1]
    return name, textwrap.dedent(re.search(r'sql: """\n(.*?)\n *"""', text, re.DOTALL)[1])


def schema(count):
    """A database with the schema number `count`, and nothing in it."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL,"
        " applied_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000)) STRICT"
    )
    for number, path in enumerate(STEPS[:count], 1):
        name, sql = step(path)
        database.executescript(sql)
        digest = hashlib.sha256(sql.encode()).hexdigest()
        database.execute("INSERT INTO schema_migration VALUES (?, ?, ?, 0)", (number, name, digest))
    return database


def small(count):
    """A directory of two users whose schema is number `count`."""
    database = schema(count)
    for table, columns, rows in ROWS:
        places = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
    if count >= 4:
        database.execute("UPDATE user_group SET look = 'team'")
    if count >= 13:
        database.execute("UPDATE user_search SET user_count = 2")
    database.commit()
    return database


def whole(count):
    """A directory that uses all that the schema number `count` has."""
    database = schema(count)
    full.fill(database)
    database.commit()
    return database


def dump(database):
    """The statements that make a directory again; nothing is in its virtual tables yet, which cannot be dumped."""
    virtual = database.execute("SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL %'").fetchall()
    for name, _ in virtual:
        database.execute(f"DROP TABLE {name}")
    database.commit()
    *lines, commit = database.iterdump()
    return [*lines, *(f"{sql};" for _, sql in virtual), commit]


for number in range(1, len(STEPS) + 1):
    for make, suffix in (small, ""), (whole, "-full"):
        file = HERE / f"schema-{number}{suffix}.sql"
        if not file.exists():
            # A dump names tables by their letters, not in the order in which rows refer to each other.
            lines = ["PRAGMA foreign_keys = OFF;", *dump(make(number))]
            file.write_text("\n".join(lines) + "\n")
