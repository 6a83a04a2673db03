"""Measures the console; scripts/bench-console.sh says how it is run and what can be set."""

import json
import os
import statistics
import sys
import time
from pathlib import Path

import people
from server import Server

USERS = int(os.environ["USERS"])
DIRECTORY = Path(os.environ["DIRECTORY"])
PEOPLE = int(os.environ.get("PEOPLE", 10))
PAUSE = float(os.environ.get("PAUSE", 1))
SAMPLES = int(os.environ.get("SAMPLES", 200))
SECONDS_EACH = int(os.environ.get("SECONDS_EACH", 5))
ROUNDS = int(os.environ.get("ROUNDS", 5))

# Milliseconds to the first byte that 95 of 100 requests may take; a page without one is only told.
BARS = {"users": 15, "users, a later page": 15, "search": 20}
LEAST_SHARE = 0.9
BATCH = 100_000


def lines():
    """The users as JSON lines, in batches."""
    for start in range(0, USERS, BATCH):
        batch = [
            {"username": f"user{n:07d}@example.com", "name": f"User {n}", "email": f"u{n}@mail.example.org", "readbm": 3}
            for n in range(start, min(start + BATCH, USERS))
        ]
        yield "".join(json.dumps(one) + "\n" for one in batch).encode()


def build():
    """Makes the directory, unless an earlier run has."""
    if (DIRECTORY / "built").exists():
        return
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with Server(DIRECTORY, is_new=True) as server:
        for batch in lines():
            server.import_lines(batch)
    (DIRECTORY / "built").write_text("")
    print(f"directory: {USERS} users were imported in {time.monotonic() - begun:.0f} s; it is used again", flush=True)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def first_bytes(server):
    """How long each page takes until its first byte; whether all are within their bars."""
    visitor = people.Visitor(server)
    paths = {
        "users": lambda n: "/admin/users",
        "users, a later page": lambda n: f"/admin/users?sort=id&after={2 + n * 7919 % USERS}",
        "search": lambda n: f"/admin/users?q=user{n * 7919 % USERS:07d}"[:-2],
        "one user": lambda n: f"/admin/users/{2 + n * 7919 % USERS}",
        "overview": lambda n: "/admin",
        "audit log": lambda n: "/admin/audit",
    }
    is_within = True
    print(f"\n| first byte of a page, {USERS} users, {SAMPLES} requests | median ms | 95 % ms | bar |\n|---|---|---|---|")
    for name, path in paths.items():
        for n in range(20):
            visitor.get(path(n))
        times = [visitor.get(path(20 + n)) * 1000 for n in range(SAMPLES)]
        slow, bar = percentile(times, 0.95), BARS.get(name)
        is_within = is_within and (bar is None or slow <= bar)
        print(f"| {name} | {statistics.median(times):.1f} | {slow:.1f} | {bar or ''} |", flush=True)
    return is_within


def beside(server):
    """Look-ups by the API, alone and beside people who use the console, in turns; whether enough are left."""
    crowd = people.Crowd(server, PEOPLE, PAUSE, USERS)
    alone, used = [], []
    for _ in range(ROUNDS):
        alone.append(server.look_ups(SECONDS_EACH))
        with crowd:
            used.append(server.look_ups(SECONDS_EACH))
    share = statistics.median(after / before for before, after in zip(alone, used))
    print(
        f"\n{PEOPLE} people, {crowd.pages} pages: {statistics.median(used):.0f} look-ups a second beside "
        f"{statistics.median(alone):.0f} undisturbed, {share:.2f} of them (bar {LEAST_SHARE})",
        flush=True,
    )
    return share >= LEAST_SHARE


def main():
    build()
    with Server(DIRECTORY) as server:
        results = [first_bytes(server), beside(server)]
    sys.exit(0 if all(results) else "bench-console: a bar is missed")


main()
