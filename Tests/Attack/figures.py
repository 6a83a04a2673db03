#!/usr/bin/env python3
"""The figures of docs/threat-model.md, as tables. Loopback only; stops all that it started.

Usage: figures.py flood | known | texts | costs BEFORE
  flood  look-ups on one connection, undisturbed and while 200 strangers send (about two minutes)
  known  a known user's logins and pam-auth meanwhile, a hundred each (about a minute)
  texts  the processor time of a text of 100 KB that is too long, in every field of every route (about half a minute;
         each on a connection of its own, the median of ROUNDS)
  costs  what the guards cost: another binary in turns with this one (about five minutes)
Needs wrk, gcc and the libraries of `scripts/install.sh bench`, and `flood` the right to real-time priorities. Environment: MUSTER_BINARY (else the release build),
USERS, SECONDS_EACH, ROUNDS. `bodies.py --limits` makes the figures of memory.
"""

import contextlib
import itertools
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Benchmarks/peers"))

import floods  # noqa: E402
from cells import CREATION, LOGIN, LOOK_UP  # noqa: E402
from processes import finished, popen, said  # noqa: E402
from report import bars, number, table  # noqa: E402
from server import Server  # noqa: E402
from servers import Muster, binary, hashing, password  # noqa: E402
from texts import SETTINGS, Texts, cases, too_long  # noqa: E402

STRANGERS, NETWORKS = 200, 100
MARK = b"#" * 16
KINDS = ("bodies", "logins", "both")


def setting(name, value):
    return type(value)(os.environ.get(name) or value)


@contextlib.contextmanager
def awake():
    """Keeps the processors from sleeping, with work that everything else goes before.

    In a virtual machine waking up may take longer than a look-up, so that a server that is disturbed looks faster.
    """
    program = "import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"
    spinners = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


class Strangers:
    """Strangers of one kind, as long as a block lasts."""

    def __init__(self, work, port, kind, seconds):
        chosen = random.Random(kind)
        bodies = [floods.long_body(chosen) for _ in range(16)]
        logins = [re.sub(rb"nobody-[0-9a-f]{16}", b"nobody-" + MARK, floods.unknown_login(chosen)) for _ in bodies]
        requests = {"bodies": bodies, "logins": logins, "both": list(itertools.chain(*zip(bodies, logins)))}[kind]
        file = work / f"{kind}.requests"
        file.write_bytes(b"".join(b"%d\n%s" % (len(request), request) for request in requests))
        words = [work / "strangers", port, STRANGERS, seconds, NETWORKS, file]
        self.seconds = seconds
        self.process = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True)
        time.sleep(1)

    def counts(self):
        """Their answers in a second and how many were 503; another error of the server ends everything."""
        line = self.process.communicate()[0].split()
        if not line or line[3] != "0":
            raise SystemExit(f"figures: the strangers saw {line}")
        return int(line[1]) / self.seconds, int(line[2]) / max(1, int(line[1]))


def start(work, users, path=None):
    """A server with users, and how long their import took."""
    if path:
        os.environ["MUSTER_BINARY"] = str(path)
    _, hashes = hashing(work)
    shutil.rmtree(work / "muster", ignore_errors=True)
    muster = Muster(work / "muster", users, hashes)
    muster.start()
    lines = muster.write_users()
    begin = time.monotonic()
    muster.load(lines)
    return muster, time.monotonic() - begin


def build(work):
    said(["gcc", "-O2", "-D_GNU_SOURCE", "-o", work / "strangers", HERE / "strangers.c"])


def look_up(muster, seconds):
    """Looks users up on one connection, by a program that goes before everything else.

    Callers have machines of their own: what strangers do to this one must not keep them from asking.
    """
    command, variables = muster.asking(LOOK_UP, 1, seconds)
    return finished(popen(["chrt", "--fifo", "1", *command], variables))


def flood(work):
    """Look-ups on one connection, with and without strangers, in turns."""
    seconds, rounds = setting("SECONDS_EACH", 8), setting("ROUNDS", 3)
    build(work)
    muster, _ = start(work, setting("USERS", 10_000))
    loads, others = {kind: [] for kind in ("nobody", *KINDS)}, {kind: [] for kind in KINDS}
    try:
        look_up(muster, 2)
        for _ in range(rounds):
            for kind in loads:
                strangers = Strangers(work, muster.port, kind, seconds + 3) if kind != "nobody" else None
                loads[kind].append(look_up(muster, seconds))
                if strangers:
                    others[kind].append(strangers.counts())
        peak = muster.memory()[1]
    finally:
        muster.stop()
    undisturbed = median(load.rate for load in loads["nobody"])
    rows = []
    for kind, of_kind in loads.items():
        rate = median(load.rate for load in of_kind)
        counts = others.get(kind)
        rows.append([
            kind, number(rate), number(rate / undisturbed, 2), number(median(load.p99 for load in of_kind), 1),
            number(median(count for count, _ in counts)) if counts else "–",
            f"{median(share for _, share in counts):.0%}" if counts else "–",
            " ".join(number(load.rate) for load in of_kind),
        ])
    head = ["200 strangers send", "look-ups a second", "of undisturbed", "p99 ms"]
    print(table([*head, "their answers a second", "503", "rounds"], rows))
    print(f"Peak of memory: {peak:.0f} MiB.\n")
    judged = []
    for kind in KINDS:
        rate, p99 = (median(getattr(load, what) for load in loads[kind]) for what in ("rate", "p99"))
        judged.append((f"look-ups while 200 strangers send {kind}, of undisturbed", 0.5, 0.5, rate / undisturbed, False))
        judged.append((f"their 99th percentile, ms, {kind}", 10, 10, p99, True))
    print(bars(judged))


def known(work):
    """Logins and pam-auth of a user who has been here before, while strangers send both."""
    build(work)
    judged = []
    muster, _ = start(work, setting("USERS", 10_000))
    name, word = "user000003@bench.example", password(3)
    rows = []
    try:
        asks = {"login": lambda: log_in(muster, name, word), "pam-auth": lambda: ask_pam(muster, name, word)}
        for kind in ("nobody", *KINDS):
            for what, ask in asks.items():
                ask()
                strangers = Strangers(work, muster.port, kind, 120) if kind != "nobody" else None
                try:
                    times = [ask() for _ in range(100)]
                finally:
                    if strangers:
                        strangers.process.kill()
                        strangers.process.wait()
                let_in = sorted(time for time in times if time is not None)
                worst = let_in[math.ceil(len(let_in) * 0.99) - 1] if let_in else 0
                middle = median(let_in) if let_in else 0
                rows.append([kind, what, f"{len(let_in)} of 100", number(middle * 1000), number(worst * 1000)])
                if kind != "nobody":
                    judged.append((f"{what} let in while 200 strangers send {kind}, of a hundred", 100, 100, len(let_in), False))
                    judged.append((f"their 99th percentile, s, {what}, {kind}", 2, 2, worst, True))
    finally:
        muster.stop()
    print(table(["200 strangers send", "what", "let in", "median ms", "p99 ms"], rows))
    print(bars(judged))


def log_in(muster, name, word):
    """The seconds of a login; None if it was refused."""
    begin = time.monotonic()
    status, _ = muster.request("POST", "/session", json.dumps({"username": name, "password": word}))
    return time.monotonic() - begin if status == 200 else None


def ask_pam(muster, name, word):
    """The seconds of a question as pam_exec asks it; None if the answer was no."""
    asked = {"PAM_TYPE": "auth", "PAM_USER": name, "PAM_RHOST": "127.0.0.1", "PAM_SERVICE": "sshd"}
    begin = time.monotonic()
    done = subprocess.run(
        [binary(), "pam-auth", "--socket", muster.work / "data/agent.sock"],
        env=os.environ | asked, input=word.encode() + b"\0", capture_output=True,
    )
    return time.monotonic() - begin if done.returncode == 0 else None


def texts(_):
    """What it costs the server to refuse a text that is too long, at every place of every body, from a stranger and an administrator."""
    rounds, found = setting("ROUNDS", 10), []
    os.environ["MUSTER_BINARY"] = str(binary())
    with Server(SETTINGS) as server:
        asked = Texts(server)
        # After its start a server measures what hashes cost.
        used = -1.0
        while server.processor_seconds() - used > 0.1:
            used = server.processor_seconds()
            time.sleep(1)
        for method, path, place, body in cases():
            for text in too_long(path):
                for keys in ("administrator", None):
                    times = []
                    for _ in range(rounds):
                        begin = threads_time(server.process.pid)
                        asked.send(method, path, body(text), keys)
                        times.append(threads_time(server.process.pid) - begin)
                    spent = median(times)
                    who = keys or "a stranger"
                    found.append((spent * 100_000 / len(text.encode()), f"{method} {path}, {place}, {who}"))
    found.sort(reverse=True)
    print(table(["the dearest places", "ms of processor for 100 KB"], [[what, number(spent)] for spent, what in found[:8]]))
    print(bars([(f"refusing 100 KB, ms of processor, the worst of {len(found):,} places", 5, 5, found[0][0], True)]))


def threads_time(process):
    """Milliseconds that the threads of a process have had a processor, to the nanosecond (Linux's sched-stats)."""
    times = (file.read_text().split()[0] for file in Path(f"/proc/{process}/task").glob("*/schedstat"))
    return sum(map(int, times)) / 1e6


def costs(work, before):
    """The same work by two binaries that both run, in short turns: look-ups, creations, logins, imports."""
    users, seconds, rounds = setting("USERS", 10_000), setting("SECONDS_EACH", 1), setting("ROUNDS", 15)
    paths, servers, samples = {"before": Path(before), "now": binary()}, {}, {}
    try:
        for which, path in paths.items():
            (work / which).mkdir()
            servers[which], _ = start(work / which, users, path)
        runs = itertools.count()
        asks = {
            "look-up by key, 1 connection": lambda muster: muster.ask(LOOK_UP, 1, seconds).rate,
            "look-up by key, 16 connections": lambda muster: muster.ask(LOOK_UP, 16, seconds).rate,
            "creation, 1 connection": lambda muster: create(muster, 1, seconds, next(runs)),
            "creation, 16 connections": lambda muster: create(muster, 16, seconds, next(runs)),
            "login, 16 connections": lambda muster: muster.ask("/session", 16, seconds, BODY=LOGIN).rate,
            "import": lambda muster: import_more(muster, 20_000, next(runs)),
        }
        for turn in range(rounds):
            for what, ask in asks.items():
                # Who goes first changes from round to round, and each round's two make one ratio.
                for which in sorted(servers, reverse=turn % 2 == 1):
                    sample = measured(servers[which], ask)
                    samples.setdefault(what, {"before": [], "now": []})[which].append(sample)
    finally:
        for muster in servers.values():
            muster.stop()
    rows, judged = [], []
    for what, of_what in samples.items():
        row = [what]
        for kind in (0, 1):
            pairs = list(zip(of_what["before"], of_what["now"]))
            ratios = sorted(new[kind] / old[kind] for old, new in pairs)
            quarter = len(ratios) // 4
            row += [number(median(pair[side][kind] for pair in pairs)) for side in (0, 1)]
            row += [f"{median(ratios):.3f} ({ratios[quarter]:.2f} to {ratios[-1 - quarter]:.2f})"]
            if kind == 0:
                judged.append((f"{what}, of before", 0.97, 0.97, median(ratios), False))
        rows.append(row)
    head = ["what", "a second: before", "now", "now/before (half of the rounds)"]
    print(table([*head, "µs of processor each: before", "now", "now/before (half of the rounds)"], rows))
    print(bars(judged))


def measured(muster, ask):
    """How much was done in a second, and how much processor time of the server each took, in microseconds.

    The latter hardly depends on how soon a virtual machine wakes up.
    """
    used, begin = processor_seconds(muster), time.monotonic()
    rate = ask(muster)
    # What a generator waits for at its start and end is little of a turn.
    return rate, (processor_seconds(muster) - used) * 1e6 / (rate * (time.monotonic() - begin))


def processor_seconds(muster):
    fields = Path(f"/proc/{muster.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def create(muster, connections, seconds, run):
    return muster.ask("/muster/v1/users", connections, seconds, BODY=CREATION, RUN=f"r{run}").rate


def import_more(muster, count, run):
    """Imports users that are not there yet; returns how many a second."""
    body = "".join(
        f'{{"username":"i{run}-{place}@bench.example","password_hash":"{muster.hashes[place % 16]}"}}\n'
        for place in range(count)
    )
    begin = time.monotonic()
    status, text = muster.request("POST", "/muster/v1/users/import", body, **{"Content-Type": "application/x-ndjson"})
    if status != 200 or f'"created":{count}'.encode() not in text:
        raise SystemExit(f"figures: the import has failed: {text[-300:]!r}")
    return count / (time.monotonic() - begin)


def main():
    parts = {"flood": flood, "known": known, "texts": texts, "costs": costs}
    if len(sys.argv) < 2 or sys.argv[1] not in parts:
        sys.exit(__doc__)
    work = Path(tempfile.mkdtemp(prefix="muster-figures-"))
    try:
        with awake():
            parts[sys.argv[1]](work, *sys.argv[2:])
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
