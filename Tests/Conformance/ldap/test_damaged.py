"""Messages that were damaged on their way: each is answered or ends its connection, and the server is none the worse.

How many is `MUSTER_TEST_MESSAGES`, 4,000 if unset.
"""

import os
import random
import socket
from concurrent.futures import ThreadPoolExecutor

from wire import START_TLS, UNBIND, WHO_AM_I, abandon, bind, element, extended, message, number, octets, search

COUNT = int(os.environ.get("MUSTER_TEST_MESSAGES", "4000"))
CALLERS = 4
# Bytes that begin, end or stretch elements.
TELLING = bytes([0x00, 0x02, 0x04, 0x30, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xA3, 0xFF])


def sound():
    """One message of each kind."""
    both = element(0xA0, octets("objectClass", 0x87) + element(0xA3, octets("uid") + octets("carl")))
    parts = element(0xA4, octets("cn") + element(0x30, octets("c", 0x80) + octets("a", 0x81) + octets("l", 0x82)))
    rule = element(0xA9, octets("caseIgnoreMatch", 0x81) + octets("cn", 0x82) + octets("carl", 0x83))
    pages = element(0xA0, element(0x30, octets("1.2.840.113556.1.4.319") + octets(element(0x30, number(2) + octets("")))))
    asked = [search(3, text, ["uid", "+"]) for text in [None, both, element(0xA1, both + parts), element(0xA2, rule)]]
    change = element(0x66, octets("uid=carl") + element(0x30, element(0x30, number(2, 0x0A) + element(0x30, octets("cn") + element(0x31, octets("x"))))))
    return asked + [
        bind(2),
        message(3, element(0x60, number(3) + octets("") + element(0xA3, octets("PLAIN") + octets("x")))),
        message(3, search(3)[5:] + pages),
        message(3, element(0x6E, octets("uid=carl") + element(0x30, octets("cn") + octets("carl")))),
        message(3, change),
        message(3, element(0x6C, octets("uid=carl") + octets("uid=x") + element(0x01, b"\xff"))),
        message(3, octets("uid=carl", 0x4A)),
        extended(3, WHO_AM_I),
        extended(3, START_TLS),
        abandon(4, 3),
        message(5, UNBIND),
    ]


def damaged(lot, data):
    data = bytearray(data)
    for _ in range(lot.randint(1, 4)):
        place = lot.randrange(len(data))
        match lot.randrange(6):
            case 0: data[place] = lot.choice(TELLING)
            case 1: data[place] ^= 1 << lot.randrange(8)
            case 2: data[place] = lot.randrange(256)
            case 3: data.insert(place, lot.choice(TELLING))
            case 4: data[place:] = data[place:] + data[place : place + 8]
            case 5 if len(data) > 2: del data[place]
    return bytes(data)


def send(directory, data):
    """Sends some bytes and no more, and waits for the end of the connection."""
    with socket.create_connection(("127.0.0.1", directory.port), timeout=30) as stream:
        try:
            stream.sendall(data)
            stream.shutdown(socket.SHUT_WR)
            while stream.recv(65536):
                pass
        except (ConnectionError, BrokenPipeError):
            pass


def test_what_is_damaged_harms_nobody_and_holds_no_memory(directory):
    whole = sound()
    known = len(directory.muster.log())

    def call(seed):
        lot = random.Random(seed)
        for _ in range(COUNT // CALLERS // 4):
            send(directory, (bind(1) if lot.randrange(2) else b"") + damaged(lot, lot.choice(whole)))

    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(call, range(CALLERS)))
        before = directory.resident
        list(callers.map(call, range(CALLERS, 4 * CALLERS)))
    assert directory.resident < before + 32 * 1024
    assert directory.search("(uid=carl)", "1.1").code == 0
    assert "level=critical" not in directory.muster.log()[known:]
