"""Very many connections, and clients that vanish."""

import json
import resource
import socket
import struct
import time

import pytest
from answers import assert_record
from program import CHEAP
from raw import name_of, put
from wire import SECONDS, Wire, ask, assert_answers, head

from muster import Muster, until

CONNECTIONS = 10_000


def reset(connection):
    """Closes a connection by RST, as a client that crashes does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_clients_that_vanish(muster, user):
    body = b'{"name": "Vanished"}'
    for data in (
        b"",
        b"GET",
        head(muster),
        head(muster) * 20,
        put(muster, {"id": user.id}, f"Content-Length: {len(body) + 1}") + body,
        head(muster, path="/audit-log/v1/events?limit=10000"),
    ):
        for _ in range(30):
            wire = Wire(muster)
            wire.send(data)
            reset(wire.socket)
    assert name_of(muster, user.record) == user.username
    assert_answers(muster)


@pytest.mark.parametrize("pause", [0, 0.02])
def test_whoever_vanishes_at_once_is_recorded_with_its_address(muster, pause):
    for number in range(100):
        body = json.dumps({"username": f"gone-{pause}-{number}", "permissions": 16}).encode()
        request = head(muster, "POST", "/muster/v1/users", Content_Length=len(body), Content_Type="application/json")
        connection = socket.create_connection(("127.0.0.1", muster.port))
        connection.sendall(request + body)
        reset(connection)
        time.sleep(pause)
    assert_answers(muster)
    answer = ask(muster, head(muster, path="/audit-log/v1/events?limit=10000"))
    assert answer.status_code == 200
    for event in answer.json()["events"]:
        # The first administrator is made by the command line.
        if event["action"] == "user.create" and not event["is_anonymous"]:
            assert "X-Forwarded-For" in {field["key"] for field in event["fields"]}, event


def test_more_connections_than_allowed():
    with Muster(CHEAP | {"MUSTER_HTTP_LIMITS_CONNECTIONS": 50}) as server:
        first = Wire(server)
        first.send(head(server, path="/session"))
        assert_record(first.answer(), id=server.admin["id"])
        wires = [Wire(server) for _ in range(100)]
        # Whoever is in stays in.
        first.send(head(server, path="/session"))
        assert_record(first.answer(), id=server.admin["id"])
        for wire in wires + [first]:
            wire.socket.close()

        def answers():
            try:
                with Wire(server, seconds=5) as wire:
                    return wire.send(head(server, path="/session")) and wire.has_input(5) and wire.answer()
            except (OSError, AssertionError):
                return None

        answer = until(answers, SECONDS, "an answer once there is room again")
        assert_record(answer, id=server.admin["id"])
        assert_answers(server)


@pytest.fixture
def many_files():
    """As many open files as this machine lets us have, for us and for the servers we start."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert hard == resource.RLIM_INFINITY or hard >= CONNECTIONS + 500, (
        f"this test needs {CONNECTIONS + 500} open files, and the hard limit is {hard}"
    )
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ten_thousand_idle_connections(many_files, capsys):
    settings = CHEAP | {
        "MUSTER_HTTP_LIMITS_IDLE_SECONDS": 600,
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": 600,
    }
    idle = []
    slowest = 0.0
    with Muster(settings) as server:
        request = head(server, path="/session")

        def measured():
            begin = time.monotonic()
            assert_answers(server)
            return time.monotonic() - begin

        try:
            while len(idle) < CONNECTIONS:
                wire = Wire(server)
                idle.append(wire)
                # Half of them have had an answer, every tenth is in the middle of a request.
                if len(idle) % 2:
                    wire.send(request)
                    assert wire.answer().status_code == 200
                elif len(idle) % 10 == 0:
                    wire.send(request[:20])
                if len(idle) % 500 == 0:
                    slowest = max(slowest, measured())
            for _ in range(50):
                slowest = max(slowest, measured())
            # They were borne, not thrown out.
            for number in range(0, CONNECTIONS, 100):
                idle[number].send(request)
                assert_record(idle[number].answer(), id=server.admin["id"])
            server.create()
            with capsys.disabled():
                print(f"\n{len(idle)} idle connections: slowest answer {slowest * 1000:.0f} ms")
        finally:
            for wire in idle:
                wire.socket.close()
        assert_answers(server)
