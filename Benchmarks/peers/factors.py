"""Second factors and wrong passwords: what signing in costs, and what strangers do to it. Ratios of one run."""

import json
import math
import os
import random
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import report
from cells import LOOK_UP
from people import Passkeys, Person, PublicMuster, framed, people, prepared
from processes import HERE, REPOSITORY, build, finished, popen, said
from ranks import mann_whitney
from servers import Nginx

NAME = "factors"
CONNECTIONS = 16
KINDS = ("unknown", "known", "app", "imported")
KNOWN_SOURCE, PAUSE = "198.51.100.7", 40_000
PARTS = "crowd app passkey time"


class Bench:
    """A server with people, and what was seen of it."""

    def __init__(self, work, settings, stack):
        self.settings = settings
        self.ask = build("ask", work, "-lpthread")
        self.signatures = os.environ.get("VERIFIER") or signatures()
        self.muster = PublicMuster(work / "muster")
        stack.callback(self.muster.stop)
        self.stack = stack
        self.muster.start()
        self.rows, self.notes, self.seen = [], [], {}

    def note(self, key, value):
        self.seen.setdefault(key, []).append(value)
        shown = f"{value:.3f}" if isinstance(value, float) else value
        print(f"{time.strftime('%H:%M:%S')} {key} {shown}", flush=True)

    def middle(self, key):
        return median(self.seen[key])

    def ratio(self, above, below):
        """The median of the ratios of rounds."""
        return median(one / other for one, other in zip(self.seen[above], self.seen[below]))


def signatures():
    """The program Signatures, built in the package of the benchmarks."""
    options = ["--configuration", "release", "--package-path", REPOSITORY / "Benchmarks"]
    said(["swift", "build", *options, "--product", "Signatures"])
    folder = said(["swift", "build", *options, "--show-bin-path"]).strip()
    return Path(folder) / "Signatures"


def measure(work, settings):
    """Measures and reports."""
    chosen = os.environ.get("CELLS", PARTS).split()
    with ExitStack() as stack:
        bench = Bench(work, settings, stack)
        for part, run in (("app", app), ("passkey", passkey), ("time", refusals), ("crowd", crowd)):
            if part in chosen:
                run(bench)
    text = report.machine(settings, "make bench-factors") + "\n" + render(bench)
    if set(chosen) < set(PARTS.split()):
        print(text)
        print("bench: CELLS chooses some, so no page was written")
    else:
        report.write(NAME, text)


def app(bench):
    """Logins with the code of an app, in one request and in two, beside logins without."""
    count, muster = bench.settings["LOGINS"], bench.muster
    plain = people(muster, "plain", count, 0)
    holders = [people(muster, f"app{lot}-", count, 100_000 * lot, Person.add_app) for lot in (1, 2, 3, 4)]
    for turn in range(bench.settings["ROUNDS"]):
        at_once, in_steps = holders[2 * (turn % 2)], holders[2 * (turn % 2) + 1]

        def without():
            return [prepared(person.login(), 200) for person in plain]

        def one():
            return [prepared(person.login(verification_code=person.next_code()), 200) for person in at_once]

        def two():
            requests = []
            for person in in_steps:
                more = framed("/muster/v1/logins/#login", {"code": person.next_code()}, person.source)
                requests.append(prepared(person.login(), 200, more))
            return requests

        cells = [("login", without), ("login app", one), ("login app, two requests", two)]
        for key, requests in reversed(cells) if turn % 2 else cells:
            bench.note(key, muster.send(bench.ask, requests(), CONNECTIONS).rate)
    for key, bar in (("login app", 0.97), ("login app, two requests", None)):
        title = "with the code in the same request" if bar else "with the code in a second request"
        figures = f"{report.number(bench.middle(key))} of {report.number(bench.middle('login'))} a second"
        row = (f"login {title}, of login without, {CONNECTIONS} connections", bar, bench.ratio(key, "login"), figures)
        bench.rows.append(row)


def passkey(bench):
    """Sign-ins by passkeys, beside what swift-crypto alone verifies."""
    muster, count = bench.muster, bench.settings["SIGN_INS"]
    keys = Passkeys(bench.signatures, muster)
    # Nobody signs in by a passkey more than thirty times at once.
    users = max(200, math.ceil(count * bench.settings["ROUNDS"] / 25))
    people(muster, "key", users, 700_000, keys.add)
    begin = [prepared(framed("/muster/v1/logins/webauthn"), 200)] * count
    for turn in range(bench.settings["ROUNDS"]):
        requests = keys.sign_ins(count)

        def alone():
            done = popen([bench.signatures, "verify", os.cpu_count(), bench.settings["SECONDS_EACH"]])
            bench.note("verify", finished(done).rate)

        def served():
            bench.note("begin", muster.send(bench.ask, begin, CONNECTIONS).rate)
            bench.note("sign in", muster.send(bench.ask, requests, CONNECTIONS).rate)
            # Each sign-in needs both requests.
            first, second = bench.seen["begin"][-1], bench.seen["sign in"][-1]
            bench.note("whole", first * second / (first + second))

        for part in (served, alone) if turn % 2 else (alone, served):
            part()
    alone = report.number(bench.middle("verify"))
    for key, bar, title in (
        ("sign in", 0.5, "sign-ins by passkey (ES256), of what swift-crypto alone verifies"),
        ("whole", None, "the same with the request for the challenge"),
    ):
        bench.rows.append(
            (title, bar, bench.ratio(key, "verify"), f"{report.number(bench.middle(key))} of {alone} a second")
        )


def refusals(bench):
    """The time of a wrong login, by what the server knows of the name."""
    count, muster = bench.settings["WRONG"], bench.muster
    lots = {"unknown": [Person(f"nobody{number}", 800_000 + number) for number in range(count)]}
    lots["known"] = people(muster, "known", count, 810_000)
    lots["app"] = people(muster, "guarded", count, 820_000, Person.add_app)
    lots["imported"] = imported(muster, "imported", count, 830_000, hash_of("19456", "2"))
    times = wrong_times(bench, lots)
    pairs = [(one, other) for place, one in enumerate(KINDS) for other in KINDS[place + 1 :]]
    p = {pair: mann_whitney(times[pair[0]], times[pair[1]]) for pair in pairs}
    for pair, value in p.items():
        bench.note(f"p {' and '.join(pair)}", value)
    least = min(p, key=p.get)
    medians = ", ".join(f"{kind} {median(values) / 1e6:.2f}" for kind, values in times.items())
    bench.rows.append(
        (f"least p of a wrong login, {count} of each kind, {' and '.join(least)}", 0.01, p[least], f"medians, ms: {medians}")
    )
    imported(muster, "dear", 1, 840_000, hash_of("65536", "3"))
    few = {"unknown": [Person(f"nobody{count + number}", 850_000 + number) for number in range(200)]}
    few["known"] = [person for person in lots["known"][:200]]
    for number, person in enumerate(few["known"]):
        person.source = f"10.200.{number >> 8}.{number & 255}"
    dear = wrong_times(bench, few)
    said_of = ", ".join(f"{kind} {median(values) / 1e6:.2f}" for kind, values in dear.items())
    bench.notes.append(
        f"One imported hash of 64 MiB and 3 passes, whoever has it, makes each wrong login take as long as it does: medians "
        f"{said_of} ms; p of the two is {mann_whitney(*dear.values()):.2f}."
    )


def wrong_times(bench, lots):
    """Nanoseconds of one wrong login of each person, one after the other, the lots in a different order each time."""
    order = []
    for each in zip(*lots.values()):
        order += random.sample(list(zip(lots, each)), len(each))
    requests = [prepared(person.login("not it"), 401) for _, person in order]
    file = bench.muster.work / "times"
    bench.muster.send(bench.ask, requests, 1, times=file)
    times = {kind: [] for kind in lots}
    for (kind, _), line in zip(order, file.read_text().split()):
        times[kind].append(int(line))
    return times


def hash_of(kibibytes, passes):
    """A hash that nobody knows a password of, with these parameters."""
    salt, digest = "VT0CZ6AG7uGqCmMyEFSPPQ", "x7YHgv7hg+jBqCFIC/tuqQx7YHgv7hg+jBqCFIC/tuo"
    return f"$argon2id$v=19$m={kibibytes},t={passes},p=1${salt}${digest}"


def imported(muster, name, count, first, kept):
    """Users whose hashes were made elsewhere."""
    made = [Person(f"{name}{number}", first + number) for number in range(count)]
    lines = "".join(
        json.dumps({"username": person.name, "permissions": 16, "password_hash": kept}) + "\n" for person in made
    )
    fields = {"Content-Type": "application/x-ndjson"}
    status, text = muster.request("POST", "/muster/v1/users/import?mode=create", lines.encode(), **fields)
    if status != 200:
        raise SystemExit(f"bench: the import has failed: {status} {text[-500:].decode()}")
    return made


def crowd(bench):
    """A user's login and others' look-ups while a crowd guesses at the user's password."""
    muster, seconds = bench.muster, bench.settings["CROWD_SECONDS"]
    [victim] = people(muster, "victim", 1, 900_000)
    victim.source = KNOWN_SOURCE
    victim.token(muster)
    logins = [prepared(victim.login(), 200)] * int(seconds * 15)

    def calm(key):
        bench.note(key, ask(key)(seconds / 3))

    def ask(key):
        if key == "look-ups":
            return lambda time: muster.ask(LOOK_UP, CONNECTIONS, int(time), count=1).rate
        return lambda time: muster.send(bench.ask, logins[: int(time * 15)], 1, PAUSE).p99

    other = Nginx(bench.muster.work.parent / "nginx", {"user.json": b"{}"})
    bench.stack.callback(other.stop)
    other.start()
    for _ in range(bench.settings["ROUNDS"]):
        for key in ("p99 of the login, ms", "look-ups"):
            calm(key)
            many = bench.settings["GUESSES"], bench.settings["SOURCES"]
            guessing = popen([sys.executable, HERE / "guesses.py", muster.port, victim.name, *many, seconds])
            try:
                time.sleep(2)
                bench.note(f"{key}, crowd", ask(key)(seconds - 6))
                print("   of the crowd:", guessing.communicate()[0].strip(), flush=True)
            finally:
                guessing.kill()
            calm(key)
            # What the crowd's own program takes of the processors: it asks somebody else as often.
            third = [int(number / 3) for number in (many[0], seconds)]
            guessing = popen([sys.executable, HERE / "guesses.py", other.port, victim.name, third[0], many[1], third[1]])
            try:
                bench.note(f"{key}, crowd elsewhere", ask(key)(seconds / 3 - 2))
                guessing.communicate()
            finally:
                guessing.kill()
    crowded = bench.seen["p99 of the login, ms, crowd"]
    quiet = pairs_of(bench.seen["p99 of the login, ms"])
    ratio = median(one / other for one, other in zip(crowded, quiet))
    elsewhere = bench.seen["p99 of the login, ms, crowd elsewhere"]
    figures = f"{median(crowded):.1f} of {median(quiet):.1f} ms; {median(elsewhere):.1f} while the crowd asks nginx instead"
    bench.rows.append((f"p99 of a login from a known address while {many[1]:,} addresses guess, of undisturbed", -1.5, ratio, figures))
    crowded, quiet = bench.seen["look-ups, crowd"], pairs_of(bench.seen["look-ups"])
    ratio = median(one / other for one, other in zip(crowded, quiet))
    elsewhere = report.number(median(bench.seen["look-ups, crowd elsewhere"]))
    figures = (
        f"{report.number(median(crowded))} of {report.number(median(quiet))} a second; {elsewhere} while the crowd asks "
        "nginx instead"
    )
    bench.rows.append((f"look-ups by API keys meanwhile, {CONNECTIONS} connections, of undisturbed", 0.9, ratio, figures))


def pairs_of(values):
    """The means of what was seen before and after."""
    return [(before + behind) / 2 for before, behind in zip(values[::2], values[1::2])]


def render(bench):
    """The table; a bar below 0 is one that is not to be exceeded."""
    rows = []
    for title, bar, value, figures in bench.rows:
        verdict = "" if bar is None else "reached" if (value >= bar if bar > 0 else value <= -bar) else "**missed**"
        sign = "–" if bar is None else f"≥ {bar}" if bar > 0 else f"≤ {-bar}"
        rows.append([title, sign, f"{value:.2f}", verdict, figures])
    return report.table(["what", "bar", "measured", "", "from"], rows) + "\n" + "\n".join(bench.notes)
