#!/usr/bin/env python3
"""Runs a build, shows in one line how far it is, and says at its end what went wrong, if anything did.

Usage: progress.py LOG COMMAND...

Everything that the command says goes into LOG; a terminal sees a line that moves, others one line in ten hundredths."""

import re
import subprocess
import sys
import time

STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")
# A compiler's own, `file:line:column: error:`, and what SwiftPM and linkers say without a place.
ERROR = re.compile(r"(^|: )(fatal )?error: ")
SHOWN_BEHIND = 6


def main():
    if len(sys.argv) < 3:
        sys.exit("Usage: progress.py LOG COMMAND...")
    begin, told, line_is_open = time.monotonic(), -1, False
    is_terminal = sys.stdout.isatty()
    lines = []
    with open(sys.argv[1], "w", encoding="utf-8") as log:
        build = subprocess.Popen(
            sys.argv[2:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        for line in build.stdout:
            log.write(line)
            log.flush()
            lines.append(line.rstrip("\n"))
            step = STEP.match(line)
            if not step:
                continue
            done, count, what = int(step[1]), max(1, int(step[2])), step[3]
            if is_terminal:
                print(f"\r\033[K[{done}/{count}] {what[:60]}", end="", flush=True)
                line_is_open = True
            elif 10 * done // count > told:
                told = 10 * done // count
                print(f"build: {done} of {count}", flush=True)
        code = build.wait()
    if line_is_open:
        print("\r\033[K", end="")
    if code != 0:
        behind = 0
        for line in lines:
            behind = SHOWN_BEHIND if ERROR.search(line) else behind - 1
            if behind > 0:
                print(line, file=sys.stderr)
        print(f"build: failed; {sys.argv[1]} has all of it", file=sys.stderr)
        sys.exit(code if code > 0 else 1)
    print(f"build: done in {time.monotonic() - begin:.0f} s")


main()
