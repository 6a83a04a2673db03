"""Nodes on one PostgreSQL: what their copies are worth beside SQLite alone, how soon a user is shut out everywhere, how fast a copy is filled."""

import http.client
import json
import re
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import report
import revocation
from cells import CREATION, LOOK_UP
from processes import REPOSITORY, Load, Server, finished, popen, said
from servers import ADMINISTRATOR, FIRST_ID, Muster, binary, hashing

sys.path.insert(0, str(REPOSITORY / "Tests/Cluster"))
import engine as engines  # noqa: E402

NAME = "cluster"
READY = 180
PROBES = 1000
"""How often a user is shut out; the 999th of them is the 99.9th percentile."""


class Node(Muster):
    """A node of a directory in PostgreSQL: the first makes it, others have its key."""

    def __init__(self, work, url, users, hashes, first=None):
        work.mkdir()
        Server.__init__(self, work)
        self.name, self.users, self.hashes, self.first_id = f"node-{work.name}", users, hashes, None
        self.store = ["--store", "postgres", "--set", f"store.postgres.url={url}", "--data-dir", work / "data"]
        if first is None:
            made = json.loads(said([binary(), "init", *self.store, "--admin", ADMINISTRATOR, "--format", "json"]))
            self.keys = f"accessKey={made['access_key']};secretKey={made['secret_key']}"
            self.password = made["password"]
            return
        self.keys, self.password = first.keys, first.password
        (work / "data").mkdir(mode=0o700)
        shutil.copy(first.work / "data/master.key", work / "data")

    def command(self):
        bind = ["--bind", f"127.0.0.1:{self.port}", "--set", "metrics.bind=127.0.0.1:0"]
        return [binary(), "serve", *self.store, *bind]

    def first(self):
        """The number of the first user who was imported: numbers are taken ahead, and one may have been taken in vain."""
        if self.first_id is None:
            self.first_id = json.loads(self.request("GET", f"/muster/v1/users?limit=1&after={FIRST_ID - 1}")[1])["users"][0]["id"]
        return self.first_id

    def asking(self, path, connections, seconds, header=None, **requests):
        return super().asking(path, connections, seconds, header, first=self.first(), **requests)

    def figure(self, name):
        """A figure of the node's metrics."""
        text = said(["curl", "-sS", self.metrics()])
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
        return float(found[1]) if found else None

    def follow(self):
        """Waits until look-ups are answered from the copy; returns the node."""
        deadline = time.monotonic() + READY
        while self.figure("muster_replica_fresh") != 1:
            if time.monotonic() > deadline:
                raise SystemExit(f"bench: {self.name} has no fresh copy\n{self.log()[-2000:]}")
            time.sleep(0.05)
        return self


class Database:
    """A PostgreSQL on the disk, and pgbench beside it."""

    def __init__(self, stack):
        engines.SECONDS = 900
        # Not in memory, where a commit would wait for nothing.
        engines.room = lambda: Path(tempfile.gettempdir())
        self.engine = stack.enter_context(engines.Engine("bench", shared_buffers="256MB"))
        self.engine.create()
        self.name = self.engine.database()
        self.url = self.engine.url(self.name)

    def bench(self, work, script, clients, seconds):
        """Transactions a second of a script."""
        (work / "script.sql").write_text(script)
        program = engines.programs() / "pgbench"
        words = ["-n", "-M", "prepared", "-c", clients, "-j", 2, "-T", seconds, "-f", work / "script.sql"]
        text = said([program, "-h", self.engine.folder, "-p", self.engine.number, "-U", "postgres", *words, self.name])
        rate = float(re.search(r"tps = ([0-9.]+)", text)[1])
        return Load(rate, 0, 0)

    def make_rows(self):
        """Tables of the same rows, with the same indexes, for what pgbench writes."""
        for name in ("user", "audit_event"):
            self.engine.sql(f'CREATE TABLE bench_{name} (LIKE muster."{name}" INCLUDING ALL)', self.name)

    select = (
        "\\set id random({first}, {last})\n"
        'SELECT id, uuid, username, name, email, role, read_mask, write_mask, liveview_mask, hosts, is_enabled, expires_at, note '
        'FROM muster."user" WHERE id = :id;\n'
    )
    insert = (
        "BEGIN;\n"
        "INSERT INTO bench_user (uuid, username, name, email, role, created_at, changed_at) VALUES "
        "(gen_random_uuid(), gen_random_uuid()::text || '@bench.example', 'Bench User', NULL, 32, 1, 1);\n"
        "INSERT INTO bench_audit_event (event_id, at, action, is_failure, actor_kind, actor_uuid, actor_name, address, "
        "request_id, target_kind, target_uuid, target_name, fields) VALUES (md5(random()::text), 1, 'user.create', false, "
        "'User', gen_random_uuid(), 'admin@example.com', '127.0.0.1', md5(random()::text), 'User', gen_random_uuid(), "
        "'user@bench.example', '{}');\n"
        "COMMIT;\n"
    )


def measure(work, settings):
    """Measures and reports."""
    users, seconds, rounds = settings["USERS"], settings["SECONDS_EACH"], settings["ROUNDS"]
    _, hashes = hashing(work)
    samples, facts = report.Samples(), {}
    with ExitStack() as stack:
        alone = Muster(work / "alone", users, hashes)
        database = Database(stack)
        nodes = [Node(work / "1", database.url, users, hashes)]
        nodes += [Node(work / number, database.url, users, hashes, nodes[0]) for number in ("2", "3")]
        for server in (alone, nodes[0]):
            stack.callback(server.stop)
            server.start()
            server.load(server.write_users())
        database.make_rows()
        nodes[0].follow()
        for turn in range(rounds):
            compare(samples, work, alone, nodes[0], database, seconds, turn)
        alone.stop()
        for node in nodes[1:]:
            stack.callback(node.stop)
            node.start()
            node.follow()
        for _ in range(rounds):
            together(samples, nodes, seconds)
        facts["shut out"] = shut_out(nodes, settings["PROBES"])
        for node in nodes:
            node.stop()
        facts["slapd"] = percentiles(revocation.measure(work / "slapd", stack, users, hashes, settings["PROBES"]))
    if settings["FILL"]:
        facts["fill"] = fill(work / "large", settings["FILL"], hashes)
    report.write(NAME, render(settings, samples, facts))


def compare(samples, work, alone, node, database, seconds, turn):
    """Look-ups and creations of both, and pgbench's, in turns."""
    first, last = node.first(), node.first() + node.users - 1
    asks = [
        ("look-up", "pgbench", lambda: database.bench(work, database.select.format(first=first, last=last), 16, seconds)),
        ("look-up", "alone", lambda: alone.ask(LOOK_UP, 16, seconds)),
        ("look-up", "node", lambda: node.ask(LOOK_UP, 16, seconds)),
        ("create", "pgbench", lambda: database.bench(work, database.insert, 16, seconds)),
        ("create", "alone", lambda: alone.ask("/muster/v1/users", 16, seconds, BODY=CREATION, RUN=f"a{turn}")),
        ("create", "node", lambda: node.ask("/muster/v1/users", 16, seconds, BODY=CREATION, RUN=f"n{turn}")),
    ]
    for cell, peer, ask in asks if turn % 2 == 0 else reversed(asks):
        node.follow()
        samples.add(cell, peer, ask())
        print(f"{time.strftime('%H:%M:%S')} {cell} {peer} {samples.loads[cell, peer][-1].rate:,.0f}", flush=True)


def together(samples, nodes, seconds):
    """Look-ups of one node and of three at a time, with what they cost of a processor."""
    for count in (1, 3):
        began = [cpu(node) for node in nodes]
        loads = [finished(load) for load in [popen(*node.asking(LOOK_UP, 16, seconds)) for node in nodes[:count]]]
        rate = sum(load.rate for load in loads)
        spent = sum(cpu(node) - before for node, before in zip(nodes, began))
        samples.add("together", count, Load(rate, spent / (rate * seconds) * 1e6, 0))


def cpu(server):
    """Seconds of processors that a server has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def shut_out(nodes, probes):
    """Disables users at the first node while all are asked; milliseconds until the others refuse them."""
    connections = [http.client.HTTPConnection("127.0.0.1", node.port, timeout=60) for node in nodes]

    def call(place, method, path, keys, body=None):
        fields = {"X-ApiKeys": keys, "Content-Type": "application/json"}
        connections[place].request(method, path, body and json.dumps(body), fields)
        answer = connections[place].getresponse()
        return answer.status, answer.read()

    admin, times = nodes[0].keys, []
    generators = [popen(*node.asking(LOOK_UP, 4, 600)) for node in nodes]
    try:
        _, text = call(0, "POST", "/users", admin, {"username": "probe@bench.example", "password": "Passw0rd-probe!x", "permissions": 32})
        user = json.loads(text)["id"]
        keys = json.loads(call(0, "PUT", f"/users/{user}/keys", admin)[1])
        keys = f"accessKey={keys['accessKey']};secretKey={keys['secretKey']}"
        while len(times) < probes:
            for place in (1, 2):
                if call(place, "GET", "/session", keys)[0] != 200:
                    raise SystemExit("bench: a user who may come in is refused")
            if call(0, "PUT", f"/users/{user}/enabled", admin, {"enabled": False})[0] != 200:
                raise SystemExit("bench: a user could not be disabled")
            began = time.monotonic()
            for place in (1, 2):
                while call(place, "GET", "/session", keys)[0] == 200:
                    pass
                times.append((time.monotonic() - began) * 1000)
            call(0, "PUT", f"/users/{user}/enabled", admin, {"enabled": True})
    finally:
        for generator in generators:
            generator.kill()
            generator.wait()
    return percentiles(times)


def percentiles(times):
    """The median, the 99.9th percentile, and the longest."""
    ordered = sorted(times)
    return median(ordered), ordered[int(len(ordered) * 0.999)], ordered[-1]


def fill(work, users, hashes):
    """Seconds in which a new node's copy is filled, its peak, and the memory of the node after look-ups."""
    work.mkdir()
    with ExitStack() as stack:
        database = Database(stack)
        first = Node(work / "1", database.url, users, hashes)
        second = Node(work / "2", database.url, users, hashes, first)
        stack.callback(second.stop)
        # Past the program, and without a feed that nobody follows.
        database.engine.sql(
            "SET muster.position = 'none'; SET search_path = muster; "
            'INSERT INTO "user" (uuid, username, name, email, role, created_at, changed_at) '
            "SELECT gen_random_uuid(), 'user' || lpad(n::text, 7, '0') || '@bench.example', 'Bench User ' || n, "
            f"'user' || n || '@mail.example', 32, 1, 1 FROM generate_series(1, {users}) AS n; "
            "INSERT INTO password (user_id, hash, is_temporary, changed_at) "
            f"SELECT id, '{hashes[0]}', false, 1 FROM \"user\" ON CONFLICT DO NOTHING",
            database.name,
        )
        second.start()
        second.follow()
        seconds = float(re.findall(r"copy of the directory is complete.*seconds=([0-9.]+)", second.log())[-1])
        peak = second.memory()[1]
        second.forget_peak()
        second.ask(LOOK_UP, 16, 5)
        return seconds, peak, second.memory()[0]


def render(settings, samples, facts):
    """The part of the page."""
    number = report.number
    rows = []
    for cell, title in (("look-up", "look up a user by id, API keys"), ("create", "create a user, acknowledged after the commit")):
        rows.append([title, *(number(samples.rate(cell, peer)) for peer in ("node", "alone", "pgbench"))])
    text = [
        report.machine(settings, "make bench-cluster"),
        f"Answers per second on 16 connections; {settings['USERS']:,} users, {settings['SECONDS_EACH']} s a measurement, "
        f"{settings['ROUNDS']} in turns, medians. PostgreSQL on the same processors and the same disk. pgbench: a prepared select by "
        "primary key, and a commit of two inserts of the same rows with the same indexes.\n",
        report.table(["cell", "a node", "SQLite alone", "pgbench"], rows),
    ]
    one, three = samples.rate("together", 1), samples.rate("together", 3)
    costs = [samples._median("together", count, lambda load: load.p50) for count in (1, 3)]
    text.append(
        f"Three nodes together answer {number(three)} look-ups a second, one {number(one)}; a look-up costs {number(costs[1])} and "
        f"{number(costs[0])} µs of a processor.\n"
    )
    (p50, p999, longest), slapd = facts["shut out"], facts["slapd"]
    aims = [
        ("look-ups of a node, of SQLite alone", 0.9, 1.0, samples.ratio("look-up", "node", "alone"), False),
        ("look-ups of a node, of PostgreSQL's own select", 1.5, 2.0, samples.ratio("look-up", "node", "pgbench"), False),
        ("creations by a node, of pgbench's commits", 1.0, 2.0, samples.ratio("create", "node", "pgbench"), False),
        ("shut out at all nodes, ms, median", 50, 10, p50, True),
        ("shut out at all nodes, ms, 99.9th percentile", 1000, 100, p999, True),
        ("the median, of slapd's", 0.5, 0.25, p50 / slapd[0], True),
        ("the 99.9th percentile, of slapd's", 0.5, 0.25, p999 / slapd[1], True),
    ]
    if "fill" in facts:
        seconds, peak, memory = facts["fill"]
        text.append(
            f"{settings['FILL']:,} users: a new node's copy is filled in {number(seconds)} s, with {number(peak)} MiB at its peak.\n"
        )
        aims.append(("filling a copy, s", 20, 10, seconds, True))
        aims.append(("memory of the node, MiB", 150, 80, memory, True))
    text.append(f"Shut out: {settings['PROBES']:,} times, the longest {number(longest)} ms.\n")
    text.append(
        f"At a slapd that follows another one by delta-syncrepl: {number(slapd[0])} ms at the median, {number(slapd[1])} ms at the 99.9th "
        f"percentile, {number(slapd[2])} ms at most.\n"
    )
    text.append(report.bars(aims))
    return "\n".join(text)
