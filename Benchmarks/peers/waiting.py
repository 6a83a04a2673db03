"""What people wait for in a large directory: searches, pages of the audit log, and look-ups beside all that takes long."""

import os
import time
from contextlib import ExitStack
from statistics import median

import report
from crowded import CROWDS, PACE, SAME_AS, Crowds
from filled import kept
from found import Finder, measure as measure_questions
from names import everybody
from processes import build

NAME = "waiting"
COMMAND = "make bench-searches"
QUESTIONS = ("prefix", "substring", "audit")
PARTS = (*QUESTIONS, *CROWDS)
BUDGET = 1000
BARS = {"p99": (5, 2), "p99.9": (20, 5), "longest": (50, 20)}


def measure(work, settings):
    """Measures and reports."""
    chosen = os.environ.get("CELLS", "").split()
    if unknown := set(chosen) - set(PARTS):
        raise SystemExit(f"bench: no such cells: {' '.join(sorted(unknown))}; there are {' '.join(PARTS)}")
    cells = [part for part in PARTS if not chosen or part in chosen]
    settings["EVENTS"] = settings["EVENTS"] or 5 * settings["USERS"]
    people = everybody(settings["USERS"])
    with ExitStack() as stack:
        muster, slapd, made = kept(settings, work, people)
        servers = {"muster": muster, "slapd": slapd}
        for server in servers.values():
            stack.callback(server.stop)
            server.start()
        finder = Finder(muster, slapd, people, made)
        asked = finder.searches(cells if set(cells) <= set(QUESTIONS) else QUESTIONS)
        asked += finder.audit() if set(cells) - {"prefix", "substring"} else []
        told(f"{len(asked)} questions are answered as they have to be")
        events = finder.got("/muster/v1/audit/events", {"limit": 1})[0]["total"]
        steady = build("steady", work, "-lpthread")
        wanted = [one for one in asked if one.kind.split(",")[0] in cells]
        for turn in range(settings["ROUNDS"] if wanted else 0):
            order = dict(sorted(servers.items(), reverse=turn % 2 == 1))
            measure_questions(steady, work, order, wanted, settings["SAMPLES"], BUDGET)
            told("searches and audit pages")
        waits, meanwhile = {}, {}
        crowds = [cell for cell in cells if cell in CROWDS]
        if crowds:
            crowd = Crowds(steady, work, muster, slapd, people, asked)
            for turn in range(settings["ROUNDS"]):
                for cell in crowds:
                    for peer in sorted(servers, reverse=turn % 2 == 1):
                        sample(crowd, waits, meanwhile, peer, cell, settings["SECONDS_EACH"])
    text = render(settings, wanted, waits, meanwhile, events)
    if chosen:
        print(text)
        print("bench: CELLS chooses some, so no page was written")
    else:
        report.write(NAME, text)


def told(what):
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def sample(crowd, waits, meanwhile, peer, cell, seconds):
    """Look-ups of one server beside one crowd; nothing where the server has no such thing."""
    if peer == "slapd" and (cell in SAME_AS or cell == "query"):
        return
    times, had = crowd.measure(peer, cell, seconds)
    waits.setdefault((peer, cell), []).extend(times)
    meanwhile[peer, cell] = had
    figures = ", ".join(f"{name} {value:.2f}" for name, value in slowest(times).items())
    told(f"look-ups of {peer}, {CROWDS[cell]}: {figures} ms; {had}")


def slowest(times):
    """The 99th and 99.9th percentile and the longest."""
    ordered = sorted(times)
    return {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in zip(BARS, (0.99, 0.999, 1))}


def render(settings, asked, waits, meanwhile, events):
    """The part of the page."""
    users = settings["USERS"]
    parts = [report.machine(settings, COMMAND)]
    if asked:
        parts.append(
            f"{users:,} users, {events:,} events of the audit log; one connection, {settings['SAMPLES']} times each question and "
            f"round at most, {settings['ROUNDS']} in turns, in a random order. Milliseconds.\n"
        )
        parts.append(questions(asked))
    if waits:
        count = sorted(len(times) for times in waits.values())
        parts.append(
            f"Look-ups by a random key on one connection, {PACE:,} a second, {settings['SECONDS_EACH']} s a measurement, "
            f"{settings['ROUNDS']} in turns, {count[0]:,} to {count[-1]:,} look-ups together. Milliseconds.\n"
        )
        parts.append(crowds(waits, meanwhile))
    parts.append(report.bars(aims(asked, waits)))
    if asked:
        parts.append(f"<details><summary>Every question</summary>\n\n{every(asked)}\n</details>\n")
    return "\n".join(parts)


def p50(one):
    return median(one.times)


def p95(one):
    return sorted(one.times)[min(len(one.times) - 1, int(len(one.times) * 0.95))]


def groups(asked):
    """Muster's questions by kind, what is looked for and length, and slapd's beside them."""
    found = {}
    for one in asked:
        if one.peer == "muster":
            detail = one.detail.split()[0] if one.kind != "audit" else one.detail.split()[0] + " page"
            found.setdefault((one.kind, one.what, detail), []).append(one)
    others = {(one.kind, one.what, one.detail): one for one in asked if one.peer == "slapd"}
    return [
        (kind, what, detail, own, others.get((kind.split(",")[0], what, detail)))
        for (kind, what, detail), own in found.items()
    ]


def questions(asked):
    rows = []
    for kind, what, detail, own, other in groups(asked):
        slow = max(own, key=p50)
        row = [kind, what, detail, report.number(min(map(p50, own))), report.number(p50(slow)), report.number(max(map(p95, own)))]
        row.append(report.number(max(one.first for one in own)))
        row += [report.number(p50(other)), report.number(p95(other))] if other else ["–", "–"]
        rows.append([*row, report.number(p50(slow) / p50(other), 2) if other else "–"])
    head = ["", "hits", "page", "p50, quickest order", "p50, slowest order", "p95", "first time", "slapd p50", "p95", "of slapd"]
    return report.table(head, rows)


def crowds(waits, meanwhile):
    rows = []
    for cell, title in CROWDS.items():
        row = [title]
        for peer in ("muster", "slapd"):
            times = waits.get((peer, SAME_AS.get(cell, cell) if peer == "slapd" else cell))
            row += [report.number(value) for value in slowest(times).values()] if times else ["–"] * 3
        had = "; ".join(f"{peer.replace('muster', 'Muster')}: {meanwhile[peer, cell]}" for peer in ("muster", "slapd") if meanwhile.get((peer, cell)))
        if len(row) > 1 and (row[1] != "–" or row[4] != "–"):
            rows.append([*row, had or "–"])
    head = ["meanwhile", *(f"{peer} {name}" for peer in ("Muster", "slapd") for name in BARS), "what they had in the last round"]
    return report.table(head, rows)


def aims(asked, waits):
    """What the figures have to be: title, bar, aim, value, whether less is better."""
    rows = []
    for kind, bar, aim in (("prefix", 5, 1), ("substring", 20, 5), ("audit", 10, 2)):
        own = [one for one in asked if one.peer == "muster" and one.kind.split(",")[0] == kind]
        if own:
            rows.append((f"{kind}: p50 of the slowest question, ms", bar, aim, max(map(p50, own)), True))
        ratios = [max(map(p50, mine)) / p50(other) for name, *_, mine, other in groups(asked) if other and name.startswith(kind)]
        if ratios and kind == "prefix":
            rows.append((f"{kind}: of slapd's indexed search with the same size limit, the worst of {len(ratios)}", 0.5, 0.5, max(ratios), True))
    own = {cell: slowest(times) for (peer, cell), times in waits.items() if peer == "muster"}
    others = {cell: slowest(times) for (peer, cell), times in waits.items() if peer == "slapd"}
    for name, (bar, aim) in BARS.items():
        alone = [figures[name] for cell, figures in own.items() if cell not in ("nobody", "all")]
        if alone:
            rows.append((f"look-ups beside each crowd alone, the worst {name}, ms", bar, aim, max(alone), True))
        if "all" in own:
            rows.append((f"look-ups beside all at once, {name}, ms", bar, aim, own["all"][name], True))
        pairs = [(figures[name], others[SAME_AS.get(cell, cell)][name]) for cell, figures in own.items() if SAME_AS.get(cell, cell) in others]
        if pairs:
            rows.append((f"look-ups, {name}, of slapd's, the worst crowd", 1, 1, max(one / other for one, other in pairs), True))
    return rows


def every(asked):
    rows = [
        [one.peer, one.kind, one.what, one.detail, one.count, len(one.times), *map(report.number, (p50(one), p95(one), max(one.times)))]
        for one in asked
    ]
    return report.table(["server", "", "hits", "page", "answered with", "times", "p50", "p95", "longest"], rows)
