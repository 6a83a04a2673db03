"""Instructions and allocations of whole requests, counted by valgrind's callgrind and held against thresholds.

Both hardly depend on what else the machine does, so a change that makes a request dearer shows here first. The
thresholds are of the release binary on x86-64; UPDATE=1 writes them again.
"""

import http.client
import json
import os
import re
import time

import report
from cells import LOOK_UP, PAGE
from processes import READY_SECONDS, REPOSITORY, build, said
from servers import FIRST_ID, Muster, hashing
from shape import processor_time

NAME = "instructions"
COUNTS = (("instructions", 0), ("allocations", 1))
THRESHOLDS = REPOSITORY / "Benchmarks/Thresholds/requests.json"
TOLERANCE = 0.03
USERS = 1_000
WARM_UP = 100
# Seconds of a processor in one second, of a server that nobody asks for anything.
IDLE = 0.2
BEFORE = 79_000
"""Instructions of a look-up by key of the build that the figures of a look-up are held against (fb9aa1d9)."""
ALLOCATORS = ("malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc")


class CountedMuster(Muster):
    """The same server under callgrind, which counts only when it is told to."""

    name = "valgrind"

    is_counting = False

    def command(self):
        program, *arguments = super().command()
        if not self.is_counting:
            return [program, *arguments]
        # valgrind does not read all that Swift's compiler writes for debuggers.
        bare = self.work / "muster"
        said(["strip", "--strip-debug", "-o", bare, program])
        tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
        return [*tool, f"--callgrind-out-file={self.work}/counts", bare, *arguments]

    def environment(self):
        if not self.is_counting:
            return super().environment()
        return super().environment() | {"LD_PRELOAD": str(build("suspend", self.work, "-shared", "-fPIC"))}


def measure(work, settings):
    """Counts, compares, and fails beyond the thresholds."""
    _, hashes = hashing(work)
    muster = CountedMuster(work / "muster", USERS, hashes)
    try:
        muster.start()
        muster.load(muster.write_users())
        token = muster.token()
        muster.stop()
        muster.is_counting = True
        muster.start()
        settle(muster)
        counts = {title: count(muster, *asked) for title, asked in requests(muster, token, settings).items()}
    finally:
        muster.stop()
    if os.environ.get("UPDATE"):
        THRESHOLDS.write_text(json.dumps(counts, indent=2) + "\n")
        print(f"bench: written into {THRESHOLDS.relative_to(REPOSITORY)}")
        report.write(NAME, render(settings, counts))
    else:
        print(report.bars(aims(counts)))
    compare(counts, json.loads(THRESHOLDS.read_text()))


def render(settings, counts):
    """The part of the page."""
    rows = [[title, *(report.number(figures[what], digits) for what, digits in COUNTS)] for title, figures in counts.items()]
    head = report.machine(settings, "UPDATE=1 make bench-micro")
    return f"{head}\n{report.table(['request', 'instructions', 'calls of the allocator'], rows)}\n{report.bars(aims(counts))}"


def aims(counts):
    """What the figures have to be: title, bar, aim, value, whether less is better."""
    share = counts["look-up by API keys"]["instructions"] / BEFORE
    return [(f"instructions of a look-up by key, of {BEFORE:,} before", 0.7, 0.5, share, True)]


def settle(muster):
    """Waits until the server does nothing by itself: after its start it measures what hashes cost, beside whatever is asked."""
    before, now = -1.0, sum(processor_time(muster))
    end = time.monotonic() + READY_SECONDS
    while now - before > IDLE and time.monotonic() < end:
        time.sleep(1)
        before, now = now, sum(processor_time(muster))


def requests(muster, token, settings):
    """What is asked: path, header, how often."""
    keys, often = {"X-ApiKeys": muster.keys}, settings["REQUESTS"]
    return {
        "look-up by API keys": (LOOK_UP, keys, often),
        "look-up by session token": (LOOK_UP, {"X-Cookie": f"token={token}"}, often),
        "look-up in the ActiveLogic dialect": ("/activelogic/v1/users/#", keys, often),
        "page of 50": (PAGE, keys, often // 4),
    }


def count(muster, path, fields, often):
    """Instructions and allocations of one request."""
    control = ["callgrind_control", muster.process.pid]
    connection = http.client.HTTPConnection("127.0.0.1", muster.port, timeout=60)
    try:
        ask(connection, path, fields, WARM_UP)
        said([*control, "--instr=on"])
        ask(connection, path, fields, often)
        said([*control, "--instr=off"])
        said([*control, "--dump"])
    finally:
        connection.close()
    dumps = list(muster.work.glob("counts.*"))
    text = "".join(dump.read_text(errors="replace") for dump in dumps)
    for dump in dumps:
        dump.unlink()
    return {"instructions": round(total(text) / often), "allocations": round(allocations(text) / often, 1)}


def ask(connection, path, fields, often):
    for number in range(often):
        user = FIRST_ID + number * 7 % (USERS - 50)
        connection.request("GET", path.replace("#", str(user)), headers=fields)
        answer = connection.getresponse()
        if answer.read() and answer.status != 200:
            raise SystemExit(f"bench: {path}: {answer.status}")


def total(dump):
    """All instructions of callgrind's file."""
    return sum(map(int, re.findall(r"^totals: (\d+)", dump, re.M)))


def allocations(dump):
    """Calls of the allocator in callgrind's file, in which a name is spelled once and then numbered."""
    names, called, calls = {}, None, 0
    for line in dump.splitlines():
        if match := re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line):
            names[match[1]] = match[2] or names.get(match[1])
            called = names[match[1]] if line.startswith("cfn=") else None
        elif line.startswith("calls=") and called in ALLOCATORS:
            calls += int(line[6:].split()[0])
    return calls


def compare(counts, thresholds):
    rows, worse = [], []
    for title, figures in counts.items():
        for what, value in figures.items():
            threshold = thresholds[title][what]
            change = value / threshold - 1
            rows.append([title, what, report.number(value, 0), report.number(threshold, 0), f"{change:+.1%}"])
            if change > TOLERANCE:
                worse.append(f"{title}: {what}")
            elif change < -TOLERANCE:
                print(f"bench: {title}: fewer {what} than the threshold; UPDATE=1 keeps the gain")
    print(report.table(["request", "count", "measured", "threshold", "change"], rows))
    if worse:
        raise SystemExit(f"bench: more than the thresholds allow: {', '.join(worse)}")
