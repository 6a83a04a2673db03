"""Where the time of a look-up goes: the server under load, its processor time split by what it was doing.

The time in the kernel comes from the process's account (proc(5), stat); the rest is split as the samples of
`perf record` fall. A sample belongs to the first of its frames, from the innermost, that a stage knows: so what
the Swift runtime does counts where it is done.
"""

import os
import re
import time
from collections import Counter
from pathlib import Path

import report
from cells import LOOK_UP
from processes import finished, popen, said
from servers import Muster, hashing

NAME = "shape"
KERNEL = "kernel: sockets, waiting and waking"
REST = "allocation and locks not to be told apart"
# By the beginning of Swift's mangled names, which is the module and the type.
STAGES = [
    ("SQLite: the user and its groups", r"libsqlite3|^\$s(12MusterSQLite|9MusterSQL)"),
    (
        "credentials: header, digest, admission",
        r"^\$s12MusterServer1[57](LastCredentials|CredentialsHeader)|^\$s10MusterCore(13Authenticator|3Hex|6Digest|6Secret)|Crypto",
    ),
    ("record and JSON", r"^\$s8WireJSON|^\$s10TenableAPI|^\$s12MusterServer\d+[A-Za-z]*UserView|10MusterCoreE4text"),
    ("writing the answer", r"^\$s12MusterServer(6Answer|9HTTPDates)|Pending(Stream)?Writes|[fF]lush"),
    ("reading the head", r"^\$s12MusterServer11RequestHead"),
    ("route and service", r"^\$s12MusterServer|^\$s10MusterCore"),
    ("event loop and pipeline", r"NIO"),
]
WARM_UP = 1


def measure(work, settings):
    """Measures and reports."""
    _, hashes = hashing(work)
    muster = Muster(work / "muster", settings["USERS"], hashes)
    try:
        muster.start()
        muster.load(muster.write_users())
        profile(muster, settings)
    finally:
        muster.stop()


def profile(muster, settings):
    seconds = settings["SECONDS_EACH"]
    data = muster.work / "perf.data"
    # Undisturbed first: sampling costs time of its own.
    spent = processor_time(muster)
    load = muster.ask(LOOK_UP, 16, seconds)
    user, system = (after - before for after, before in zip(processor_time(muster), spent))
    generator = popen(*muster.asking(LOOK_UP, 16, seconds + 2 * WARM_UP))
    try:
        time.sleep(WARM_UP)
        record = ["perf", "record", "-q", "-F", "1999", "--call-graph", "fp", "-o", data]
        said([*record, "-p", muster.process.pid, "--", "sleep", seconds])
        finished(generator)
    finally:
        generator.kill()
    samples = said(["perf", "script", "-i", data, "-F", "comm,ip,sym,dso"])
    requests = load.rate * seconds
    report.write(NAME, render(settings, load, user / requests * 1e6, system / requests * 1e6, split(samples)))


def processor_time(server):
    """Seconds that the server has spent in itself and in the kernel."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / ticks, int(fields[12]) / ticks


def split(samples):
    """How many samples outside the kernel fall to each stage."""
    stages = [(title, re.compile(pattern)) for title, pattern in STAGES]
    counts = Counter()
    for sample in samples.split("\n\n"):
        frames = sample.strip().split("\n")[1:]
        if not frames or "[kernel." in frames[0]:
            continue
        counts[next(filter(None, (stage(frame, stages) for frame in frames)), REST)] += 1
    return counts


def stage(frame, stages):
    """The stage that knows a frame, if any does; `frame` is "ADDRESS SYMBOL (FILE)"."""
    symbol, _, file = frame.strip().partition(" ")[2].rpartition(" (")
    place = symbol + " " + Path(file.rstrip(")")).name
    return next((title for title, pattern in stages if pattern.search(place)), None)


def render(settings, load, user, system, counts):
    """The part of the page."""
    whole, total = user + system, sum(counts.values())
    shares = {KERNEL: system} | {title: user * counts[title] / total for title, _ in STAGES}
    shares[REST] = user * counts[REST] / total
    ordered = sorted(shares.items(), key=lambda pair: -pair[1])
    rows = [[title, f"{time:.1f}", f"{time / whole:.0%}"] for title, time in ordered]
    rows.append(["**together**", f"**{whole:.1f}**", "**100%**"])
    return (
        f"{report.machine(settings, 'make bench-shape')}\n"
        f"{load.rate:,.0f} look-ups a second on 16 connections; the server's processor time for one, from "
        f"{total:,} samples.\n\n{report.table(['stage', 'microseconds', 'share'], rows)}"
    )
