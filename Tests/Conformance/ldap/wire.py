"""Messages of LDAP as bytes, for what no library of LDAP would send."""

import socket

from muster import PASSWORD
from tree import PEOPLE, SUFFIX

START_TLS = b"1.3.6.1.4.1.1466.20037"
WHO_AM_I = b"1.3.6.1.4.1.4203.1.11.3"


def element(tag, content):
    count = len(content)
    digits = b"" if count < 128 else count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([0x80 | len(digits)]) + digits if digits else bytes([count])) + content


def octets(text, tag=0x04):
    return element(tag, text.encode() if isinstance(text, str) else text)


def number(value, tag=0x02):
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def message(identifier, operation):
    return element(0x30, number(identifier) + operation)


def bind(identifier, name="svc@example.com", password=PASSWORD):
    return message(identifier, element(0x60, number(3) + octets(f"uid={name},{PEOPLE}") + octets(password, 0x80)))


def search(identifier, condition=None, attributes=(), base=SUFFIX, scope=2):
    """A search of the whole tree; everything if no filter is given."""
    fixed = octets(base) + number(scope, 0x0A) + number(0, 0x0A) + number(0) + number(0) + element(0x01, b"\0")
    wanted = element(0x30, b"".join(octets(name) for name in attributes))
    return message(identifier, element(0x63, fixed + (condition or octets("objectClass", 0x87)) + wanted))


def extended(identifier, name):
    return message(identifier, element(0x77, octets(name, 0x80)))


def abandon(identifier, other):
    return message(identifier, number(other, 0x50))


UNBIND = element(0x42, b"")


class Answer:
    """A message from the server."""

    def __init__(self, data):
        count, self.id = data[1], int.from_bytes(data[2 : 2 + data[1]], "big")
        self.operation = data[2 + count]
        start, length = Stream.head(data[2 + count :])
        body = Stream.content(data[2 + count :])
        # What stands after it are controls.
        self.controls = data[2 + count + start + length :]
        # Of what ends an operation: a result, one byte long.
        self.code = body[2] if self.operation != 0x64 and body[:1] == b"\x0a" else None
        self.body = body

    @property
    def mark(self):
        """Where the next page begins, as the control for pages says it at the very end of the message."""
        value = self.controls[self.controls.index(b"1.2.840.113556.1.4.319") + 22 :]
        # Octets with a sequence of a number and octets.
        pages = Stream.content(Stream.content(value))
        _, count = Stream.head(pages)
        return Stream.content(pages[2 + count :])


class Stream:
    """A connection, message by message."""

    def __init__(self, directory, timeout=60, **how):
        self.socket = socket.create_connection(("127.0.0.1", directory.port), timeout=timeout, **how)
        self.arrived = b""
        # How many bytes are read at a time.
        self.part = 65536

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *messages):
        self.socket.sendall(b"".join(messages))

    @staticmethod
    def head(data):
        """Where the content of an element begins, and how long it is; None if its head has not arrived."""
        if len(data) < 2:
            return None
        if data[1] < 128:
            return 2, data[1]
        size = data[1] & 0x7F
        return (2 + size, int.from_bytes(data[2 : 2 + size], "big")) if len(data) >= 2 + size else None

    @staticmethod
    def content(data):
        start, count = Stream.head(data)
        return data[start : start + count]

    def answer(self):
        """The next message; None at the end."""
        while (head := self.head(self.arrived)) is None or len(self.arrived) < sum(head):
            part = self.socket.recv(self.part)
            if not part:
                return None
            self.arrived += part
        start, count = head
        data, self.arrived = self.arrived[start : start + count], self.arrived[start + count :]
        return Answer(data)

    def answers(self):
        """All messages until the end."""
        found = []
        while (one := self.answer()) is not None:
            found.append(one)
        return found

    def bound(self):
        self.send(bind(1))
        assert self.answer().code == 0
        return self
