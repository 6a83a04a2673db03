"""Many connections that each send one request after the other, as fast as they are answered."""

import random
import selectors
import socket
import time

from answers import Answers, Reader
from server import Finding

# A whole request without an answer for so long is a finding.
PATIENCE = 20
MOST_CONNECTIONS = 100_000


class Member:
    """One connection of a crowd."""

    def __init__(self, number):
        self.number = number
        self.socket = None
        self.reader = None
        self.request = b""
        self.sent = 0
        self.is_whole = True
        self.since = 0.0


class Crowd:
    """Connections of strangers or callers.

    - request: a function of a random generator and of the connection's number, for what to send next: bytes, or
      (bytes, seconds) for what is no whole request and is given up after that time.
    - sources: from how many addresses of the loopback network they come, 127.0.1.1 and so on; 0 for 127.0.0.1.
    """

    def __init__(self, server, guard, count, request, seed, sources=0, per_connection=50, answers=None):
        self.server, self.guard, self.request = server, guard, request
        self.sources, self.per_connection = sources, per_connection
        self.answers = answers or Answers()
        self.opened = 0
        self.selector = selectors.DefaultSelector()
        self.members = [Member(number) for number in range(count)]
        # Each has a generator of its own, so that what it sends does not depend on who is answered first.
        self.randoms = [random.Random(f"{seed}/{number}") for number in range(count)]

    def run(self, seconds, ends=lambda: False):
        """Goes on for so long, or until `ends` says so."""
        deadline = time.monotonic() + seconds
        try:
            for member in self.members:
                self._open(member)
            while time.monotonic() < deadline and not ends():
                self.guard.check()
                for key, events in self.selector.select(0.05):
                    self._serve(key.data, events)
                self._sweep()
        finally:
            for member in self.members:
                self._close(member)
            self.selector.close()
        return self

    def _open(self, member):
        self._close(member)
        if self.opened >= MOST_CONNECTIONS:
            return
        self.opened += 1
        connection = socket.socket()
        if self.sources:
            address = member.number % self.sources
            connection.bind((f"127.0.{1 + address // 250}.{1 + address % 250}", 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        connection.connect_ex(("127.0.0.1", self.server.port))
        member.socket, member.reader, member.left = connection, Reader(), self.per_connection
        self._next(member)
        self.selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, member)

    def _close(self, member):
        if member.socket is not None:
            try:
                self.selector.unregister(member.socket)
            except (KeyError, ValueError):
                pass
            member.socket.close()
            member.socket = None

    def _next(self, member):
        made = self.request(self.randoms[member.number], member.number)
        member.is_whole = isinstance(made, bytes)
        member.request, member.patience = (made, PATIENCE) if member.is_whole else made
        member.sent, member.since = 0, time.monotonic()
        member.method = member.request[:8].split(b" ", 1)[0]

    def _serve(self, member, events):
        try:
            if events & selectors.EVENT_READ:
                data = member.socket.recv(262_144)
                if not data:
                    return self._open(member)
                for status, head in member.reader.feed(data, member.method):
                    self.answers.judge(status, head, member.request)
                    member.left -= 1
                    if member.left <= 0 or not member.is_whole or member.sent < len(member.request):
                        return self._open(member)
                    self._next(member)
            if member.sent < len(member.request):
                # A view: what is sent in pieces is not copied again and again.
                view = memoryview(member.request)[member.sent : member.sent + 262_144]
                member.sent += member.socket.send(view)
            wanted = selectors.EVENT_READ
            if member.sent < len(member.request):
                wanted |= selectors.EVENT_WRITE
            self.selector.modify(member.socket, wanted, member)
        except BlockingIOError:
            pass
        except OSError:
            self._open(member)

    def _sweep(self):
        now = time.monotonic()
        for member in self.members:
            if member.socket is not None and now - member.since > member.patience:
                if member.is_whole:
                    raise Finding(f"no answer within {member.patience} s to {member.request[:1000]!r}")
                self._open(member)
