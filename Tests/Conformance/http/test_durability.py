"""kill -9 in the middle of writes: what was acknowledged is there, and nothing is there by half.

Sixteen writers change one directory at once. In the middle of it the server is killed. After the
restart every acknowledged write has to be there, a write that was under way may be there or not, and
whatever is there has its audit record, as every audit record has what it speaks of. Twenty times over.
"""

import random
import shutil
import sqlite3
import threading
import time
from dataclasses import dataclass, field

import requests

from muster import PASSWORD, Muster, unique_username

ROUNDS = 20
WRITERS = 16
SECONDS = 120

# The cheapest hash that the server takes: this is about the store.
SETTINGS = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


@dataclass
class Ledger:
    """What one writer knows of its own part of the directory."""

    user: dict
    name: str = ""
    names: int = 0
    groups: dict = field(default_factory=dict)
    members: set = field(default_factory=set)
    users: dict = field(default_factory=dict)
    gone: set = field(default_factory=set)
    # What was asked for and has not been answered: one change at most.
    open: tuple = ()
    acknowledged: int = 0


class Writer(threading.Thread):
    """Changes its own user and groups, one request after the other, until the server is gone."""

    def __init__(self, server, ledger, number, seed):
        super().__init__(daemon=True)
        self.server = server
        self.ledger = ledger
        self.number = number
        self.random = random.Random(seed)
        self.session = requests.Session()
        self.session.trust_env = False
        access, secret = server.admin_keys
        self.session.headers["X-ApiKeys"] = f"accessKey={access};secretKey={secret}"
        self.count = 0
        self.failure = None

    def run(self):
        changes = [self.rename] * 6 + [self.create_group, self.rename_group, self.delete_group]
        changes += [self.join_group, self.leave_group, self.create_user, self.delete_user]
        while self.failure is None:
            try:
                self.random.choice(changes)()
            except requests.RequestException:
                return
            except Exception as failure:
                self.failure = failure

    def send(self, method, path, body, *change):
        """Sends one change; it is open until the answer is here."""
        self.ledger.open = change
        answer = self.session.request(method, self.server.url + path, json=body, timeout=SECONDS)
        if answer.status_code != 200:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        self.ledger.open = ()
        self.ledger.acknowledged += 1
        return answer

    def fresh(self, what):
        self.count += 1
        return f"{what}-{self.number}-{self.random.getrandbits(48):012x}-{self.count}"

    def rename(self):
        name = self.fresh("name")
        self.send("PUT", f"/users/{self.ledger.user['id']}", {"name": name}, "rename", name)
        self.ledger.name = name
        self.ledger.names += 1

    def create_group(self):
        name = self.fresh("group")
        group = self.send("POST", "/groups", {"name": name}, "create group", name).json()
        self.ledger.groups[group["id"]] = name

    def rename_group(self):
        if self.ledger.groups:
            group = self.random.choice(list(self.ledger.groups))
            name = self.fresh("renamed")
            self.send("PUT", f"/groups/{group}", {"name": name}, "rename group", group, name)
            self.ledger.groups[group] = name

    def join_group(self):
        outside = [group for group in self.ledger.groups if group not in self.ledger.members]
        if outside:
            group = self.random.choice(outside)
            path = f"/groups/{group}/users/{self.ledger.user['id']}"
            self.send("POST", path, None, "join", group)
            self.ledger.members.add(group)

    def leave_group(self):
        if self.ledger.members:
            group = self.random.choice(sorted(self.ledger.members))
            path = f"/groups/{group}/users/{self.ledger.user['id']}"
            self.send("DELETE", path, None, "leave", group)
            self.ledger.members.remove(group)

    def delete_group(self):
        empty = [group for group in self.ledger.groups if group not in self.ledger.members]
        if len(empty) > 2:
            group = self.random.choice(empty)
            self.send("DELETE", f"/groups/{group}", None, "delete group", group)
            del self.ledger.groups[group]

    def create_user(self):
        name = unique_username(f"writer-{self.number}")
        body = {"username": name, "password": PASSWORD}
        user = self.send("POST", "/users", body, "create user", name).json()
        self.ledger.users[user["uuid"]] = name

    def delete_user(self):
        if len(self.ledger.users) > 2:
            uuid = self.random.choice(list(self.ledger.users))
            self.send("DELETE", f"/users/{uuid}", None, "delete user", uuid)
            del self.ledger.users[uuid]
            self.ledger.gone.add(uuid)


class Directory:
    """Everything that the server says is there."""

    def __init__(self, server):
        def ask(path):
            answer = server.request("GET", path)
            assert answer.status_code == 200, (path, answer.status_code, answer.text)
            return answer.json()

        users = ask("/users")["users"]
        self.users = {user["uuid"]: user for user in users}
        assert len(self.users) == len(users)
        self.ids = {user["id"] for user in users}
        self.groups = {group["id"]: group for group in ask("/groups")["groups"] if group["id"]}
        self.events = []
        while True:
            page = ask(f"/audit-log/v1/events?limit=10000&offset={len(self.events)}")
            self.events += page["events"]
            if len(self.events) >= page["pagination"]["total"] or not page["events"]:
                break
        assert len({event["id"] for event in self.events}) == len(self.events)

    def targets(self, action):
        """How often each target has had this done to it."""
        counts = {}
        for event in self.events:
            if event["action"] == action and not event["is_failure"]:
                uuid = event["target"]["id"]
                counts[uuid] = counts.get(uuid, 0) + 1
        return counts


def settle(ledger, directory):
    """Asks what became of the one change that was open, and takes it into the ledger if it was made."""
    change, *what = ledger.open or ("nothing",)
    ledger.open = ()
    if change == "rename" and directory.users[ledger.user["uuid"]]["name"] == what[0]:
        ledger.name = what[0]
        ledger.names += 1
    elif change == "create group":
        for group in directory.groups.values():
            if group["name"] == what[0]:
                ledger.groups[group["id"]] = what[0]
    elif change == "rename group" and directory.groups[what[0]]["name"] == what[1]:
        ledger.groups[what[0]] = what[1]
    elif change in ("join", "leave"):
        uuid = directory.groups[what[0]]["uuid"]
        is_member = uuid in directory.users[ledger.user["uuid"]]["group_uuids"]
        (ledger.members.add if is_member else ledger.members.discard)(what[0])
    elif change == "delete group" and what[0] not in directory.groups:
        del ledger.groups[what[0]]
    elif change == "create user":
        for user in directory.users.values():
            if user["username"] == what[0]:
                ledger.users[user["uuid"]] = what[0]
    elif change == "delete user" and what[0] not in directory.users:
        del ledger.users[what[0]]
        ledger.gone.add(what[0])


def compare(ledgers, directory, server):
    """The directory is what the writers know of it, no more and no less; and so is the audit log."""
    for ledger in ledgers:
        user = directory.users[ledger.user["uuid"]]
        assert user["name"] == ledger.name
        memberships = {directory.groups[group]["uuid"] for group in ledger.members}
        assert set(user["group_uuids"]) - memberships == {"00000000-0000-0000-0000-000000000000"}
        assert memberships <= set(user["group_uuids"])
        for group, name in ledger.groups.items():
            assert directory.groups[group]["name"] == name
            assert directory.groups[group]["user_count"] == int(group in ledger.members)
        for uuid, name in ledger.users.items():
            assert directory.users[uuid]["username"] == name
        assert not ledger.gone & set(directory.users)

    own = {ledger.user["uuid"] for ledger in ledgers}
    made = {uuid for ledger in ledgers for uuid in ledger.users}
    assert set(directory.users) == own | made | {server.admin["uuid"]}
    assert set(directory.groups) == {group for ledger in ledgers for group in ledger.groups}

    # Each user has one record of its creation, and each record its user or that one's deletion.
    created, deleted = directory.targets("user.create"), directory.targets("user.delete")
    assert set(created.values()) | set(deleted.values()) <= {1}
    assert set(created) - set(deleted) == set(directory.users)
    assert set(deleted) == {uuid for ledger in ledgers for uuid in ledger.gone}
    assert set(deleted) <= set(created)
    # Each new name has its record, too.
    renamed = directory.targets("user.update")
    for ledger in ledgers:
        assert renamed.get(ledger.user["uuid"], 0) == ledger.names
    groups = {group["uuid"] for group in directory.groups.values()}
    created, deleted = directory.targets("group.create"), directory.targets("group.delete")
    assert set(created) - set(deleted) == groups
    assert set(created.values()) | set(deleted.values()) <= {1}


def check_file(database, scratch):
    """SQLite finds its file whole; asked of a copy, so that the server finds what it left behind."""
    for name in (database.name, database.name + "-wal"):
        if (database.parent / name).exists():
            shutil.copyfile(database.parent / name, scratch / name)
    data = sqlite3.connect(scratch / database.name)
    assert data.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert data.execute("PRAGMA foreign_key_check").fetchall() == []
    data.close()
    for path in scratch.iterdir():
        path.unlink()


def test_no_acknowledged_write_is_lost_and_none_is_there_by_half(tmp_path, capsys):
    chance = random.Random(20)
    database_copy = tmp_path / "copy"
    database_copy.mkdir()
    with Muster(SETTINGS) as server:
        database = server.data_dir / "muster.sqlite"
        ledgers = []
        for _ in range(WRITERS):
            user = server.create()
            ledgers.append(Ledger(user, name=user["name"]))
        highest = max(ledger.user["id"] for ledger in ledgers)
        under_way = 0
        for round_number in range(ROUNDS):
            before = sum(ledger.acknowledged for ledger in ledgers)
            writers = [
                Writer(server, ledger, number, chance.random())
                for number, ledger in enumerate(ledgers)
            ]
            for writer in writers:
                writer.start()
            # Killed after so many acknowledged writes: now at once, now after a while.
            wanted = before + chance.randrange(1, 400)
            deadline = time.monotonic() + SECONDS
            while sum(ledger.acknowledged for ledger in ledgers) < wanted:
                assert time.monotonic() < deadline, f"round {round_number}: the writers are stuck"
                assert not any(writer.failure for writer in writers), [
                    writer.failure for writer in writers if writer.failure
                ]
                writers[0].join(0.001)
            server.kill()
            for writer in writers:
                writer.join(SECONDS)
                assert not writer.is_alive()
                assert writer.failure is None, writer.failure
                writer.session.close()
            under_way += sum(bool(ledger.open) for ledger in ledgers)

            check_file(database, database_copy)
            server.start()
            directory = Directory(server)
            for ledger in ledgers:
                settle(ledger, directory)
            compare(ledgers, directory, server)
            # No id is given twice, not even one whose owner was never seen.
            fresh = server.create()
            assert fresh["id"] > max(highest, *directory.ids)
            highest = fresh["id"]
            ledgers[0].users[fresh["uuid"]] = fresh["username"]
        acknowledged = sum(ledger.acknowledged for ledger in ledgers)
        server.stop()
        data = sqlite3.connect(database)
        assert data.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        data.close()
        # A kill in the middle of nothing would show nothing.
        assert under_way >= ROUNDS, under_way
        with capsys.disabled():
            print(
                f"\n{ROUNDS} kills, {acknowledged} acknowledged writes, none lost; "
                f"{under_way} were under way"
            )
