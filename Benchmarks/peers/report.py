"""Tables in Markdown, and the page that they are written into."""

import os
import platform
import re
import subprocess
from pathlib import Path
from statistics import median

import plot
from processes import REPOSITORY
from servers import binary

PAGE = REPOSITORY / "docs/benchmarks.md"


def number(value, digits=None):
    """A figure of three digits or more: 12,345 or 84.5 or 0.93."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def verdict(value, bar, aim, *, less_is_better=False):
    """How a figure stands to its bar and its aim, as three cells of a table."""
    sign = -1 if less_is_better else 1
    if value is None:
        return "–", "not measured"
    if sign * value < sign * bar:
        return number(value), f"**bar missed** by {abs(bar - value) / bar:.0%}"
    if sign * value < sign * aim:
        return number(value), f"bar reached; {abs(aim - value) / aim:.0%} from the aim"
    return number(value), "aim reached"


def bars(rows):
    """The table of what is aimed at: rows of title, bar, aim, value and whether less is better."""
    lines = []
    for title, bar, aim, value, less in rows:
        sign = "≤" if less else "≥"
        figures = verdict(value, bar, aim, less_is_better=less)
        lines.append([title, f"{sign} {number(bar)}", f"{sign} {number(aim)}", *figures])
    return table(["what", "bar", "aim", "measured", ""], lines)


def _said(*command):
    """What a program says, of both its outputs; empty if it is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    except OSError:
        return ""
    return done.stdout + done.stderr


def _found(pattern, text):
    match = re.search(pattern, text, re.M)
    return match[1].strip() if match else "?"


def _quoted(value):
    return f"'{value}'" if " " in str(value) else value


def machine(settings, command):
    """What it was measured on, with what, and how to do it again."""
    cpu = _found(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text())
    memory = int(_found(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())) / 2**20
    system = _found(r'^PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    versions = [
        f"Muster {_said(str(binary()), '--version').strip()} ({_said('git', 'rev-parse', '--short', 'HEAD').strip()})",
        f"slapd {_found(r'slapd ([0-9.]+)', _said('slapd', '-VV'))}",
        f"nginx {_found(r'nginx/([0-9.]+)', _said('nginx', '-v'))}",
        f"libsodium {_said('pkg-config', '--modversion', 'libsodium').strip()}",
        f"wrk {_found(r'^wrk [a-z/]*([0-9.]+)', _said('wrk', '-v'))}",
    ]
    spelled = " ".join([*(f"{name}={_quoted(value)}" for name, value in settings.items()), command])
    return (
        f"{os.cpu_count()} processors ({cpu}), {memory:.0f} GiB, {system}, Linux {platform.release()}; "
        f"load generators on the same processors. {', '.join(versions)}. `{spelled}`.\n"
    )


def write(name, text, page=PAGE):
    """Prints a part, and puts it between its two marker lines into the page.

    Environment `PAGE` names another page; empty, it is printed only.
    """
    print(text)
    place = os.environ.get("PAGE", str(page))
    if not place:
        return
    page = Path(place).read_text()
    begin, end = f"<!-- measured: {name} -->\n", f"<!-- end: {name} -->\n"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise SystemExit(f"bench: {place} has no lines {begin.strip()} and {end.strip()}")
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    Path(place).write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}")
    print(f"bench: written into {place}")
    if Path(place).resolve() == PAGE:
        plot.draw()


class Samples:
    """Every measurement of a run, by cell and peer."""

    def __init__(self):
        self.loads = {}
        self.memory = {}

    def add(self, cell, peer, load, memory=None):
        self.loads.setdefault((cell, peer), []).append(load)
        if memory:
            self.memory.setdefault((cell, peer), []).append(memory)

    def rate(self, cell, peer):
        return self._median(cell, peer, lambda load: load.rate)

    def p99(self, cell, peer):
        return self._median(cell, peer, lambda load: load.p99)

    def peak(self, cell, peer):
        kept = self.memory.get((cell, peer))
        return max(peak for _, peak in kept) if kept else None

    def ratio(self, cell, peer, other):
        rate, base = self.rate(cell, peer), self.rate(cell, other)
        return rate / base if rate and base else None

    def _median(self, cell, peer, of):
        loads = self.loads.get((cell, peer))
        return median(map(of, loads)) if loads else None
