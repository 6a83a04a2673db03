#!/usr/bin/env python3
"""Lets several servers and their database fail in every way, and fails at the first promise that did not hold.

Usage: cluster.py [--times N] [scene ...]
"""

import argparse
import signal
import sys
import time

from promotions import patroni, two_primaries
from scenes import failover, hang, restart, standby
from troubles import full, links, slots, strangers

SCENES = {
    scene.__name__: scene for scene in (failover, standby, restart, hang, links, slots, full, strangers, two_primaries, patroni)
}


def main():
    parser = argparse.ArgumentParser(description="Lets a cluster on this machine fail.")
    parser.add_argument("--times", type=int, default=1, help="how often each thing happens in a row")
    parser.add_argument("scenes", nargs="*", metavar="scene", help=", ".join(SCENES))
    options = parser.parse_args()
    # Also what is no child of this one goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("cluster: stopped"))
    names = options.scenes or list(SCENES)
    if unknown := set(names) - set(SCENES):
        parser.error(f"no scene {', '.join(sorted(unknown))}; there are: {', '.join(SCENES)}")
    for name in names:
        begin = time.monotonic()
        said = SCENES[name](options.times)
        print(f"{name}, {time.monotonic() - begin:.0f} s: {said}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
