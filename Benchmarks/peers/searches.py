"""Every list and search of the native API on directories of growing size: how long the middle answer takes, and the slope."""

import http.client
import json
import math
import time
from contextlib import ExitStack
from statistics import median
from urllib.parse import urlencode

import report
from servers import Muster, hashing

USERS, AUDIT = "/muster/v1/users", "/muster/v1/audit/events"
ORDERS = [sign + field for field in ("id", "username", "name", "email") for sign in ("", "-")]


def questions(server):
    """Name, path and parameters, bar and aim in milliseconds of each; the first users are asked for by their own name, too."""
    some = ask(server, USERS, {"limit": 1, "after": 2})["users"][0]["username"]
    found = []
    for order in ORDERS:
        found.append((f"page of 50 by {order}", USERS, {"limit": 50, "sort": order}, 5, 1))
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
    newest = ask(server, AUDIT, {"limit": 1, "sort": "-received"})
    event, total = newest["events"][0], newest["total"]
    filters = {
        "all": {},
        "by action": {"action": "user.create"},
        "by actor": {"actor_id": event["actor"]["id"]},
        "by actor's name": {"actor_name": event["actor"]["name"]},
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
    """Measures and prints."""
    sizes, rounds = [int(size) for size in settings["SIZES"].split()], settings["ROUNDS"]
    _, hashes = hashing(work)
    times, limits = {}, {}
    for size in sizes:
        with ExitStack() as stack:
            server = Muster(work / f"muster-{size}", size, hashes)
            stack.callback(server.stop)
            server.start()
            server.load(server.write_users())
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
    print(render(sizes, times, limits))


def render(sizes, times, limits):
    """The table: milliseconds at each size, and by which power of the size they grow from the first to the last."""
    rows = []
    for name, (bar, aim) in limits.items():
        taken = [times[name, size] for size in sizes]
        slope = math.log(taken[-1] / taken[0]) / math.log(sizes[-1] / sizes[0]) if len(set(sizes)) > 1 else 0
        judged = "aim reached" if taken[-1] <= aim else "bar reached" if taken[-1] <= bar else "**bar missed**"
        rows.append([name, *(f"{value:.2f}" for value in taken), f"{slope:.2f}", str(bar), str(aim), judged])
    return report.table(["p50, ms", *(f"{size:,} users" for size in sizes), "slope", "bar", "aim", ""], rows)
