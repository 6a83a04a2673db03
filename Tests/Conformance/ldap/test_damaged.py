"""Messages that were damaged on their way: each is answered or ends its connection, and the server is none the worse.

How many is `MUSTER_TEST_MESSAGES`, 4,000 if unset. Where there is a finding, what was sent last is in .build/damaged, and
`MUSTER_TEST_REPLAY=FILE` gives that alone, one message after the other.
"""

import os
import shutil
import socket
import struct
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from conftest import serving
from damage import ASKED_ID, given
from giving import DISCONNECTED, Caller, Finding, call, replay
from muster import REPOSITORY, until
from tree import PEOPLE
from wire import element, message, number, octets

COUNT = int(os.environ.get("MUSTER_TEST_MESSAGES", "4000"))
REPLAY = os.environ.get("MUSTER_TEST_REPLAY")
# How many processes there are, and callers in each.
PROCESSES, CALLERS = 2, 8
KEPT = REPOSITORY / ".build/damaged"


def keys(directory):
    """API keys of the service, with which it binds without a hash."""
    answer = directory.muster.request("PUT", "/muster/v1/users/svc@example.com/keys")
    assert answer.status_code == 200, answer.text
    return ":".join(answer.json()[name] for name in ("access_key", "secret_key"))


def open_files(directory):
    return len(list(Path(f"/proc/{directory.muster.process.pid}/fd").iterdir()))


@pytest.fixture
def directory(tmp_path):
    """A server that takes changes, so that they are read, and are refused to whoever may only read."""
    with serving(tmp_path, {"MUSTER_LDAP_WRITES": "on"}) as found:
        yield found


def everything(directory, service):
    """All entries; with keys, since damaged passwords are guesses, which close passwords."""
    return directory.search("(objectClass=*)", "*", password=service).entries


def result(tag, code, identifier=3, more=b""):
    return message(identifier, element(tag, number(code, 0x0A) + octets("") + octets("") + more))


GOES_ON = result(0x78, 0, ASKED_ID, octets("", 0x8B))
WRONG = {
    "a change that was made": result(0x67, 0) + GOES_ON,
    "a change that is answered twice": result(0x67, 50) * 2 + GOES_ON,
    "an answer to another number": result(0x67, 50, 4) + GOES_ON,
    "an answer of another kind": result(0x69, 50) + GOES_ON,
    "an entry for nobody": message(3, element(0x64, octets(f"uid=carl,{PEOPLE}") + element(0x30, b""))),
    "somebody who has shown nothing": result(0x67, 50) + result(0x78, 0, ASKED_ID, octets(f"dn:uid=svc@example.com,{PEOPLE}", 0x8B)),
    "an end for another reason": result(0x78, 52, 0, octets(DISCONNECTED, 0x8A)),
    "no message": b"\x30\x03\x02\x01\x03",
}


@pytest.mark.parametrize("answer", [*WRONG, "nothing"])
def test_what_no_server_may_say_is_found(answer):
    caller = Caller(1, ":".join(["0" * 64] * 2), 0)
    caller.arrived, caller.names = b"", {b""}
    change = message(3, element(0x66, octets("uid=carl") + element(0x30, b"")))
    assert given(change).awaited == ((3, 0x67),)
    caller.socket, server = socket.socketpair()
    with server:
        caller.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100_000))
        # What may be said is taken.
        server.sendall(result(0x67, 50) + GOES_ON)
        assert caller.give(change, "whole") is None and caller.socket
        server.sendall(WRONG.get(answer, b""))
        with pytest.raises(Finding):
            caller.give(change, "whole")
    caller.hang_up()


def test_what_is_damaged_harms_nobody_and_holds_no_memory(directory):
    service = keys(directory)
    known, files = len(directory.muster.log()), open_files(directory)
    entries = everything(directory, service)
    assert entries
    if REPLAY:
        replay(directory.port, service, Path(REPLAY).read_text().splitlines())
        return
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)

    with ProcessPoolExecutor(PROCESSES) as processes:

        def give(first, count):
            """Lets new callers give so many messages."""
            each = -(-count // (PROCESSES * CALLERS))
            numbers = [range(first + one, first + PROCESSES * CALLERS, PROCESSES) for one in range(PROCESSES)]
            runs = [
                processes.submit(call, directory.port, service, some, each, KEPT / f"{some[0]}.jsonl") for some in numbers
            ]
            for run in runs:
                run.result()

        give(0, COUNT // 4)
        before = directory.resident
        give(PROCESSES * CALLERS, COUNT - COUNT // 4)
    until(lambda: directory.resident < before + 32 * 1024, 120, "the memory that the server had")
    until(lambda: open_files(directory) <= files + 8, 120, "the connections at their end")
    assert everything(directory, service) == entries
    assert "level=critical" not in directory.muster.log()[known:]
