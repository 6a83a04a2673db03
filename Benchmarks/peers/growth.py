"""The same look-ups on directories of growing size, the import that fills them, and the start after it."""

import signal
import time
from contextlib import ExitStack
from statistics import median

import report
from cells import LOOK_UP, PAGE
from processes import finished, popen
from servers import Muster, hashing

NAME = "growth"


def measure(work, settings):
    """Measures and reports."""
    sizes, rounds = [int(size) for size in settings["SIZES"].split()], settings["ROUNDS"]
    _, hashes = hashing(work)
    samples = report.Samples()
    imports, starts, servers = {}, {}, {}
    with ExitStack() as stack:
        for size in sizes:
            server = servers[size] = Muster(work / f"muster-{size}", size, hashes)
            stack.callback(server.stop)
            server.start()
            imports[size] = load(server)
            server.stop()
        for _ in range(rounds):
            for size, server in servers.items():
                server.stop()
                starts.setdefault(size, []).append(server.start())
        for turn in range(rounds):
            for size in sorted(servers, reverse=turn % 2 == 1):
                ask(samples, servers[size], settings["SECONDS_EACH"])
    report.write(NAME, render(settings, sizes, samples, imports, starts))


def ask(samples, server, seconds):
    """Look-ups and pages, one server after the other, the sizes in turns."""
    for cell, path, count in (("look-up", LOOK_UP, server.users), ("page", PAGE, server.users - 50)):
        server.forget_peak()
        samples.add(cell, server.users, server.ask(path, 16, seconds, count=count), server.memory())
        rate = report.number(samples.loads[cell, server.users][-1].rate)
        print(f"{time.strftime('%H:%M:%S')} {server.users} {cell} {rate}", flush=True)


def load(server):
    """Imports the users while one connection goes on asking; seconds, peak of memory, and what it was answered."""
    lines = server.write_users()
    generator = popen(*server.asking("/users/#", 1, 600, first=2, count=1))
    try:
        began = time.monotonic()
        server.load(lines)
        seconds = time.monotonic() - began
        generator.send_signal(signal.SIGINT)  # wrk ends before its time and says what it saw until then
        asked = finished(generator)
    finally:
        generator.kill()
    print(f"{time.strftime('%H:%M:%S')} {server.users} imported in {seconds:.1f} s", flush=True)
    return seconds, server.memory()[1], asked


def render(settings, sizes, samples, imports, starts):
    """The part of the page."""
    head = ["users", "look-ups", "pages of 50", "VmRSS MiB", "VmHWM MiB", "ready after start, ms"]
    head += ["import, s", "VmHWM MiB in it", "look-ups in it", "their p99, ms"]
    rows = []
    for size in sizes:
        seconds, peak, asked = imports[size]
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
                report.number(asked.rate),
                report.number(asked.p99),
            ]
        )
    text = (
        f"{report.machine(settings, 'make bench-growth')}\n"
        f"Answers per second at 16 connections, {settings['SECONDS_EACH']} s a measurement, "
        f"{settings['ROUNDS']} for each size in turns, medians.\n\n{report.table(head, rows)}"
    )
    if 1_000_000 in sizes and 10_000 in sizes:
        text += "\n" + report.bars(aims(samples, imports[1_000_000], median(starts[1_000_000])))
    return text


def aims(samples, imported, start):
    """What the figures have to be: title, bar, aim, value, whether less is better."""
    large, small = samples.rate("look-up", 1_000_000), samples.rate("look-up", 10_000)
    peak = max(samples.peak("look-up", 1_000_000), samples.peak("page", 1_000_000))
    return [
        ("look-ups at 1 million users, of those at 10 thousand", 0.95, 1.0, large / small, False),
        ("peak of memory at 1 million users, MiB (bar only)", 200, 200, peak, True),
        ("import of 1 million users with hashes, s", 60, 30, imported[0], True),
        ("ready after start on 1 million users, s", 0.5, 0.1, start, True),
    ]
