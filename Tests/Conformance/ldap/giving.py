"""Callers that give a server damaged messages, each on a connection that lasts as long as the server goes on, and judge its answers."""

import json
import random
import socket
import struct
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from damage import ASKED, ASKED_ID, damaged, given, head, sound, ways
from muster import PASSWORD
from tree import PEOPLE
from wire import UNBIND, bind, message

# How long a server may take to answer or to end a connection, on a machine that has very much else to do.
PATIENCE = 60
# How many messages a connection has at most, and how many bytes the answers to one.
MESSAGES = 64
ANSWERED = 1 << 20
DISCONNECTED = b"1.3.6.1.4.1.1466.20036"
CHANGED = {0x67, 0x69, 0x6B, 0x6D}
KNOWN = CHANGED | {0x61, 0x64, 0x65, 0x6F, 0x73, 0x78, 0x79}


class Finding(Exception):
    """What a server must not do."""


class Ended(Exception):
    """The server has ended the connection, as it may."""


class Caller:
    """One client after the other; every other one binds first. What it sends depends on its number and on the answers alone."""

    def __init__(self, port, keys, number):
        self.port, self.keys, self.number = port, keys, number
        self.lot = random.Random(number)
        self.binds = number % 2 == 1
        self.kinds = [(one, ways(one)) for one in sound(keys)]
        self.socket = None
        # What was sent last, the newest at the end.
        self.sent = deque(maxlen=32)

    def call(self, count, others=None):
        """Gives so many messages; ends early where one of the others has a finding."""
        left = 0
        for _ in range(count):
            if others is not None and others.is_set():
                break
            data = damaged(self.lot, *self.lot.choice(self.kinds))
            way = self.lot.random()
            how = "cut" if way < 0.05 else "left" if way < 0.08 else "whole"
            if how == "cut":
                data = data[: int(self.lot.random() * len(data)) + 1]
            if self.socket is None:
                left = MESSAGES
            self.give(data, how)
            left -= 1
            if not left and self.socket is not None:
                self.give(message(5, UNBIND), "whole")
        self.hang_up()

    def give(self, data, how):
        """Gives one message, on the connection that there is."""
        begins = self.socket is None
        self.sent.append({"begins": begins, "binds": self.binds, "how": how, "data": data.hex()})
        try:
            if begins:
                self.open()
            if how == "left":
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.write(data)
                self.hang_up()
            elif how == "cut":
                self.write(data)
                self.socket.shutdown(socket.SHUT_WR)
                self.await_end()
            else:
                self.ask(given(data))
        except (Ended, ConnectionResetError, BrokenPipeError):
            self.hang_up()

    def hang_up(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def open(self):
        try:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        except OSError as error:
            raise Finding(f"the server takes no connection: {error}") from None
        # Cheaper than a look before each call.
        self.socket.settimeout(None)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self.socket.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", PATIENCE, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.arrived = b""
        # Whoever it may be by now.
        self.names = {b""}
        if not self.binds:
            return
        try:
            self.write(bind(1, password=self.keys))
            if self.answers({(1, 0x61): 1}) != 0:
                raise Finding("a bind with API keys was refused")
        except (Ended, ConnectionError):
            raise Finding("a bind with API keys ended the connection") from None
        self.names.add(b"dn:uid=svc@example.com," + PEOPLE.encode())

    def write(self, data):
        try:
            self.socket.sendall(data)
        except BlockingIOError:
            raise Finding(f"nothing is read for {PATIENCE} s") from None

    def ask(self, one):
        """Gives a message and waits for everything that has to be answered, or the end."""
        if self.keys.encode() in one.data.lower():
            self.names.add(b"dn:uid=svc@example.com," + PEOPLE.encode())
        if PASSWORD.encode() in one.data:
            self.names.add(b"dn:uid=jane@example.com," + PEOPLE.encode())
        awaited = {}
        for asked in one.awaited:
            awaited[asked] = awaited.get(asked, 0) + 1
        if one.is_alone:
            self.write(one.data)
            if not awaited:
                return self.await_end()
            if self.answers(awaited) == 0:
                # What comes now is no TLS.
                self.write(one.data)
                self.socket.shutdown(socket.SHUT_WR)
                self.drain()
            return None
        awaited[ASKED_ID, 0x78] = 1
        self.write(one.data + bytes(one.missing or 0) + ASKED)
        # Where messages cannot be told apart it is the end that is awaited.
        if one.missing is None:
            return self.await_end()
        return self.answers(awaited)

    def await_end(self):
        """Reads until the server has ended the connection."""
        self.answers({None: 1})

    def drain(self):
        while self.receive():
            pass

    def receive(self):
        try:
            return self.socket.recv(65536)
        except BlockingIOError:
            raise Finding(f"neither an answer nor an end within {PATIENCE} s") from None

    def answers(self, awaited):
        """Reads until everything was answered that is awaited, each once; the code of the last one."""
        code, most = None, ANSWERED
        while awaited:
            while (found := head(self.arrived, 0)) is None or found[1] > len(self.arrived):
                part = self.receive()
                if not part:
                    self.hang_up()
                    raise Ended
                most -= len(part)
                if most < 0:
                    raise Finding("an answer does not end")
                self.arrived += part
            data, self.arrived = self.arrived[: found[1]], self.arrived[found[1] :]
            identifier, tag, code = self.judge(data, found[0])
            # Entries come before what ends a search.
            if tag in (0x64, 0x73, 0x79):
                continue
            if awaited.get((identifier, tag)):
                awaited[identifier, tag] -= 1
                if not awaited[identifier, tag]:
                    del awaited[identifier, tag]
            elif None not in awaited:
                raise Finding(f"an answer that nobody awaits: {data.hex()}")
        return code

    def judge(self, data, start):
        """The number, tag and code of an answer, which must be one that may be given."""
        try:
            first, place = head(data, start)
            tag = data[place]
            begin, end = head(data, place)
            if data[0] != 0x30 or data[start] != 0x02 or tag not in KNOWN or end > len(data):
                raise ValueError
            code = None if tag == 0x64 else data[begin + 2]
        except (TypeError, ValueError, IndexError):
            raise Finding(f"an answer that is none: {data.hex()}") from None
        identifier = int.from_bytes(data[first:place], "big")
        if identifier == 0:
            self.judge_end(data, code)
        if tag in CHANGED and code == 0:
            raise Finding(f"something was changed: {data.hex()}")
        if tag == 0x64 and self.names == {b""}:
            name_start, name_end = head(data, begin)
            if data[name_start:name_end].lower() not in (b"", b"cn=subschema"):
                raise Finding(f"an entry for nobody: {data.hex()}")
        if identifier == ASKED_ID:
            name = data[data.rindex(b"\x8b") + 2 : end] if b"\x8b" in data[begin:end] else None
            if code != 0 or name not in self.names:
                raise Finding(f"whoever is asked is {name}, not one of {self.names}: {data.hex()}")
        return identifier, tag, code

    def judge_end(self, data, code):
        """Judges the word before the end: for a message that cannot be read, and for nothing else."""
        if DISCONNECTED not in data or code != 2:
            raise Finding(f"the connection was ended for another reason: {data!r}")
        while self.receive():
            pass
        self.hang_up()
        raise Ended


def call(port, keys, numbers, count, file):
    """Lets callers of some numbers give so many messages each, at once; where there is a finding, what was sent last is in a file."""
    callers = [Caller(port, keys, number) for number in numbers]
    stop = threading.Event()

    def run(caller):
        try:
            caller.call(count, stop)
        except Exception as error:
            stop.set()
            caller.sent.append({"finding": f"{type(error).__name__}: {error}"})
            raise
        finally:
            caller.hang_up()

    with ThreadPoolExecutor(len(callers)) as threads:
        runs = [threads.submit(run, caller) for caller in callers]
    failures = [error for one in runs if (error := one.exception())]
    if failures:
        with open(file, "w") as kept:
            for caller in callers:
                for one in caller.sent:
                    kept.write(json.dumps({"caller": caller.number} | one) + "\n")
        raise failures[0]


def replay(port, keys, lines):
    """Gives what is in such a file once more, one message after the other."""
    callers = {}
    for line in lines:
        one = json.loads(line)
        if "data" not in one:
            continue
        caller = callers.setdefault(one["caller"], Caller(port, keys, one["caller"]))
        if one["begins"]:
            caller.hang_up()
        caller.give(bytes.fromhex(one["data"]), one["how"])
        # A server that has ended of it takes no connection.
        Caller(port, keys, 0).give(b"", "whole")
