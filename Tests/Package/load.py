#!/usr/bin/env python3
"""Calls a server over a new connection each time, until /run/load-ends is there, and says how many calls failed.

Usage: load.py HOST PORT"""

import http.client
import os
import sys
import threading
import time

END = "/run/load-ends"
counts = {"served": 0, "failed": 0}
slowest = 0.0
lock = threading.Lock()
problems = set()


def call():
    global slowest
    while not os.path.exists(END):
        begin = time.monotonic()
        try:
            connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=30)
            connection.request("GET", "/healthz", headers={"Connection": "close"})
            outcome = "served" if connection.getresponse().status == 200 else "failed"
            connection.close()
        except OSError as problem:
            outcome = "failed"
            problems.add(repr(problem))
        except http.client.HTTPException as problem:
            outcome = "failed"
            problems.add(repr(problem))
        with lock:
            counts[outcome] += 1
            slowest = max(slowest, time.monotonic() - begin)
        # Some hundred calls in a second, for some seconds.
        time.sleep(0.01)


callers = [threading.Thread(target=call) for _ in range(8)]
for caller in callers:
    caller.start()
for caller in callers:
    caller.join()
print(f"load: {counts['served']} calls served, {counts['failed']} failed, slowest {slowest:.2f} s", *sorted(problems))
