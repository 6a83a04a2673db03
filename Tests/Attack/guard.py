"""Watches a server while it is attacked: whether it lives, how soon it answers, what memory it takes."""

import subprocess
import sys
import threading
from pathlib import Path

from server import Finding, until

# The bar: no hang over a second.
ANSWER_SECONDS = 1
PEAK_MIB = 400
PAUSE = 0.05


class Guard(threading.Thread):
    """Has the server's health asked for, over and over, on one connection that it had before the attack."""

    def __init__(self, server, memory=PEAK_MIB):
        super().__init__(daemon=True)
        self.server, self.memory = server, memory
        self.slowest, self.peak, self.asked = 0.0, 0.0, 0
        self.finding = None
        self.goes_on = True

    def __enter__(self):
        self.descriptors = self.server.descriptors()
        self.watch = subprocess.Popen(
            [sys.executable, "-B", Path(__file__).with_name("health.py")]
            + [str(given) for given in (self.server.port, self.server.process.pid, PAUSE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._look()
        self.check()
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.goes_on = False
        self.watch.stdin.close()
        self.join(30)
        rest = self.watch.stdout.read()
        self.watch.wait(30)
        # A server that is gone explains every other trouble.
        if kind is not None and issubclass(kind, (OSError, Finding)):
            self.server.assert_alive()
        if kind is None:
            for line in rest.splitlines():
                self._note(self._judge, line)
            self.check()

    def run(self):
        while self.goes_on and self.finding is None:
            self._look()

    def check(self):
        """Raises what was found so far."""
        if self.finding:
            raise self.finding

    def _look(self):
        line = self.watch.stdout.readline()
        self._note(self.server.assert_alive)
        if line:
            self._note(self._judge, line)
        elif self.goes_on:
            self._note(self._miss)
        self._note(self._measure)

    def _note(self, look, *given):
        """Keeps the first thing that is found."""
        try:
            look(*given)
        except Finding as finding:
            self.finding = self.finding or finding

    def _miss(self):
        raise Finding("the watch has ended")

    def _measure(self):
        self.peak = max(self.peak, self.server.memory())
        if self.peak > self.memory:
            raise Finding(f"{self.peak:.0f} MiB of memory, more than {self.memory}")

    def _judge(self, line):
        took, wrong = line.rstrip("\n").split(" ", 1)
        self.asked += 1
        self.slowest = max(self.slowest, float(took))
        if wrong:
            raise Finding(wrong)
        if float(took) > ANSWER_SECONDS:
            raise Finding(f"the health took {float(took):.2f} s")

    def has_recovered(self, seconds=20):
        """Waits until what the attack has opened is closed, and a new connection is answered in time."""
        until(lambda: self.server.descriptors() <= self.descriptors + 8, seconds, "closed connections")
        until(lambda: 0 < self.server.is_ready() < ANSWER_SECONDS, seconds, "an answer on a new connection")
        self.check()

    def __str__(self):
        return f"slowest health {self.slowest * 1000:.0f} ms of {self.asked:,}, peak {self.peak:.0f} MiB"
