"""Watches a server while it is attacked: whether it lives, how soon it answers, what memory it takes."""

import socket
import threading
import time

from server import Finding, until

# The bar: no hang over a second.
ANSWER_SECONDS = 1
PEAK_MIB = 400
PAUSE = 0.05


class Guard(threading.Thread):
    """Asks for the server's health, over and over, on one connection that it had before the attack."""

    def __init__(self, server, memory=PEAK_MIB):
        super().__init__(daemon=True)
        self.server, self.memory = server, memory
        self.slowest, self.peak, self.asked = 0.0, 0.0, 0
        self.finding = None
        self.goes_on = True

    def __enter__(self):
        self.descriptors = self.server.descriptors()
        self.connection = None
        self._look()
        self.check()
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.goes_on = False
        self.join(30)
        if self.connection:
            self.connection.close()
        # A server that is gone explains every other trouble.
        if kind is not None and issubclass(kind, (OSError, Finding)):
            self.server.assert_alive()
        if kind is None:
            self.check()

    def run(self):
        while self.goes_on and self.finding is None:
            self._look()
            time.sleep(PAUSE)

    def check(self):
        """Raises what was found so far."""
        if self.finding:
            raise self.finding

    def _look(self):
        try:
            self.server.assert_alive()
            self._ask()
            self.peak = max(self.peak, self.server.memory())
            if self.peak > self.memory:
                raise Finding(f"{self.peak:.0f} MiB of memory, more than {self.memory}")
        except Finding as finding:
            self.finding = self.finding or finding
        except OSError as error:
            self.finding = self.finding or Finding(f"no answer for the watch: {error!r}")

    def _ask(self):
        begin = time.monotonic()
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=10)
        self.connection.sendall(b"GET /server/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):
            data = self.connection.recv(4096)
            if not data:
                raise Finding(f"the watch's connection was closed after {answer[:200]!r}")
            answer += data
        took = time.monotonic() - begin
        self.asked += 1
        self.slowest = max(self.slowest, took)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise Finding(f"the health is {answer[:200]!r}")
        if took > ANSWER_SECONDS:
            raise Finding(f"the health took {took:.2f} s")

    def has_recovered(self, seconds=20):
        """Waits until what the attack has opened is closed, and a new connection is answered in time."""
        until(lambda: self.server.descriptors() <= self.descriptors + 8, seconds, "closed connections")
        until(lambda: 0 < self.server.is_ready() < ANSWER_SECONDS, seconds, "an answer on a new connection")
        self.check()

    def __str__(self):
        return f"slowest health {self.slowest * 1000:.0f} ms of {self.asked:,}, peak {self.peak:.0f} MiB"
