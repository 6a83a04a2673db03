"""Muster beside slapd, nginx, libsodium and, where there is one, a build from before: every cell in turns, medians and ratios."""

import os
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import commands
import report
from cells import Peers
from processes import build
from servers import FIRST_ID, Muster, Nginx, Slapd, binary, hashing

NAME = "side by side"
OTHERS = ("slapd", "nginx", "libsodium")
APART = {"start", "size", "commands"}
"""What is measured beside the cells, and can be chosen as they can."""
RESTING = 5
"""Seconds after a start at which memory is that of a server that has started."""


def measure(work, settings):
    """Measures and reports."""
    users, seconds, rounds = settings["USERS"], settings["SECONDS_EACH"], settings["ROUNDS"]
    chosen = settings.get("CELLS", "").split()
    samples = report.Samples()
    with ExitStack() as stack:
        peers = start(work, users, stack)
        cells = peers.cells()
        unknown = set(chosen) - {cell.key for cell in cells} - APART
        if unknown:
            raise SystemExit(f"bench: no such cells: {' '.join(sorted(unknown))}")
        wanted = [cell for cell in cells if not chosen or cell.key in chosen]
        for cell in wanted[:2]:  # warms the servers up
            for ask in cell.asks.values():
                ask(1)
        for turn in range(rounds):
            for cell in wanted:
                # Who goes first changes from round to round.
                for peer in sorted(cell.asks, reverse=turn % 2 == 1):
                    sample(samples, peers, cell, peer, seconds)
        apart = {what for what in APART if not chosen or what in chosen}
        more = commands.measure(work, peers.muster) if "commands" in apart else {}
        starts = restart(peers, rounds) if "start" in apart else {}
        if starts:
            more["after start"] = resting(peers.muster)
    text = render(settings, wanted, samples, starts, more)
    if chosen:
        print(text)
        print("bench: CELLS chooses some, so no page was written")
    else:
        report.write(NAME, text)


def start(work, users, stack):
    """Starts every server with the same users; they stop when the stack ends."""
    argon2, hashes = hashing(work)
    ldapload = build("ldapload", work, "-lldap", "-llber", "-lpthread")

    def started(server):
        stack.callback(server.stop)
        server.start()
        return server

    muster = started(Muster(work / "muster", users, hashes))
    muster.load(muster.write_users())
    muster.stop()  # like slapd, it is measured without the memory that loading took
    muster.start()
    files = {
        "user.json": muster.request("GET", f"/users/{FIRST_ID}")[1],
        "page.json": muster.request("GET", "/users?limit=50")[1],
    }
    slapd = started(Slapd(work / "slapd", users, hashes, ldapload))
    nginx = started(Nginx(work / "nginx", files))
    return Peers(muster, slapd, nginx, argon2, before(work, users, hashes, started))


def before(work, users, hashes, started):
    """Muster as another build has it, with the same users; None where environment `BEFORE` names none."""
    if not os.environ.get("BEFORE"):
        return None
    muster = started(Muster(work / "before", users, hashes, Path(os.environ["BEFORE"]).resolve()))
    muster.load(muster.write_users())
    muster.stop()
    muster.start()
    return muster


def sample(samples, peers, cell, peer, seconds):
    server = peers.servers.get(peer)
    if server:
        server.forget_peak()
    load = cell.asks[peer](seconds)
    memory = server.memory() if server else None
    samples.add(cell.key, peer, load, memory)
    print(f"{time.strftime('%H:%M:%S')} {cell.key} {peer} {report.number(load.rate)}", flush=True)


def restart(peers, rounds):
    """Seconds from the start of the process to its first answer on the directory it has, by peer."""
    times = {}
    for _ in range(rounds):
        for name, server in peers.servers.items():
            server.stop()
            times.setdefault(name, []).append(server.start())
    return times


def resting(muster):
    """What a server that has started, and was asked once, has in memory."""
    time.sleep(RESTING)
    return muster.memory()[0]


def render(settings, cells, samples, starts, more):
    """The part of the page."""
    parts = [
        report.machine(settings, "make bench"),
        f"Answers per second; {settings['USERS']:,} users, {settings['SECONDS_EACH']} s a measurement, "
        f"{settings['ROUNDS']} in turns, medians.\n",
        report.table(
            ["cell", "connections", "Muster", *OTHERS, *(f"of {name}" for name in OTHERS)],
            [row(cell, samples) for cell in cells],
        ),
    ]
    if starts:
        figures = ", ".join(f"{name} {median(times) * 1000:,.0f} ms" for name, times in starts.items())
        parts.append(f"From start to first answer on the directory that is there: {figures}.\n")
    if "authorized-keys" in more:
        parts.append(
            f"From the start of a process to its end: muster authorized-keys {more['cat'] + more['authorized-keys']:.1f} ms, "
            f"cat of the same keys {more['cat']:.1f} ms, muster users list --limit 50 {more['users list']:.1f} ms.\n"
        )
    whole, without = sizes()
    parts.append(f"Size of the binary: {whole:.1f} MB, {without:.1f} MB stripped.\n")
    parts.append(report.bars(aims(samples, more, without)))
    parts.append(f"<details><summary>Every round, and memory</summary>\n\n{raw(cells, samples)}\n</details>\n")
    return "\n".join(parts)


def row(cell, samples):
    rates = {"muster": samples.rate(cell.key, "muster")}
    for name in OTHERS:
        rates[name] = samples.rate(cell.compared_with.get(name, cell.key), name)
    texts = {name: report.number(rate) for name, rate in rates.items()}
    if cell.shows_p99:
        for name, rate in rates.items():
            if rate:
                texts[name] += f" (p99 {report.number(samples.p99(cell.key, name))} ms)"
    ratios = [report.number(rates["muster"] / rates[name], 2) if rates[name] else "–" for name in OTHERS]
    return [cell.title, cell.connections, texts["muster"], *(texts[name] for name in OTHERS), *ratios]


def sizes():
    """The binary's size as it is built and without symbols, in MB."""
    with tempfile.NamedTemporaryFile() as stripped:
        subprocess.run(["strip", "-o", stripped.name, binary()], check=True)
        without = os.stat(stripped.name).st_size
    return binary().stat().st_size / 1e6, without / 1e6


def aims(samples, more, size):
    """What the figures have to be: title, bar, aim, value, whether less is better."""
    ratio, flood = samples.ratio, samples.rate("flood", "muster")
    undisturbed, by_key, by_token = (samples.rate(cell, "muster") for cell in ("look-up-1", "look-up-16", "token-16"))
    half = undisturbed / 2 if undisturbed else 2000
    token = by_token / by_key if by_key and by_token else None
    return [
        ("look-up, 16 connections, of slapd", 0.8, 1.0, ratio("look-up-16", "muster", "slapd"), False),
        ("look-up, 16 connections, of nginx", 0.6, 0.75, ratio("look-up-16", "muster", "nginx"), False),
        ("look-up, 1 connection, of slapd", 0.8, 1.0, ratio("look-up-1", "muster", "slapd"), False),
        ("look-up by token, of look-up by key", 0.95, 1.0, token, False),
        ("page of 50, 16 connections, of slapd", 1.2, 2.0, ratio("page-16", "muster", "slapd"), False),
        ("page of 50, 16 connections, of the build before (BEFORE)", 1.8, 2.5, ratio("page-16", "muster", "before"), False),
        ("password checks, of libsodium alone", 0.95, 0.98, ratio("password-16", "muster", "libsodium"), False),
        ("look-ups a second while 16 log in (aim: half of undisturbed)", 2000, half, flood, False),
        ("their 99th percentile, ms (bar only)", 10, 10, samples.p99("flood", "muster"), True),
        ("creating users, of slapd", 5.0, 7.0, ratio("create-16", "muster", "slapd"), False),
        (f"memory {RESTING} s after the start, MiB", 35, 20, more.get("after start"), True),
        ("peak of memory while 16 log in, MiB", 80, 65, samples.peak("flood", "muster"), True),
        ("muster authorized-keys, ms more than cat of the same keys", 25, 10, more.get("authorized-keys"), True),
        ("muster users list --limit 50, from start to end, ms", 60, 30, more.get("users list"), True),
        ("binary without symbols, MB", 55, 35, size, True),
    ]


def raw(cells, samples):
    rows = []
    for cell in cells:
        for peer in cell.asks:
            loads = samples.loads[cell.key, peer]
            kept = samples.memory.get((cell.key, peer))
            rows.append(
                [
                    cell.key,
                    peer,
                    " ".join(report.number(load.rate) for load in loads),
                    report.number(samples.p99(cell.key, peer)) if loads[0].p99 else "–",
                    f"{kept[-1][0]:.0f}" if kept else "–",
                    f"{max(peak for _, peak in kept):.0f}" if kept else "–",
                ]
            )
    return report.table(["cell", "server", "answers per second", "p99 ms", "VmRSS MiB", "VmHWM MiB"], rows)
