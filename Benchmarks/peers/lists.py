"""Every list and search on directories of growing size: how long the middle answer takes, and the slope."""

import http.client
import json
import math
import time
from contextlib import ExitStack
from statistics import median
from urllib.parse import urlencode

import plot
import report
from servers import FIRST_ID, Muster, hashing

NAME = "lists"
USERS, AUDIT, SESSIONS, GROUPS = (f"/muster/v1/{name}" for name in ("users", "audit/events", "sessions", "groups"))
OLD_USERS = "/users"
GROUP = "Bench"
MEMBERS = 10
"""Of how many users one is a member of the group."""
ORDERS = [sign + field for field in ("id", "username", "name", "email") for sign in ("", "-")]


# What lists are kept to; nobody, a tenth of all, or everybody.
FILTERS = {
    "nobody disabled": {"enabled": "false"},
    "everybody enabled": {"enabled": "true"},
    "one administrator": {"role": "administrator"},
    "everybody of a role": {"role": "standard"},
    "nobody expired": {"expired": "true"},
    "nobody locked": {"locked": "true"},
    "everybody without a second factor": {"second_factor": "none"},
    "everybody unused": {"unused_since": 4_102_444_800_000},
    "nobody with unused keys": {"keys_unused_since": 1},
    "a tenth in a group": {"group": GROUP},
}


def prepare(server):
    """A group of a tenth of all, and sessions; both by imports and logins as anybody makes them."""
    body = json.dumps({"name": GROUP})
    status, text = server.request("POST", GROUPS, body, **{"Content-Type": "application/json"})
    if status >= 300:
        raise SystemExit(f"bench: no group: {status} {text.decode()}")
    lines = server.work / "members"
    with open(lines, "w") as file:
        for number in range(0, server.users, MEMBERS):
            file.write(f'{{"username":"user{number:06d}@bench.example","groups":["{GROUP}"]}}\n')
    with open(lines, "rb") as body:
        fields = {"Content-Type": "application/x-ndjson", "Content-Length": str(lines.stat().st_size)}
        status, text = server.request("POST", f"{USERS}/import?mode=upsert", body, **fields)
    if status != 200 or b'"failed":0' not in text:
        raise SystemExit(f"bench: nobody came into the group: {status} {text[-500:].decode()}")
    for _ in range(20):
        server.token()


def questions(server):
    """Name, path and parameters, bar and aim in milliseconds of each; the first users are asked for by their own name, too."""
    some = ask(server, USERS, {"limit": 1, "after": 2})["users"][0]["username"]
    found = []
    middle = ask(server, USERS, {"limit": 1, "after": FIRST_ID + server.users // 2})["users"][0]["id"]
    for order in ORDERS:
        for place, after in (("first", {}), ("middle", {"after": middle})):
            found.append((f"page of 50 by {order}, {place}", USERS, {"limit": 50, "sort": order} | after, 5, 1))
        found.append((f"page of the older list, 50 by {order}", OLD_USERS, {"limit": 50, "sort": order, "after": middle}, 5, 1))
        for name, asked in FILTERS.items():
            found.append((f"list with {name}, 50 by {order}", USERS, asked | {"limit": 50, "sort": order}, 5, 1))
        for text, name in ((some[:4], "many"), (some, "one"), ("zzzz", "nobody")):
            for limit in (10, 50):
                asked = {"f": text, "limit": limit, "sort": order}
                found.append((f"search for {name}, {limit} by {order}", USERS, asked, 5, 1))
        for text, name in ((some[1:5], "many"), (some[3:], "few"), ("zzzz", "nobody")):
            asked = {"f": f"*{text}*", "limit": 50, "sort": order}
            found.append((f"containing, {name}, by {order}", USERS, asked, 20, 5))
    # The total of a list is a part of each answer; here it is all that is asked for, beside one user.
    for name, asked in (("all", {}), ("of a beginning", {"f": some[:4]}), ("containing", {"f": f"*{some[1:5]}*"})):
        found.append((f"total, {name}", USERS, asked | {"limit": 1}, 5, 1))
    found.append(("sessions, the first 50", SESSIONS, {"limit": 50}, 5, 1))
    found.append(("groups, all", GROUPS, {}, 5, 1))
    newest = ask(server, AUDIT, {"limit": 1, "sort": "-received"})
    event, total = newest["events"][0], newest["total"]
    filters = {
        "all": {},
        "by action": {"action": "user.create"},
        "by actor": {"actor_id": event["actor"]["id"]},
        "by actor's name": {"actor_name": event["actor"]["name"]},
        "by a name that nobody has": {"actor_name": "nobody"},
        "by an action that nobody did": {"action": "directory.restore"},
        "by target": {"target_id": event["target"]["id"]} if event["target"] else {},
        "by time": {"since": event["received"] - 60_000},
        "by time and action": {"since": event["received"] - 60_000, "action": "user.create"},
    }
    for name, asked in filters.items():
        for place, offset in (("first", 0), ("middle", total // 2)):
            found.append((f"audit {name}, {place} page", AUDIT, asked | {"offset": offset, "sort": "-received"}, 10, 2))
    return found


def ask(server, path, parameters, connection=None):
    """One answer, decoded."""
    asked = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    asked.request("GET", f"{path}?{urlencode(parameters)}", headers={"X-ApiKeys": server.keys})
    answer = asked.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"bench: {path}?{urlencode(parameters)} is answered with {answer.status}")
    return json.loads(body)


def measure(work, settings):
    """Measures and reports."""
    sizes, rounds = [int(size) for size in settings["SIZES"].split()], settings["ROUNDS"]
    _, hashes = hashing(work)
    times, limits = {}, {}
    for size in sizes:
        with ExitStack() as stack:
            server = Muster(work / f"muster-{size}", size, hashes)
            stack.callback(server.stop)
            server.start()
            server.load(server.write_users())
            prepare(server)
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            for name, path, parameters, bar, aim in questions(server):
                limits[name] = bar, aim
                taken = []
                for _ in range(rounds):
                    began = time.monotonic()
                    ask(server, path, parameters, connection)
                    taken.append((time.monotonic() - began) * 1000)
                times[name, size] = median(taken)
            connection.close()
        print(f"{time.strftime('%H:%M:%S')} {len(limits)} questions, {size:,} users", flush=True)
    report.write(NAME, render(settings, sizes, times, limits))


def render(settings, sizes, times, limits):
    """The part of the page: milliseconds at each size, and by which power of the size they grow from the first to the last."""
    rows = []
    for name, (bar, aim) in limits.items():
        taken = [times[name, size] for size in sizes]
        slope = math.log(taken[-1] / taken[0]) / math.log(sizes[-1] / sizes[0]) if len(set(sizes)) > 1 else 0
        judged = "aim reached" if taken[-1] <= aim else "bar reached" if taken[-1] <= bar else "**bar missed**"
        rows.append([name, *(f"{value:.2f}" for value in taken), f"{slope:.2f}", str(bar), str(aim), judged])
    table = report.table(["p50, ms", *(f"{size:,} users" for size in sizes), "slope", "bar", "aim", ""], rows)
    slopes = sorted(float(row[-4]) for row in rows)
    missed = sum("missed" in row[-1] for row in rows)
    return (
        f"{report.machine(settings, 'make bench-lists')}\n"
        f"{len(rows)} lists and searches, each asked {settings['ROUNDS']} times on one connection; the slope is the power of the directory's size by which the time "
        f"grows: 0 where it does not, 1 where it grows as the directory does. Half of them are at {slopes[len(slopes) // 2]:.2f} or below, the steepest at {slopes[-1]:.2f}; "
        f"at {sizes[-1]:,} users {missed} miss their bar.\n\n![How lists and searches grow]({plot.GROWN})\n\n"
        f"<details><summary>Every list and search</summary>\n\n{table}\n</details>\n"
    )
