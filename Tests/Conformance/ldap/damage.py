"""Messages that were damaged on their way, drawn by lot, and what a server has to do about each."""

from dataclasses import dataclass

from muster import PASSWORD
from tree import PEOPLE
from wire import START_TLS, UNBIND, WHO_AM_I, abandon, bind, element, extended, message, number, octets, search

# Bytes that begin, end or stretch elements.
TELLING = bytes([0x00, 0x02, 0x04, 0x30, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xA3, 0xFF])
# What operations are answered with, by their tags. An unbind is answered by the end, an abandon by nothing.
ANSWERS = {0x60: 0x61, 0x63: 0x65, 0x66: 0x67, 0x68: 0x69, 0x4A: 0x6B, 0x6C: 0x6D, 0x6E: 0x6F, 0x77: 0x78}
CARL = f"uid=carl,{PEOPLE}"
# The most bytes of a message, whoever sends it.
MOST = 1_048_576
# Asked after a message, to see whether the server goes on. No damage makes this number of those that messages have.
ASKED_ID = 0x7FFFFF00
ASKED = extended(ASKED_ID, WHO_AM_I)


def sound(keys):
    """One message of each kind; `keys` are API keys of svc@example.com, in the place of a password."""
    both = element(0xA0, octets("objectClass", 0x87) + element(0xA3, octets("uid") + octets("carl")))
    parts = element(0xA4, octets("cn") + element(0x30, octets("c", 0x80) + octets("a", 0x81) + octets("l", 0x82)))
    rule = element(0xA9, octets("caseIgnoreMatch", 0x81) + octets("cn", 0x82) + octets("carl", 0x83))
    pages = element(0xA0, element(0x30, octets("1.2.840.113556.1.4.319") + octets(element(0x30, number(2) + octets("")))))
    asked = [search(3, text, ["uid", "+"]) for text in [None, both, element(0xA1, both + parts), element(0xA2, rule)]]
    added = element(0x30, octets("cn") + element(0x31, octets("x") + octets("y")))
    changed = element(0x30, element(0x30, number(2, 0x0A) + added))
    # The present password is another one, which no damage makes right.
    password = element(0x30, octets(CARL, 0x80) + octets("other", 0x81) + octets("new", 0x82))
    return asked + [
        bind(3, password=keys),
        # Guesses at passwords close them, so that it is another person's.
        bind(3, "jane@example.com", PASSWORD),
        message(3, element(0x60, number(3) + octets("") + element(0xA3, octets("PLAIN") + octets("x")))),
        message(3, search(3)[5:] + pages),
        message(3, element(0x6E, octets(CARL) + element(0x30, octets("cn") + octets("carl")))),
        message(3, element(0x66, octets(CARL) + changed)),
        message(3, element(0x68, octets(CARL) + element(0x30, added))),
        message(3, element(0x6C, octets(CARL) + octets("uid=x") + element(0x01, b"\xff"))),
        message(3, octets(CARL, 0x4A)),
        message(3, element(0x77, octets("1.3.6.1.4.1.4203.1.11.1", 0x80) + octets(password, 0x81))),
        message(3, element(0x77, octets("1.3.6.1.1.8", 0x80) + octets(element(0x30, number(2)), 0x81))),
        extended(3, WHO_AM_I),
        extended(3, START_TLS),
        abandon(4, 3),
        message(5, UNBIND),
    ]


def head(data, place):
    """Where the content of an element begins, and where it ends; None if its length has not come, or is none."""
    if place + 1 >= len(data):
        return None
    first = data[place + 1]
    if first < 0x80:
        return place + 2, place + 2 + first
    start = place + 2 + (first & 0x7F)
    if not 0 < first & 0x7F <= 8 or start > len(data):
        return None
    return start, start + int.from_bytes(data[place + 2 : start], "big")


def ways(data, place=0, end=None, around=()):
    """Every element of a message: where it and those around it begin, have their content and end, the outermost first."""
    found = []
    while place < (len(data) if end is None else end):
        start, stop = head(data, place)
        way = (*around, (place, start, stop))
        found.append(way)
        if data[place] & 0x20:
            found += ways(data, start, stop, way)
        place = stop
    return found


def scratched(lot, data):
    """Bytes with one to four damages; none where there were none stay so."""
    data = bytearray(data)
    for _ in range(lot.randint(1, 4)):
        place = int(lot.random() * len(data))
        match int(lot.random() * 6) if data else 3:
            case 0: data[place] = lot.choice(TELLING)
            case 1: data[place] ^= 1 << int(lot.random() * 8)
            case 2: data[place] = int(lot.random() * 256)
            case 3: data.insert(place, lot.choice(TELLING))
            case 4: data[place:] = data[place:] + data[place : place + 8]
            case 5: del data[place]
    return bytes(data)


def damaged(lot, data, all_ways):
    """A message with damages: one in four anywhere, the others within an element, with lengths around it that are right.

    Nearly all that have another length than they say end where messages are told apart.
    """
    if lot.random() < 0.25:
        return scratched(lot, data)
    way = lot.choice(all_ways)
    inner = scratched(lot, data[way[-1][1] : way[-1][2]])
    for depth in range(len(way) - 1, -1, -1):
        place, _, stop = way[depth]
        inner = element(data[place], inner)
        if depth:
            _, start, end = way[depth - 1]
            inner = data[start:place] + inner + data[stop:end]
    return inner


@dataclass(frozen=True)
class Given:
    """What a server is given, and what it has to do about it."""

    data: bytes
    # How many bytes are missing until the last message has all of its own; None if the connection ends before.
    missing: int | None
    # The numbers and tags of the answers, unless the connection ends.
    awaited: tuple
    # Whether TLS may come after it, and so nothing else.
    is_alone: bool


def given(data):
    """Tells messages apart as a server has to."""
    awaited, place = [], 0
    while place < len(data):
        if data[place] != 0x30:
            return Given(data, None, tuple(awaited), False)
        # A length that did not come whole goes on with zeros.
        whole = data + bytes(10)
        if (found := head(whole, place)) is None:
            return Given(data, None, tuple(awaited), False)
        start, end = found
        if end - place > MOST:
            return Given(data, None, tuple(awaited), False)
        # What is missing is made up for with zeros.
        if asked := operation(data + bytes(max(0, end - len(data))), start, end):
            awaited.append(asked)
        place = end
    alone = START_TLS in data and place == len(data)
    return Given(data, place - len(data), tuple(awaited), alone)


def operation(data, start, end):
    """The number of an operation and the tag of its answer; None if a message has none that is answered."""
    if data[start : start + 1] != b"\x02" or not (found := head(data[:end], start)):
        return None
    first, place = found
    if not 1 <= place - first <= 8 or place >= end or data[place] not in ANSWERS:
        return None
    identifier = int.from_bytes(data[first:place], "big", signed=True)
    return (identifier, ANSWERS[data[place]]) if 0 < identifier < 1 << 31 else None
