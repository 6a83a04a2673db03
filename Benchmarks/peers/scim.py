"""SCIM: look-ups of the native one's, pages beside two other servers, and one member more of a large group. Ratios of one run."""

import json
import os
import random
import subprocess
import time
import zlib
from contextlib import ExitStack
from statistics import median
from urllib.parse import quote

import report
import steady
from processes import build
from provisioned import ENVIRONMENTS, ROOT, Canaille, Scim2Server, SCIMMuster, request, username
from servers import FIRST_ID, hashing

NAME = "scim"
CELLS = "look-up page member"
PEER_USERS, PAGE, SMALL = 10_000, 100, 10
PAGE_CONNECTIONS = 4
# An answer of a peer can take longer than a measurement of the others.
PEER_SECONDS = 5
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BIG, LITTLE = "big", "small"


class Bench:
    """What is measured, and what was seen."""

    def __init__(self, work, settings, stack):
        self.work, self.settings, self.stack = work, settings, stack
        self.program = build("steady", work, "-lpthread")
        self.hashes = hashing(work)[1]
        self.rows, self.bars, self.notes = [], [], []

    def started(self, server):
        self.stack.callback(server.stop)
        server.start()
        return server

    def rate(self, server, questions, connections, seconds):
        """Answers a second; a bad one ends the benchmark."""
        file = steady.write(self.work / "questions", questions)
        return steady.seen(steady.asking(self.program, "http", server.port, connections, seconds, file)).rate

    def turns(self, cells):
        """Each of some measurements in turns, the first one last in every other round; what each has seen."""
        seen = {name: [] for name, _ in cells}
        for turn in range(self.settings["ROUNDS"]):
            for name, measure in reversed(cells) if turn % 2 else cells:
                seen[name].append(measure())
                print(f"{time.strftime('%H:%M:%S')} {name} {report.number(seen[name][-1])}", flush=True)
        return seen


def measure(work, settings):
    """Measures and reports."""
    chosen = os.environ.get("CELLS", CELLS).split()
    with ExitStack() as stack:
        bench = Bench(work, settings, stack)
        if "look-up" in chosen or "page" in chosen:
            muster = bench.started(SCIMMuster(work / "muster", settings["USERS"], bench.hashes))
            muster.load(muster.write_users())
            ids = known(muster)
            if "look-up" in chosen:
                look_ups(bench, muster, ids)
            if "page" in chosen:
                pages(bench, muster, ids)
            muster.stop()
        if "member" in chosen:
            members(bench)
    text = render(bench)
    if set(chosen) < set(CELLS.split()):
        print(text)
        print("bench: CELLS chooses some, so no page was written")
    else:
        report.write(NAME, text)


def wrong(what, found):
    raise SystemExit(f"bench: a wrong answer: {what}: {str(found)[:500]}")


def known(muster):
    """The id of each user's login name, in the order of the import."""
    ids, cursor = {}, ""
    while cursor is not None:
        path = f"{ROOT}/Users?count=1000&attributes=userName&cursor={cursor}"
        got = muster.asked(request(path, muster.token))[0]
        ids |= {user["userName"]: user["id"] for user in got["Resources"]}
        cursor = got.get("nextCursor")
    return {username(number): ids[username(number)] for number in range(muster.users)}


def checked(server, text, is_right):
    """A question whose answer was looked at once, and has to be the same afterwards, byte for byte."""
    got, data, status = server.asked(text)
    if not is_right(got):
        wrong(text.split(b"\r\n")[0].decode(), data)
    return steady.Question(text, status, zlib.crc32(data))


def look_ups(bench, muster, ids):
    """By id and by login name, beside the native API's by the same id, and the Tenable dialect's by number."""
    names = random.sample(list(ids), min(len(ids), 1_000))
    numbers = {name: FIRST_ID + place for place, name in enumerate(ids)}

    def native(path):
        return steady.http(path, muster.keys)

    def searched(name):
        return request(f"{ROOT}/Users?filter={quote(f'userName eq {json.dumps(name)}')}", muster.token)

    kinds = {
        "native": [
            checked(muster, native(f"/muster/v1/users/{ids[name]}"), lambda got, name=name: got["username"] == name)
            for name in names
        ],
        "tenable": [
            checked(muster, native(f"/users/{numbers[name]}"), lambda got, name=name: got["username"] == name)
            for name in names
        ],
        "id": [
            checked(muster, request(f"{ROOT}/Users/{ids[name]}", muster.token), lambda got, name=name: got["userName"] == name)
            for name in names
        ],
        "eq": [
            checked(muster, searched(name), lambda got, name=name: [one["id"] for one in got["Resources"]] == [ids[name]])
            for name in names
        ],
    }
    titles = {
        "id": "look up a user by id",
        "eq": "look up a user by `userName eq`",
        "tenable": "Tenable's look-up by number, for comparison",
    }
    for connections in (16, 1):

        def cell(kind, connections=connections):
            return kind, lambda: bench.rate(muster, kinds[kind], connections, bench.settings["SECONDS_EACH"])

        seen = bench.turns([cell(kind) for kind in kinds])
        for kind, title in titles.items():
            ratio = median(one / other for one, other in zip(seen[kind], seen["native"]))
            row = [title, connections, *(report.number(median(seen[one])) for one in (kind, "native")), report.number(ratio, 2)]
            bench.rows.append(row)
            if kind != "tenable":
                bench.bars.append((f"{title}, {connections} connection{'s'[: connections > 1]}, of the native look-up", 0.85, 0.95, ratio, False))


def pages(bench, muster, ids):
    """Pages of a hundred users, beside two other servers."""
    count = min(bench.settings["USERS"], PEER_USERS)
    bench.notes.append(f"scim2-server and Canaille have {count:,} users.")
    others = [peer(bench, kind, count) for kind in (Scim2Server, Canaille)]
    size = min(PAGE, count // 2)

    def is_right(got):
        names = {user["userName"] for user in got["Resources"]}
        return len(got["Resources"]) == size and len(names) == size and len(names - ids.keys()) <= 1

    def questions(server, users, distinct):
        starts = [random.randint(1, users - size) for _ in range(distinct)]
        return [checked(server, server.page(start, size), is_right) for start in starts]

    asked = {muster: questions(muster, muster.users, 200)} | {one: questions(one, count, 10) for one in others}

    def cell(server):
        seconds = bench.settings["SECONDS_EACH"] * (1 if server is muster else PEER_SECONDS)
        return server.name, lambda: bench.rate(server, asked[server], PAGE_CONNECTIONS, seconds)

    seen = bench.turns([cell(server) for server in asked])
    own = median(seen[muster.name])
    for one in others:
        ratio = median(ours / theirs for ours, theirs in zip(seen[muster.name], seen[one.name]))
        row = [f"page of {size}, beside {one.name}", PAGE_CONNECTIONS, report.number(own), report.number(median(seen[one.name]))]
        bench.rows.append([*row, report.number(ratio)])
        bench.bars.append((f"page of {size}, of {one.name}'s", 20, 100, ratio, False))
        one.stop()


def peer(bench, kind, count):
    """A server with so many users, started."""
    server = kind(bench.work / kind.name, count)
    if kind is Canaille:
        server.fill()
        return bench.started(server)
    bench.started(server).fill()
    return server


def members(bench):
    """One member more of a large group and of a small one, in turns; each goes again before the next comes."""
    count, changes = bench.settings["MEMBERS"], bench.settings["CHANGES"]
    muster = bench.started(SCIMMuster(bench.work / "groups", count + changes, bench.hashes))
    for group in (BIG, LITTLE):
        status, text = muster.request("POST", "/groups", json.dumps({"name": group}))
        assert status == 200, text
    muster.load(grouped(muster, count, bench.hashes))
    ids = known(muster)
    outside = [ids[username(number)] for number in range(count, count + changes)]
    groups = {}
    for group in (BIG, LITTLE):
        path = f"{ROOT}/Groups?excludedAttributes=members&filter={quote(f'displayName eq {json.dumps(group)}')}"
        groups[group] = muster.asked(request(path, muster.token))[0]["Resources"][0]["id"]
    for dialect, asking, bar in (("SCIM", by_scim, True), ("native", by_native, False)):
        seen = {group: [] for group in groups}
        for _ in range(bench.settings["ROUNDS"]):
            for group, taken in once(bench, muster, asking, groups, outside).items():
                seen[group].append(median(taken))
            print(f"{time.strftime('%H:%M:%S')} member, {dialect} {seen[BIG][-1]:.3f} {seen[LITTLE][-1]:.3f} ms", flush=True)
        ratio = median(big / little for big, little in zip(seen[BIG], seen[LITTLE]))
        title = f"one member more of {count:,}, of the same of {SMALL}"
        times = [f"{report.number(median(seen[group]))} ms" for group in (BIG, LITTLE)]
        bench.rows.append([f"{title}, {dialect}", 1, *times, report.number(ratio, 2)])
        if bar:
            bench.bars.append((f"{title}: the time", 1.2, 1.05, ratio, True))
    for group, size in ((BIG, count), (LITTLE, min(SMALL, count))):
        got = json.loads(muster.request("GET", f"/muster/v1/groups/{groups[group]}")[1])
        if got["user_count"] != size:
            wrong(f"the group {group} in the end", got)
    muster.stop()


def grouped(muster, count, hashes):
    """Users as lines for the import, so many of them in the large group, some of these in the small one as well."""
    lines = muster.work / "users.ndjson"
    with open(lines, "w") as file:
        for number in range(muster.users):
            names = [BIG] * (number < count) + [LITTLE] * (number < min(SMALL, count))
            line = {"username": username(number), "name": f"Bench User {number}", "permissions": 16, "groups": names}
            file.write(json.dumps(line | {"password_hash": hashes[number % 16]}) + "\n")
    return lines


def by_scim(muster, group, user, is_member):
    """A change of who is in a group; the answer has the group without its members, however many there are."""
    add = {"op": "add", "path": "members", "value": [{"value": user}]}
    remove = {"op": "remove", "path": f'members[value eq "{user}"]'}
    body = {"schemas": [PATCH], "Operations": [add if is_member else remove]}
    path = f"{ROOT}/Groups/{group}?excludedAttributes=members"
    return steady.Question(request(path, muster.token, body, "PATCH"), 200, 0, f'"id":"{group}"'.encode())


def by_native(muster, group, user, is_member):
    path = f"/muster/v1/groups/{group}/members/{user}"
    text = steady.http(path, muster.keys)
    return steady.Question(text.replace(b"GET", b"PUT" if is_member else b"DELETE", 1), 204)


def once(bench, muster, asking, groups, outside):
    """How long it took that each of some users came into each of the groups, in milliseconds."""
    questions, added = [], []
    for user in outside:
        order = random.sample(list(groups), len(groups))
        for is_member in (True, False):
            questions += [asking(muster, groups[group], user, is_member) for group in order]
            added += [group if is_member else None for group in order]
    file, times = steady.write(bench.work / "questions", questions), bench.work / "times"
    steady.seen(steady.asking(bench.program, "http", muster.port, 1, 0, file, times=times))
    taken = {group: [] for group in groups}
    for group, milliseconds in zip(added, steady.times(times), strict=True):
        if group:
            taken[group].append(milliseconds)
    return taken


def version(environment, package):
    """The version of a package of a peer's; "?" where it was not needed, and is not there."""
    python = ENVIRONMENTS / environment / "bin/python"
    if not python.exists():
        return "?"
    command = [python, "-c", f"import importlib.metadata as m; print(m.version({package!r}))"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or "?"


def render(bench):
    """The part of the page."""
    settings = bench.settings
    peers = (("bench-scim2-server", "scim2-server"), ("bench-scim2-server", "waitress"), ("bench-canaille", "canaille"), ("bench-canaille", "gunicorn"))
    versions = ", ".join(f"{package} {version(environment, package)}" for environment, package in peers)
    return "\n".join(
        [
            report.machine(settings, "make bench-scim"),
            f"{versions}. {settings['USERS']:,} users, {settings['SECONDS_EACH']} s a measurement, "
            f"{settings['ROUNDS']} in turns, medians. {' '.join(bench.notes)}\n",
            report.table(["cell", "connections", "it", "the other", "ratio"], bench.rows),
            report.bars(bench.bars),
        ]
    )
