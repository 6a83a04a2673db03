"""Usage: bench.py cluster|side-by-side|growth|lists|encrypted|factors|ldap|instructions|scim|shape|sizes|waiting|watched. Run it by scripts/bench.sh, which says what can be set."""

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import cluster
import directories
import encrypted
import factors
import growth
import instructions
import lists
import scim
import shape
import side_by_side
import sizes
import waiting
import watched

PARTS = {
    "cluster": (
        cluster.measure,
        {"USERS": 10_000, "SECONDS_EACH": 4, "ROUNDS": 3, "PROBES": cluster.PROBES, "FILL": 1_000_000},
    ),
    "side-by-side": (side_by_side.measure, {"USERS": 10_000, "SECONDS_EACH": 4, "ROUNDS": 3}),
    "growth": (growth.measure, {"SIZES": "10000 100000 1000000", "SECONDS_EACH": 4, "ROUNDS": 3}),
    "lists": (lists.measure, {"SIZES": "10000 100000 1000000", "ROUNDS": 15}),
    "encrypted": (encrypted.measure, {"USERS": 10_000, "SECONDS_EACH": 4, "ROUNDS": 3}),
    "factors": (
        factors.measure,
        {
            **{"LOGINS": 500, "SIGN_INS": 1_500, "WRONG": 1_000},
            **{"GUESSES": 5_000, "SOURCES": 2_000, "CROWD_SECONDS": 60, "SECONDS_EACH": 4, "ROUNDS": 3},
        },
    ),
    "ldap": (directories.measure, {"USERS": 10_000, "SECONDS_EACH": 5, "ROUNDS": 5}),
    "instructions": (instructions.measure, {"REQUESTS": 1_000}),
    "scim": (scim.measure, {"USERS": 10_000, "MEMBERS": 50_000, "CHANGES": 200, "SECONDS_EACH": 4, "ROUNDS": 3}),
    "sizes": (sizes.measure, {"USERS": 100_000, "CHANGES": 1_000}),
    "waiting": (
        waiting.measure,
        {
            **{"USERS": 1_000_000, "EVENTS": 0, "FILL_SECONDS": 240},
            **{"SAMPLES": 50, "SECONDS_EACH": 10, "ROUNDS": 2},
        },
    ),
    "watched": (watched.measure, {"USERS": 10_000, "SECONDS_EACH": 4, "ROUNDS": 5}),
    "shape": (shape.measure, {"USERS": 10_000, "SECONDS_EACH": 6}),
}


def end(*_):
    """Makes a signal an exception, which passes through every `finally` and so ends all that was started."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.exit("bench: stopped")


def main():
    measure, defaults = PARTS[sys.argv[1]]
    settings = {name: type(value)(os.environ.get(name) or value) for name, value in defaults.items()}
    if sys.argv[1] == "side-by-side" and os.environ.get("CELLS"):
        settings["CELLS"] = os.environ["CELLS"]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    work = Path(tempfile.mkdtemp(prefix="muster-bench-"))
    work.chmod(0o711)  # nginx's workers are another user
    try:
        measure(work, settings)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
