#!/usr/bin/env python3
"""Draws docs/assets/first-success.svg: what a terminal shows at the first steps with Muster.

The steps are taken for real, at a terminal, on a directory and a server that end with the run. What differs from run
to run (secrets, ids, times, the port) stands in the picture as a fixed text of the same form, so a second run draws the
same bytes.

Usage: first-success.py draw|check, with MUSTER_BINARY or .build/release/muster. `check` fails where the picture in
docs/assets is not what the program says today.
"""

import fcntl
import os
import pty
import re
import select
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from xml.sax.saxutils import escape

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURE = REPOSITORY / "docs/assets/first-success.svg"
SECONDS = 30
COLUMNS = 108

# The steps, and what is typed where a step asks: the administrator's password, as it was shown, or a new one.
INIT = "muster init --data-dir ./muster-data --admin admin@example.com"
SERVE = "muster serve --data-dir ./muster-data 2> muster.log &"
# As many lines of what `init` prints are in the picture; the examples that follow them are not.
INIT_LINES = 6
STEPS = [
    "muster login admin@example.com",
    "muster users add jane@example.com --role standard",
    "muster users list",
    "muster users disable jane@example.com",
    "muster audit list --target jane@example.com",
]
# Of the picture, in its units: a row, a letter's size and width, and what stays free around.
ROW, SIZE, CHARACTER, MARGIN = 18, 13, 7.85, 16
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"
  xml:space="preserve">
<title>First steps with Muster, as a terminal shows them</title>
<style>
rect {{ fill: #f6f8fa; stroke: #d0d7de }}
text {{ fill: #1f2328; font: {size}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }}
.c {{ fill: #0a5ad0; font-weight: bold }}
@media (prefers-color-scheme: dark) {{
rect {{ fill: #161b22; stroke: #3d444d }}
text {{ fill: #e6edf3 }}
.c {{ fill: #79c0ff }}
}}
</style>
<rect x="1" y="1" width="{inner_width}" height="{inner_height}" rx="6"/>
"""
NEW_PASSWORD = "correct horse battery"
QUESTION = re.compile(r"(?:\A|\n)([^\n]*(?:[Pp]assword|The same again)[^\n]*: ?)\Z")


def at_a_terminal(command, environment, folder, answers):
    """Runs one command at a terminal and returns what that showed."""
    master, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", command],
        **{"stdin": follower, "stdout": follower, "stderr": follower},
        env=environment,
        cwd=folder,
        start_new_session=True,
    )
    os.close(follower)
    shown, answers, deadline = "", list(answers), time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline:
            if not select.select([master], [], [], 1)[0]:
                continue
            try:
                shown += os.read(master, 65536).decode()
            except OSError:  # The other side of the terminal is closed.
                break
            shown = shown.replace("\r\n", "\n")
            if answers and QUESTION.search(shown):
                # What is typed before the terminal is silenced would appear.
                while termios.tcgetattr(master)[3] & termios.ECHO and time.monotonic() < deadline:
                    time.sleep(0.002)
                os.write(master, answers.pop(0).encode() + b"\n")
        code = process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()
        os.close(master)
    if code != 0:
        raise SystemExit(f"first-success: {command} ended with {code}:\n{shown}")
    return shown


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_served(port, server):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("first-success: the server did not start")


def session(binary):
    """The commands, each with what it showed."""
    with tempfile.TemporaryDirectory(prefix="muster-picture-") as place:
        folder, port = Path(place), free_port()
        (folder / "bin").mkdir()
        (folder / "bin/muster").symlink_to(binary.resolve())
        environment = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}",
            **{"HOME": place, "TERM": "dumb", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            "MUSTER_HTTP_BIND": f"127.0.0.1:{port}",
            "MUSTER_URL": f"http://127.0.0.1:{port}",
        }
        shown = [(INIT, at_a_terminal(INIT, environment, folder, []))]
        password = re.search(r"^ *password +(\S+)$", shown[0][1], re.M)[1]
        with (folder / "muster.log").open("w") as log:
            server = subprocess.Popen(
                [binary, "serve", "--data-dir", "./muster-data"],
                **{"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log},
                env=environment,
                cwd=folder,
            )
        try:
            until_served(port, server)
            shown.append((SERVE, ""))
            for step in STEPS:
                answers = [password] if step.startswith("muster login") else [NEW_PASSWORD, NEW_PASSWORD]
                shown.append((step, at_a_terminal(step, environment, folder, answers)))
        finally:
            server.terminate()
            server.wait(SECONDS)
        return [(command, fixed(text, password, port)) for command, text in shown]


def lines(steps):
    """The lines of the picture, each with whether it is a command."""
    for command, text in steps:
        printed = text.rstrip("\n").split("\n") if text else []
        if command == INIT:
            printed = [*printed[:INIT_LINES], "", "[...]"]
        yield from [("$ " + command, True), *((line.rstrip(), False) for line in printed), ("", False)]


def drawing(rows):
    """The picture: one line of text a row, monospaced, in the colours of whoever looks at it."""
    rows = list(rows)[:-1]
    width, height = round(COLUMNS * CHARACTER) + 2 * MARGIN, len(rows) * ROW + 2 * MARGIN
    head = HEAD.format(width=width, height=height, size=SIZE, inner_width=width - 2, inner_height=height - 2)
    drawn = []
    for number, (line, is_command) in enumerate(rows):
        if not line:
            continue
        kind, y = ' class="c"' if is_command else "", MARGIN + number * ROW + SIZE
        drawn.append(f'<text x="{MARGIN}" y="{y}"{kind}>{escape(line)}</text>')
    return head + "\n".join(drawn) + "\n</svg>\n"


def fixed(text, password, port):
    """The text with what differs from run to run replaced."""
    text = text.replace(password, "shown-once-and-only-here").replace(f"127.0.0.1:{port}", "127.0.0.1:8834")
    digits = iter(["0123456789abcdef" * 4, "fedcba9876543210" * 4])
    text = re.sub(r"^(  (?:access|secret) key  )[0-9a-f]{64}$", lambda m: m[1] + next(digits), text, flags=re.M)
    text = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "4f1c0e6a-0000-4000-8000-9a7c5e3d0000", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-31T12:00:00Z", text)
    return text


def main(arguments):
    if arguments not in (["draw"], ["check"]):
        raise SystemExit("usage: first-success.py draw|check")
    binary = Path(os.environ.get("MUSTER_BINARY", REPOSITORY / ".build/release/muster"))
    if not binary.exists():
        raise SystemExit(f"first-success: no program at {binary}; run make build, or set MUSTER_BINARY")
    picture = drawing(lines(session(binary)))
    if arguments == ["draw"]:
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_text(picture)
    elif not PICTURE.exists() or PICTURE.read_text() != picture:
        raise SystemExit("first-success: the picture is not what the program says; run: scripts/first-success.py draw")


if __name__ == "__main__":
    main(sys.argv[1:])
