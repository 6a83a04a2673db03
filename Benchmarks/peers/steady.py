"""Questions that the program steady asks and whose answers it looks at: how they are put into bytes, and what it saw."""

import re
from dataclasses import dataclass
from pathlib import Path

from processes import popen


@dataclass(frozen=True)
class Question:
    """A question in bytes, and what its answer has to be: its status, the CRC-32 of its body (0 for any), and how often a text is in it."""

    text: bytes
    status: int = 200
    check: int = 0
    wanted: bytes = b""
    count: int = 1

    def line(self):
        head = f"{len(self.text)} {self.status} {self.check} {self.count} {len(self.wanted)}\n"
        return head.encode() + self.text + self.wanted


def http(path, keys, body=None):
    """A request with API keys, a POST of JSON lines if it has a body."""
    method = "GET" if body is None else "POST"
    fields = f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n" if body is not None else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-ApiKeys: {keys}\r\n{fields}\r\n"
    return head.encode() + (body or b"")


def element(tag, *contents):
    """An element of BER with a definite length (X.690)."""
    content = b"".join(contents)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def equal(field, text):
    return element(0xA3, element(4, field.encode()), element(4, text.encode()))


def anywhere(text, *, is_beginning):
    """The filter for who is called so: a text at the beginning of a name, an address or a login name, or anywhere in it."""
    piece = element(0x80 if is_beginning else 0x81, text.encode())
    fields = ("uid", "cn", "mail")
    return element(0xA1, *(element(0xA4, element(4, field.encode()), element(0x30, piece)) for field in fields))


def ldap(asked, limit=0):
    """A search for a filter below dc=bench (RFC 4511, section 4.5.1), with a size limit, that shows whole entries."""
    number = limit.to_bytes(limit.bit_length() // 8 + 1)
    search = [element(4, b"dc=bench"), b"\x0a\x01\x02\x0a\x01\x00", element(2, number), b"\x02\x01\x00\x01\x01\x00", asked]
    return element(0x30, b"\x02\x01\x02", element(0x63, *search, element(0x30)))


def elements(data):
    """The elements that stand one after the other: tag, content and the whole of each; what is not there as a whole is left out."""
    at = 0
    while at + 2 <= len(data):
        begin, length = at + 2, data[at + 1]
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(data[at + 2 : begin])
        if begin + length > len(data):
            return
        yield data[at], data[begin : begin + length], data[at : begin + length]
        at = begin + length


def answer(connection, question):
    """Asks an LDAP server: the result code, the entries, each by the first values of its attributes, and all bytes of the answer."""
    connection.sendall(question)
    data, messages = b"", []
    while not messages or messages[-1][0] != 0x65:
        part = connection.recv(65536)
        if not part:
            raise SystemExit("bench: slapd has closed the connection")
        data += part
        messages = [list(elements(content))[1] for _, content, _ in elements(data)]
    entries = []
    for _, entry, _ in messages[:-1]:
        attributes = list(elements(list(elements(entry))[1][1]))
        pairs = [list(elements(content)) for _, content, _ in attributes]
        entries.append({name[1].decode(): next(elements(values[1]))[1].decode() for name, values in pairs})
    return next(elements(messages[-1][1]))[1][0], entries, data


@dataclass
class Seen:
    """What the program saw: whole answers a second, and the bytes of all."""

    rate: float
    bytes: int


def asking(program, protocol, port, connections, seconds, file, pace=0, times=None, first=()):
    """Starts the program; `first` is what lets it go before others."""
    kept = [times] if times else []
    return popen([*first, program, protocol, port, connections, seconds, pace, file, *kept])


def write(file, questions):
    Path(file).write_bytes(b"".join(question.line() for question in questions))
    return file


def seen(generator):
    """Waits for the program; a bad answer ends the benchmark."""
    try:
        output = generator.communicate()[0]
        line = re.search(r"^measured (\S+) \S+ \S+ (\d+)\nread (\d+)$", output, re.M)
        if generator.returncode != 0 or line is None or int(line[2]) > 0:
            raise SystemExit(f"bench: a bad answer: {output.strip()}")
        return Seen(float(line[1]), int(line[3]))
    finally:
        generator.kill()
        generator.wait()


def times(file):
    """Milliseconds of each answer."""
    return [int(line) / 1e6 for line in Path(file).read_text().split()]
