"""A PostgreSQL server for a run of tests: `Postgres().database()` is one of its own, with nothing in it.

The server is `Tests/postgres.sh`; it goes away with this process, however that ends.
"""

import atexit
import functools
import itertools
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "postgres.sh"
SECONDS = 120

# What is asked for where an address would have standbys asked.
PRIMARY = (
    "libpq's URI or list of keywords and values, with a target_session_attrs of read-write or primary, or without one: "
    "what a standby says may be of the past"
)


class Postgres:
    """One server, which waits for its disk as one must that keeps a directory."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [SCRIPT, "-c", "fsync=on", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.folder = self.process.stdout.readline().strip()
        assert self.folder, "PostgreSQL did not start"
        self.numbers = itertools.count(1)
        atexit.register(self.stop)

    def stop(self):
        """Ends the server, with all that is in it."""
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(SECONDS)

    def sql(self, text, database="postgres"):
        """Runs statements as the server's owner and returns what they print, without decoration."""
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
            + [f"--host={self.folder}", "--username=postgres", f"--dbname={database}", "--command", text],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def database(self, options=""):
        """Makes a database that the role muster owns, and returns its name."""
        name = f"directory_{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name} OWNER muster {options}")
        return name

    def url(self, database, user="muster"):
        """The address of a database."""
        return f"host={self.folder} user={user} dbname={database}"


@functools.cache
def shared():
    """The server that all directories of a run share."""
    return Postgres()
