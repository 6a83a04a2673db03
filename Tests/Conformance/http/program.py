"""Runs of the program itself, for what can be seen only from outside the server."""

import hashlib
import json
import re
import subprocess
import time
from contextlib import contextmanager

from wire import Wire, head

from muster import ADMINISTRATOR, binary, environment, free_port, until  # noqa: F401 - asked for here by tests

SECONDS = 120

# A cheap password hash, for servers whose subject is something else.
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}

# How a line of the log may begin: a date, a JSON object, or key=value.
LOG_LINE = re.compile(r"\s*(\[?\d{4}-\d\d-\d\d|\{|[a-z.]+=)")


def run(*arguments, settings=None, stdin="", program=None, **options):
    """Runs one command to its end."""
    return subprocess.run(
        [program or binary(), *(str(argument) for argument in arguments)],
        env=environment(settings),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        **options,
    )


def init(directory, *arguments, settings=None, stdin=""):
    """Initialises a directory and returns what was printed: the administrator."""
    done = run(
        *("init", "--data-dir", directory, "--admin", ADMINISTRATOR, "--format", "json"),
        *arguments,
        settings=settings,
        stdin=stdin,
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def sentence(done):
    """The one line that a command that failed has for a human; the log's own lines are left out."""
    assert done.returncode > 0, ("no orderly failure", done.returncode, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    lines = [line for line in lines if not LOG_LINE.match(line)]
    assert len(lines) == 1, done.stderr
    for inside in ("Fatal error", "Error Domain", "NIO", "GRDB", "errno", "SQLITE_", ".swift"):
        assert inside not in lines[0], lines[0]
    assert 10 < len(lines[0]) < 400, lines[0]
    return lines[0]


@contextmanager
def serving(directory, *arguments, settings=None, output=subprocess.DEVNULL):
    """A server process that the caller waits for and ends; it is killed if it is still there."""
    process = subprocess.Popen(
        [binary(), "serve", "--data-dir", directory, *(str(argument) for argument in arguments)],
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ends(process, seconds):
    """Waits for a process and returns its exit code and how long that took."""
    begin = time.monotonic()
    return process.wait(seconds), time.monotonic() - begin


def content(directory):
    """What is in the files of a directory; SQLite's index of its log, and a log that is empty, are no content."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
        and not path.name.endswith("-shm")
        and not (path.name.endswith("-wal") and not path.stat().st_size)
    }


class Address:
    """As much of a server as a Wire needs."""

    def __init__(self, port, admin):
        self.port = port
        self.admin = admin
        self.admin_keys = admin["access_key"], admin["secret_key"]

    def is_listening(self):
        try:
            with Wire(self):
                return True
        except OSError:
            return False

    def answers(self):
        """The session of the administrator, once the server is there."""
        until(self.is_listening, SECONDS, f"a server on port {self.port}")
        with Wire(self) as wire:
            wire.send(head(self, path="/session"))
            return wire.answer()


def serve(directory, *arguments, settings=None, **options):
    """Runs a server that is not expected to live."""
    arguments = ("serve", "--data-dir", directory, *arguments)
    return run(*arguments, settings=CHEAP | (settings or {}), **options)
