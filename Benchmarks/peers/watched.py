"""What it costs to be watched: look-ups with metrics, a collector and an access log, beside the same server without."""

import threading
import urllib.request
from contextlib import contextmanager, nullcontext

import report
from cells import LOOK_UP
from processes import environment
from servers import Muster, hashing

NAME = "watched"
COLLECTIONS_APART = 1
"""Seconds between two looks at the metrics; collectors usually leave 15 or more."""


class Watched(Muster):
    """Muster with metrics and a line of its log for each request."""

    name = "watched"

    def environment(self):
        return environment({"MUSTER_METRICS_BIND": "127.0.0.1:0", "MUSTER_LOG_ACCESS": "on"})

    @contextmanager
    def collected(self):
        """A collector looks at the metrics for as long as this lasts."""
        url = self.metrics()
        ended = threading.Event()

        def collect():
            while not ended.wait(COLLECTIONS_APART):
                urllib.request.urlopen(url, timeout=60).read()

        collector = threading.Thread(target=collect)
        collector.start()
        try:
            yield
        finally:
            ended.set()
            collector.join()


def measure(work, settings):
    """Measures both in turns, and reports."""
    users, seconds, rounds = settings["USERS"], settings["SECONDS_EACH"], settings["ROUNDS"]
    _, hashes = hashing(work)
    servers = [Muster(work / "muster", users, hashes), Watched(work / "watched", users, hashes)]
    samples = report.Samples()
    try:
        for server in servers:
            server.start()
            server.load(server.write_users())
            server.stop()
            server.start()
            server.ask(LOOK_UP, 16, 1)
        for turn in range(rounds):
            for connections in (1, 16):
                for server in sorted(servers, key=lambda server: server.name, reverse=turn % 2 == 1):
                    with server.collected() if server is servers[1] else nullcontext():
                        samples.add(f"look-up-{connections}", server.name, server.ask(LOOK_UP, connections, seconds))
    finally:
        for server in servers:
            server.stop()
    report.write(NAME, render(settings, samples))


def render(settings, samples):
    """The part of the page."""
    rows, ratio = [], lambda connections: samples.ratio(f"look-up-{connections}", "watched", "muster")
    for connections in (1, 16):
        cell = f"look-up-{connections}"
        rates = [report.number(samples.rate(cell, name)) for name in ("muster", "watched")]
        rows.append(["look up a user by id, API keys", connections, *rates, report.number(ratio(connections), 2)])
    aim = ("look-up, 16 connections, watched, of the same without", 0.95, 0.98, ratio(16), False)
    return "\n".join(
        [
            report.machine(settings, "make bench-watched"),
            f"Answers per second; {settings['USERS']:,} users, {settings['SECONDS_EACH']} s a measurement, "
            f"{settings['ROUNDS']} in turns, medians.\n",
            report.table(["cell", "connections", "Muster", "watched", "ratio"], rows),
            report.bars([aim]),
        ]
    )
