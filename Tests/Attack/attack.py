#!/usr/bin/env python3
"""Attacks Muster's own guards and fails at the first finding. Loopback only, bounded in count and time.

Usage: attack.py [--seed N] [--seconds N] [--minutes N] [attack ...]
Each attack has a server of its own. What is sent follows from the seed, which is printed; what the clock and the
scheduler do does not. With --minutes they are made again and again, with the next seed each time.
"""

import argparse
import resource
import secrets
import sys
import time

from codes import codes
from floods import flood
from fuzz import fuzz
from held import descriptors, unfinished, unread
from logs import logs
from rights import rights
from server import Finding
from texts import texts

ATTACKS = {attack.__name__: attack for attack in (fuzz, flood, unfinished, unread, descriptors, logs, rights, codes, texts)}


def attacked(name, seed, seconds):
    """Makes one attack; returns whether the server has held."""
    begin = time.monotonic()
    try:
        said = ATTACKS[name](seed, seconds)
    except Finding as finding:
        print(f"attack: {name}, seed {seed}: {finding}", file=sys.stderr, flush=True)
        return False
    print(f"{name}, {time.monotonic() - begin:.0f} s: {said}", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description="Attacks a server of its own on this machine.")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=10, help="how long each attack takes, about")
    parser.add_argument("--minutes", type=float, default=0, help="how long they are repeated; 0 for once")
    parser.add_argument("attacks", nargs="*", metavar="attack", help=", ".join(ATTACKS))
    options = parser.parse_args()
    names = options.attacks or list(ATTACKS)
    if unknown := set(names) - set(ATTACKS):
        parser.error(f"no attack {', '.join(sorted(unknown))}; there are: {', '.join(ATTACKS)}")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    seed = secrets.randbelow(10**9) if options.seed is None else options.seed
    end = time.monotonic() + options.minutes * 60
    begin, count = time.monotonic(), 0
    print(f"seed {seed}", flush=True)
    while True:
        for name in names:
            if not attacked(name, seed + count // len(names), options.seconds):
                return 1
            count += 1
            if options.minutes and time.monotonic() > end:
                break
        if time.monotonic() >= end:
            break
    print(f"attacks: {count} held in {(time.monotonic() - begin) / 60:.1f} minutes, none found anything, seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
