"""What a user, a change and a node cost in a directory that several nodes share: bytes, and time of PostgreSQL's processors."""

import http.client
import json
import random
import time
from contextlib import ExitStack
from pathlib import Path

import report
from cells import LOOK_UP
from cluster import Database, Node
from processes import REPOSITORY
from servers import FIRST_ID, hashing, password

NAME = "sizes"
PAGE = REPOSITORY / "docs/scaling.md"
IDLE_SECONDS = 10

# Which tables belong together, and what they are for.
PARTS = {
    "user": "the user, as it is listed and looked for",
    "password": "its hash",
    "audit_event": "the record of its creation, for ever",
    "change_row": "the feed, for an hour",
}


class Meter:
    """What PostgreSQL has written and used, from a moment on."""

    def __init__(self, database):
        self.database, self.engine = database, database.engine
        self.begin()

    def sql(self, text):
        return self.engine.sql(text, self.database.name)

    def begin(self):
        self.log, self.used, self.at = self._log(), self._processors(), time.monotonic()
        self.rows, self.event = self._rows(), self._event()

    def end(self):
        """Seconds, bytes of log, seconds of processors, rows of the feed and bytes of audit records since."""
        seconds = time.monotonic() - self.at
        return {
            "seconds": seconds,
            "log": self._log() - self.log,
            "processors": self._processors() - self.used,
            "rows": self._rows() - self.rows,
            "audit": int(self.sql(f"SELECT coalesce(sum(pg_column_size(e)), 0) FROM muster.audit_event AS e WHERE id > {self.event}")),
        }

    def _log(self):
        return int(self.sql("SELECT pg_current_wal_lsn() - '0/0'"))

    def _rows(self):
        return int(self.sql("SELECT count(*) FROM muster.change_row"))

    def _event(self):
        return int(self.sql("SELECT coalesce(max(id), 0) FROM muster.audit_event"))

    def _processors(self):
        """Of all its processes that run, in seconds; the first field of schedstat is nanoseconds (proc(5))."""
        own = self.engine.process.pid
        processes = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in [own, *processes]) / 1e9


class Changer:
    """Somebody who makes changes at a node, one after the other."""

    def __init__(self, node):
        self.node, self.connection = node, http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
        self.number, self.keys = 0, {}

    def send(self, method, path, body=None, keys=None):
        fields = {"X-ApiKeys": keys or self.node.keys, "Content-Type": "application/json"}
        self.connection.request(method, path, body and json.dumps(body), fields)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"bench: {method} {path}: {answer.status} {text[:200]}")
        return text

    def create(self, user):
        self.number += 1
        body = {"username": f"new{self.number:06d}@bench.example", "permissions": 32, "name": f"New User {self.number}"}
        self.send("POST", "/muster/v1/users", body)

    def rename(self, user):
        self.number += 1
        self.send("PATCH", f"/muster/v1/users/{user}", {"name": f"Other {self.number}"})

    def disable(self, user):
        self.send("PUT", f"/users/{user}/enabled", {"enabled": False})

    def enable(self, user):
        self.send("PUT", f"/users/{user}/enabled", {"enabled": True})

    def give_keys(self, user):
        made = json.loads(self.send("PUT", f"/users/{user}/keys"))
        self.keys[user] = f"accessKey={made['accessKey']};secretKey={made['secretKey']}"

    def log_in(self, user):
        number = user - FIRST_ID
        body = {"username": f"user{number:06d}@bench.example", "password": password(number)}
        # Nobody's keys: who logs in has only the password.
        self.connection.request("POST", "/session", json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: a login: {answer.status} {text[:200]}")

    def look_up(self, user):
        if user not in self.keys:
            self.give_keys(user)
        self.send("GET", "/session", keys=self.keys[user])


CHANGES = [
    ("create a user without a password", Changer.create, Changer.create),
    ("give it another name", Changer.rename, Changer.rename),
    ("disable it, then enable it", Changer.disable, Changer.enable),
    ("give it API keys, then others", Changer.give_keys, Changer.give_keys),
    ("log in with the password", Changer.log_in, Changer.log_in),
    ("look itself up with keys, after they were given", Changer.look_up, Changer.look_up),
]
# Times of last use are written once a second.
FLUSH_SECONDS = 2


def measure(work, settings):
    """Measures and reports."""
    users, count = settings["USERS"], settings["CHANGES"]
    hashes = hashing(work)[1]
    facts = {}
    with ExitStack() as stack:
        database = Database(stack)
        nodes = [Node(work / "1", database.url, users, hashes)]
        nodes += [Node(work / number, database.url, users, hashes, nodes[0]) for number in ("2", "3")]
        stack.callback(nodes[0].stop)
        nodes[0].start()
        meter = Meter(database)
        nodes[0].load(nodes[0].write_users())
        facts["import"] = meter.end()
        nodes[0].follow()
        # What is left of the import is put in order, as autovacuum does.
        database.engine.sql("VACUUM ANALYZE", database.name)
        facts["relations"] = relations(meter)
        facts["changes"] = changes(meter, nodes[0], users, count)
        facts["one"] = idle(meter), follow(meter, nodes[0], users, count)
        for node in nodes[1:]:
            stack.callback(node.stop)
            node.start()
            node.follow()
        facts["fill"] = nodes[1].memory()[1]
        facts["three"] = idle(meter), follow(meter, nodes[0], users, count)
        nodes[1].ask(LOOK_UP, 16, 5)
        facts["memory"] = nodes[1].memory()[0]
        for node in nodes:
            node.stop()
        facts["copy"] = sum(path.stat().st_size for path in (work / "2/data").glob("replica-*"))
    report.write(NAME, render(settings, facts), PAGE)


def relations(meter):
    """The bytes of each table and index, with the table's name."""
    found = meter.sql(
        "SELECT coalesce(t.relname, c.relname), c.relname, c.relkind, pg_relation_size(c.oid) FROM pg_class AS c "
        "JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_index AS i ON i.indexrelid = c.oid "
        "LEFT JOIN pg_class AS t ON t.oid = i.indrelid WHERE n.nspname = 'muster' AND c.relkind IN ('r', 'i') ORDER BY c.oid"
    )
    return [(table, name, kind == "i", int(size)) for table, name, kind, size in (line.split("|") for line in found.splitlines())]


def changes(meter, node, users, count):
    """What changes cost of each kind: on pages that nobody has written since a checkpoint, and again on the same ones."""
    changer, found = Changer(node), []
    for title, first, second in CHANGES:
        chosen = random.sample(range(FIRST_ID, FIRST_ID + users), count)
        seen = []
        meter.sql("CHECKPOINT")
        for change in (first, second):
            meter.begin()
            for user in chosen:
                change(changer, user)
            seconds = time.monotonic() - meter.at
            time.sleep(FLUSH_SECONDS)
            seen.append(meter.end() | {"seconds": seconds})
        found.append((title, *seen))
        print(f"{time.strftime('%H:%M:%S')} {title}", flush=True)
    return found


def idle(meter):
    """What it costs that nodes are there."""
    meter.begin()
    time.sleep(IDLE_SECONDS)
    return meter.end()


def follow(meter, node, users, count):
    """What a change costs PostgreSQL with all nodes that follow."""
    changer, chosen = Changer(node), random.sample(range(FIRST_ID, FIRST_ID + users), count)
    meter.sql("CHECKPOINT")
    for _ in range(2):
        meter.begin()
        for user in chosen:
            changer.rename(user)
    return meter.end()


def render(settings, facts):
    """The part of the page."""
    users, count, number = settings["USERS"], settings["CHANGES"], report.number
    rows, total = [], 0
    for part, title in PARTS.items():
        for table, name, is_index, size in facts["relations"]:
            if table == part:
                rows.append([title if name == table else "", f"`{name}`" + (", an index" if is_index else ""), number(size / users)])
                total += size
    text = [
        report.machine(settings, "make bench-sizes"),
        f"Bytes per user in PostgreSQL, by pg_relation_size with {users:,} imported users; {number(total / users)} together.\n",
        report.table(["what for", "table or index", "bytes"], rows),
    ]
    cells = []
    for title, first, again in facts["changes"]:
        cells.append(
            [
                title,
                number(first["log"] / count),
                number(again["log"] / count),
                number(again["rows"] / count, 1),
                number(again["audit"] / count),
                number(again["processors"] / count * 1e6),
                number(again["seconds"] / count * 1e3),
            ]
        )
    head = ["change", "bytes of log, pages first written", "again", "rows of the feed", "bytes of audit records"]
    text.append(f"Changes, {count:,} of each kind at random users, one after the other, with one node:\n")
    text.append(report.table([*head, "µs of PostgreSQL's processors", "ms"], cells))
    (rest, one), (busy, three) = facts["one"], facts["three"]
    beats = (busy["log"] - rest["log"]) / 2 / busy["seconds"], (busy["processors"] - rest["processors"]) / 2 / busy["seconds"]
    # What the nodes cost by being there is not what it costs that they follow.
    alone, together = (made["processors"] - beats[1] * nodes * made["seconds"] for made, nodes in ((one, 1), (three, 3)))
    extra = (together - alone) / count
    text.append(
        f"An imported user: {number(facts['import']['log'] / users)} bytes of log, "
        f"{number(facts['import']['processors'] / users * 1e6)} µs of PostgreSQL's processors. "
        f"A node that nobody asks: {number(beats[0])} bytes of log and {number(beats[1] * 1e3, 1)} ms of PostgreSQL's processors a second; "
        f"a change that it follows: {number(extra / 2 * 1e6)} µs. "
        f"Its copy has {number(facts['copy'] / users)} bytes per user. Its memory: "
        f"{number(facts['memory'])} MiB after look-ups, {number(facts['fill'])} MiB at the peak of filling the copy.\n"
    )
    return "\n".join(text)
