"""The same look-ups on directories of growing size, the import that fills them, and the start after it.

The import of the largest is measured beside slapadd, which brings the same users to slapd while that does not run, and beside a
build from before, which environment `BEFORE` names.
"""

import http.client
import os
import shutil
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import report
from cells import LOOK_UP, PAGE
from servers import Muster, Slapd, hashing

NAME = "growth"
PAUSE = 0.02


def measure(work, settings):
    """Measures and reports."""
    sizes, rounds = [int(size) for size in settings["SIZES"].split()], settings["ROUNDS"]
    _, hashes = hashing(work)
    samples = report.Samples()
    imports, starts, servers, others = {}, {}, {}, {}
    with ExitStack() as stack:
        for size in sizes:
            server = servers[size] = Muster(work / f"muster-{size}", size, hashes)
            stack.callback(server.stop)
            server.start()
            imports[size] = load(server)
            if size == max(sizes):
                others = beside(work, server, hashes)
            server.stop()
        for _ in range(rounds):
            for size, server in servers.items():
                server.stop()
                starts.setdefault(size, []).append(server.start())
        for turn in range(rounds):
            for size in sorted(servers, reverse=turn % 2 == 1):
                ask(samples, servers[size], settings["SECONDS_EACH"])
    report.write(NAME, render(settings, sizes, samples, imports, starts, others))


class RoomySlapd(Slapd):
    """slapd with room for a million users and more."""

    room = 32 << 30
    more = "tool-threads 2\n"


def beside(work, server, hashes):
    """Seconds that others take for the same users, each alone: slapadd, and the build before."""
    slapd = RoomySlapd(work / "slapd", server.users, hashes, None)
    found = {"slapadd": slapd.filled_in}
    shutil.rmtree(work / "slapd")
    if os.environ.get("BEFORE"):
        old = Muster(work / "before", server.users, hashes, Path(os.environ["BEFORE"]).resolve())
        try:
            old.start()
            found["before"] = load(old)[0]
        finally:
            old.stop()
        shutil.rmtree(work / "before")
    return found


def ask(samples, server, seconds):
    """Look-ups and pages, one server after the other, the sizes in turns."""
    for cell, path, count in (("look-up", LOOK_UP, server.users), ("page", PAGE, server.users - 50)):
        server.forget_peak()
        samples.add(cell, server.users, server.ask(path, 16, seconds, count=count), server.memory())
        rate = report.number(samples.loads[cell, server.users][-1].rate)
        print(f"{time.strftime('%H:%M:%S')} {server.users} {cell} {rate}", flush=True)


class Asker(threading.Thread):
    """Looks a user up again and again, with pauses, and keeps how many milliseconds each answer took."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.times = []
        self.is_over = threading.Event()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        while not self.is_over.wait(PAUSE):
            began = time.monotonic()
            connection.request("GET", "/users/2", headers={"X-ApiKeys": self.server.keys})
            answer = connection.getresponse()
            if answer.read() and answer.status == 200:
                self.times.append((time.monotonic() - began) * 1000)
        connection.close()

    def finished(self):
        """The 99th percentile and the longest; none where it was over too soon."""
        self.is_over.set()
        self.join()
        ordered = sorted(self.times)
        if not ordered:
            return None, None
        return ordered[int(len(ordered) * 0.99)], ordered[-1]


def load(server):
    """Imports the users while somebody else looks one up; seconds, peak of memory, and how long answers took."""
    lines = server.write_users()
    asker = Asker(server)
    asker.start()
    began = time.monotonic()
    server.load(lines)
    seconds = time.monotonic() - began
    print(f"{time.strftime('%H:%M:%S')} {server.users} imported in {seconds:.1f} s", flush=True)
    return seconds, server.memory()[1], asker.finished()


def render(settings, sizes, samples, imports, starts, others):
    """The part of the page."""
    head = ["users", "look-ups", "pages of 50", "VmRSS MiB", "VmHWM MiB", "ready after start, ms"]
    head += ["import, s", "VmHWM MiB in it", "look-ups in it, p99 ms", "longest"]
    rows = []
    for size in sizes:
        seconds, peak, waits = imports[size]
        rows.append(
            [
                f"{size:,}",
                report.number(samples.rate("look-up", size)),
                report.number(samples.rate("page", size)),
                report.number(samples.memory["page", size][-1][0]),
                report.number(max(samples.peak("look-up", size), samples.peak("page", size))),
                report.number(median(starts[size]) * 1000),
                report.number(seconds),
                report.number(peak),
                *map(report.number, waits),
            ]
        )
    text = (
        f"{report.machine(settings, 'make bench-growth')}\n"
        f"Answers per second at 16 connections, {settings['SECONDS_EACH']} s a measurement, "
        f"{settings['ROUNDS']} for each size in turns, medians.\n\n{report.table(head, rows)}"
    )
    largest = max(sizes)
    took = ", ".join(f"{NAMES[name]} {report.number(seconds)} s" for name, seconds in others.items())
    text += f"\nThe same {largest:,} users by {took}, each alone.\n"
    if 1_000_000 in sizes and 10_000 in sizes:
        text += "\n" + report.bars(aims(samples, imports, median(starts[1_000_000]), others if largest == 1_000_000 else {}))
    return text


NAMES = {"slapadd": "slapadd -q, without a server", "before": "the build before"}


def aims(samples, imports, start, others):
    """What the figures have to be: title, bar, aim, value, whether less is better."""
    large, small = samples.rate("look-up", 1_000_000), samples.rate("look-up", 10_000)
    peak = max(samples.peak("look-up", 1_000_000), samples.peak("page", 1_000_000))
    resident, (seconds, peak_in_import, _) = samples.memory["page", 1_000_000][-1][0], imports[1_000_000]
    of = {name: seconds / others[name] if name in others else None for name in NAMES}
    return [
        ("look-ups at 1 million users, of those at 10 thousand", 0.95, 1.0, large / small, False),
        ("peak of memory at 1 million users, MiB (bar only)", 200, 200, peak, True),
        ("memory at 1 million users after look-ups and pages, MiB", 60, 40, resident, True),
        ("import of 1 million users with hashes, s", 60, 30, seconds, True),
        ("the same, of the time of slapadd without a server", 0.8, 0.4, of["slapadd"], True),
        ("the same, of the build before (BEFORE)", 0.6, 0.4, of["before"], True),
        ("peak of memory in an import of 1 million users, MiB", 180, 120, peak_in_import, True),
        ("ready after start on 1 million users, s", 0.5, 0.1, start, True),
    ]
