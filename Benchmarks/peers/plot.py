"""Pictures of docs/benchmarks.md, drawn from its tables, so that they show what the page says.

Usage: plot.py   draws them again.
"""

import math
import re
from html import escape
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/benchmarks.md"
JUDGED, GROWN = "images/benchmarks.svg", "images/growth.svg"
"""Pictures, from the page's folder: how all figures stand to their bars, and how lists and searches grow with the directory."""

REACHED, BETWEEN, MISSED = "#2e7d32", "#f0a000", "#c62828"
COLOURS = ("#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#ff7f0e", "#8c564b")
WIDTH, ROW, TITLES, NUMBERS = 1000, 18, 480, 130
WIDEST = 16
"""Figures that are further from their bar than so many times end at the edge."""


def tables(text):
    """The tables of a page: the heading above each, and its rows by the names of their columns."""
    heading, head, found = "", None, []
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not line.startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if head is None:
            head = cells
            found.append((heading, head, []))
        elif not all(re.fullmatch(r":?-{3,}:?", cell) for cell in cells):
            found[-1][2].append(dict(zip(head, cells)))
    return found


def figure(text):
    """The number that a cell begins with; None if there is none."""
    match = re.match(r"[≤≥]?\s*([0-9][0-9,]*(?:\.[0-9]+)?)", text or "")
    return float(match[1].replace(",", "")) if match else None


def judged(text):
    """Every figure that has a bar and an aim, by heading: what it is, bar, aim, what was measured."""
    found = {}
    for heading, head, rows in tables(text):
        if not {"what", "bar", "aim"} <= set(head):
            continue
        for row in rows:
            value = next((cell for name in ("measured", "ratio", "Muster") if figure(cell := row.get(name)) is not None), None)
            figures = [figure(row["bar"]), figure(row["aim"]), figure(value)]
            if None not in figures:
                less = row["bar"].startswith("≤") or figures[1] < figures[0]
                found.setdefault(heading, []).append((row["what"].replace("`", ""), *figures, less))
    return found


def colour(bar, aim, value, less):
    sign = -1 if less else 1
    return MISSED if sign * value < sign * bar else BETWEEN if sign * value < sign * aim else REACHED


def text(x, y, words, *, anchor="start", style=""):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" {style}>{escape(words)}</text>'


def framed(height, parts):
    """A picture on white, whatever is behind it."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{height}" fill="white"/>', *parts, "</svg>"]) + "\n"


def short(value):
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def of_bars(found):
    """The picture of all figures beside their bars: to the right what is better, on a scale of factors."""
    begin, end = TITLES, WIDTH - NUMBERS
    middle = (begin + end) / 2

    def place(ratio):
        share = math.log(min(max(ratio, 1 / WIDEST), WIDEST)) / math.log(WIDEST)
        return middle + share * (end - begin) / 2

    parts, y = [], 22
    for at, (name, paint) in enumerate((("aim reached", REACHED), ("bar reached", BETWEEN), ("bar missed", MISSED))):
        parts.append(f'<rect x="{10 + 130 * at}" y="{y - 10}" width="12" height="12" fill="{paint}"/>' + text(28 + 130 * at, y, name))
    parts.append(text(400, y, "◇ the aim"))
    parts.append(text(middle, y, "the bar", anchor="middle") + text(end, y, f"{WIDEST} times better", anchor="end"))
    top = y + 8
    for heading, rows in found.items():
        y += ROW + 6
        parts.append(text(10, y, heading, style='font-weight="bold"'))
        for what, bar, aim, value, less in rows:
            y += ROW
            # What less is better of stands as many times below its bar as others stand above it.
            ratio, wanted = (bar / max(value, 1e-9), bar / max(aim, 1e-9)) if less else (value / bar, aim / bar)
            x, aimed = place(ratio), place(wanted)
            left, width = min(x, middle), max(abs(x - middle), 2)
            parts.append(text(20, y, what if len(what) <= 78 else what[:77] + "…"))
            parts.append(f'<rect x="{left:.1f}" y="{y - 10}" width="{width:.1f}" height="12" fill="{colour(bar, aim, value, less)}"/>')
            parts.append(text(aimed, y + 1, "◇", anchor="middle"))
            parts.append(text(WIDTH - 8, y, f"{short(value)}  ({'≤' if less else '≥'} {short(bar)})", anchor="end"))
    parts.append(f'<line x1="{middle:.0f}" y1="{top}" x2="{middle:.0f}" y2="{y + 6}" stroke="black"/>')
    return framed(y + 16, parts)


def grown(text):
    """Milliseconds of each list and search at each size; none if the page has no such table yet."""
    for _, head, rows in tables(text):
        sizes = [name for name in head if re.fullmatch(r"[0-9,]+ users", name)]
        if head[0] == "p50, ms" and len(sizes) > 1:
            numbers = [int(name.split()[0].replace(",", "")) for name in sizes]
            return numbers, [(row["p50, ms"], [figure(row[name]) for name in sizes]) for row in rows]
    return [], []


def of_growth(sizes, lines):
    """The picture of growth, both axes by factors: what grows with the directory rises as its diagonal does."""
    kinds = list(dict.fromkeys(kind(name) for name, _ in lines))
    times = [value for _, values in lines for value in values]
    low, high = 10 ** math.floor(math.log10(max(min(times), 0.01))), 10 ** math.ceil(math.log10(max(*times, 1)))
    left, right, top, bottom = 80, WIDTH - 240, 20, 420

    def across(size):
        return left + (right - left) * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])

    def up(value):
        return bottom - (bottom - top) * math.log(max(value, low) / low) / math.log(high / low)

    parts, tick = [], low
    while tick <= high * 1.01:
        parts.append(f'<line x1="{left}" y1="{up(tick):.1f}" x2="{right}" y2="{up(tick):.1f}" stroke="#ddd"/>')
        parts.append(text(left - 8, up(tick) + 4, f"{tick:g} ms", anchor="end"))
        tick *= 10
    for size in sizes:
        parts.append(text(across(size), bottom + 18, f"{size:,} users", anchor="middle"))
    for name, values in lines:
        points = " ".join(f"{across(size):.1f},{up(value):.1f}" for size, value in zip(sizes, values))
        paint = COLOURS[kinds.index(kind(name)) % len(COLOURS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{paint}" stroke-opacity="0.6"><title>{escape(name)}</title></polyline>')
    for at, name in enumerate(kinds):
        paint = COLOURS[at % len(COLOURS)]
        parts.append(f'<rect x="{right + 20}" y="{top + 20 * at}" width="12" height="12" fill="{paint}"/>' + text(right + 38, top + 10 + 20 * at, name))
    return framed(bottom + 30, parts)


def kind(name):
    return re.split(r" for | of | by |, ", name)[0]


def pictures(text):
    """The pictures of a page, by their names from its folder."""
    drawn = {JUDGED: of_bars(judged(text))}
    sizes, lines = grown(text)
    if lines:
        drawn[GROWN] = of_growth(sizes, lines)
    return drawn


def draw(page=PAGE):
    """Draws the pictures of a page beside it."""
    for name, picture in pictures(page.read_text()).items():
        (page.parent / name).parent.mkdir(exist_ok=True)
        (page.parent / name).write_text(picture)


if __name__ == "__main__":
    draw()
