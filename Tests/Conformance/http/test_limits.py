"""What strangers may hold of the server: bodies, heads, answers that nobody reads, imports that do not go on."""

import json
import os
import socket
import struct
import time

import pytest
from answers import assert_error, assert_json, assert_number, assert_record
from wire import SECONDS, Wire, ask, assert_answers, head, lazy

from muster import PASSWORD, Muster, unique_username, until

CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}
STRANGERS_BYTES = 16_384
BODY_BYTES = 1_048_576
# So long that whoever goes on every second does so in time where the machine has much else to do as well.
HASTE_SECONDS = 5
OPEN = ("/session", "/activelogic/v1/sessions")
CLOSED = (
    ("POST", "/users"),
    ("PUT", "/users/2"),
    ("PUT", "/users/2/chpasswd"),
    ("PATCH", "/activelogic/v1/users/2"),
    ("POST", "/activelogic/v1/authenticate"),
    ("POST", "/muster/v1/users/import"),
    ("DELETE", "/session"),
)


# Bodies of strangers


@pytest.mark.parametrize("path", OPEN)
def test_a_strangers_long_body_is_refused_before_it_comes(muster, path):
    with Wire(muster) as wire:
        wire.send(head(muster, "POST", path, keys=False, Content_Length=STRANGERS_BYTES + 1))
        assert_number(answer := wire.answer())
        assert answer.status_code == 413, answer.text


@pytest.mark.parametrize("path", OPEN)
def test_a_strangers_body_in_chunks_is_refused_when_it_is_too_long(muster, path):
    with Wire(muster) as wire:
        wire.send(head(muster, "POST", path, keys=False, Transfer_Encoding="chunked"))
        wire.send(b"4001\r\n" + b" " * (STRANGERS_BYTES + 1))
        assert wire.answer().status_code == 413


def test_a_login_with_much_room_is_taken(muster, user):
    body = json.dumps({"username": user.username, "password": PASSWORD}).encode()
    body += b" " * (STRANGERS_BYTES - len(body))
    assert_json(muster.request("POST", "/session", body=body, keys=None), 200)


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_who_does_not_say_who_is_calling_is_refused_before_the_body(muster, method, path):
    for length in (10, 50_000_000):
        with Wire(muster) as wire:
            wire.send(head(muster, method, path, keys=False, Content_Length=length))
            answer = wire.answer()
            assert answer.status_code == 401, answer.text
            assert "Missing authentication" in answer.text


def test_what_is_missing_is_said_before_what_is_wrong(muster):
    for method, path in CLOSED:
        answer = muster.request(method, path, body=b"{", keys=None)
        assert answer.status_code == 401, (path, answer.text)


def test_bodies_share_a_budget_that_is_given_back():
    settings = CHEAP | {"MUSTER_HTTP_LIMITS_ARRIVAL_BYTES": 4 * BODY_BYTES}
    with Muster(settings) as server:
        user = server.create()
        path = f"/users/{user['id']}"
        length = BODY_BYTES - 1
        wires = [Wire(server) for _ in range(12)]
        for wire in wires:
            wire.send(head(server, "PUT", path, Content_Length=length) + b" " * (length - 1))

        def are_refused():
            found = [wire for wire in wires if wire.has_input(0)]
            # There is room for four at most.
            return len(found) >= len(wires) - 4 and found

        refused = until(are_refused, SECONDS, "refusals")
        for wire in refused:
            answer = wire.answer()
            assert_error(answer, 503)
            assert int(answer.headers["Retry-After"]) > 0
        assert len(refused) < len(wires), "nobody was let in"
        # What is short needs none of it.
        assert_json(server.login(user["username"]), 200)
        assert_record(server.request("PUT", path, json={"name": "Short"}), name="Short")
        for wire in wires:
            wire.socket.close()
        body = b'{"name": "Long"' + b" " * 1_000_000 + b"}"
        until(
            lambda: server.request("PUT", path, body=body).status_code == 200,
            SECONDS,
            "room for a body again",
        )


# What is not HTTP as it should be


def without_host(data, *more):
    lines = b"".join(b"Host: %s\r\n" % host for host in more)
    return data.replace(b"Host: 127.0.0.1\r\n", lines, 1)


@pytest.mark.parametrize("hosts", [(), (b"a", b"a"), (b"a", b"b"), (b"a" * 262,)], ids=lambda hosts: str(len(hosts)))
def test_a_host_that_is_missing_or_too_long_or_there_twice(muster, user, hosts):
    for method, path in (
        ("GET", f"/users/{user.id}"),
        ("GET", f"/activelogic/v1/users/{user.id}"),
        ("GET", "/server/status"),
        ("DELETE", f"/users/{user.id}"),
    ):
        answer = ask(muster, without_host(head(muster, method, path), *hosts))
        assert answer.status_code == 400, (path, answer.text)
        assert_number(answer)
    assert_record(muster.request("GET", f"/users/{user.id}"), id=user.id)


def test_an_old_client_needs_no_host(muster, user):
    data = without_host(head(muster, path=f"/users/{user.id}")).replace(b"HTTP/1.1", b"HTTP/1.0")
    assert_record(ask(muster, data), id=user.id)


@pytest.mark.parametrize(
    "encoding", ["gzip, chunked", "deflate, chunked", "chunked, chunked", "x, chunked"]
)
def test_a_body_that_is_coded_twice(muster, user, encoding):
    data = head(muster, "PUT", f"/users/{user.id}", Transfer_Encoding=encoding)
    with Wire(muster) as wire:
        wire.send(data + b'11\r\n{"name": "Wrong"}\r\n0\r\n\r\n' + head(muster))
        assert wire.answer().status_code == 400
        assert wire.assert_closed() == b"", "the connection ends"
    record = assert_json(muster.request("GET", f"/users/{user.id}"), 200)
    assert record["name"] == user.username


def test_a_protocol_that_is_not_spoken_ends_the_connection(muster):
    fields = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2_Settings": "AAMA"}
    with Wire(muster) as wire:
        wire.send(head(muster, path="/session", **fields))
        answer = wire.answer()
        assert_record(answer, id=muster.admin["id"])
        assert answer.headers["Connection"] == "close"
        assert wire.assert_closed() == b""


def test_more_header_lines_than_are_read(muster):
    for count in (1001, 5000):
        with Wire(muster) as wire:
            wire.send(head(muster, path="/session")[:-2])
            wire.send(b"a:\r\n" * count + b"\r\n")
            answer = wire.answer()
            assert answer.status_code == 431, answer.status_code
            assert_number(answer)
    assert_answers(muster)


def test_a_target_that_is_larger_than_a_header_may_be(muster):
    answer = ask(muster, head(muster, path="/audit-log/v1/events?" + "a&" * 20_000))
    assert answer.status_code == 431


def test_more_filters_than_anybody_needs(muster):
    for count, status in ((20, 200), (21, 400), (1000, 400)):
        query = "&".join(["f=action.eq:user.create"] * count)
        answer = muster.request("GET", f"/audit-log/v1/events?{query}")
        assert answer.status_code == status, answer.text


def test_chunks_with_much_beside_the_body_end_the_connection(muster):
    with Wire(muster) as wire:
        wire.send(head(muster, "POST", "/session", keys=False, Transfer_Encoding="chunked"))
        sent = 0
        while sent < 10_000_000 and wire.send(b"1;" + b"a" * 4096 + b"\r\n \r\n"):
            sent += 4096
            if wire.has_input(0):
                break
        assert sent < 10_000_000
        wire.assert_closed()
    assert_answers(muster)


def test_numbers_of_requests_cannot_be_counted(muster):
    numbers = [
        ask(muster, head(muster, path="/server/status", keys=False)).headers["X-Request-Uuid"]
        for _ in range(20)
    ]
    for first, second in zip(numbers, numbers[1:]):
        assert first[:16] != second[:16] and first[16:] != second[16:]
        assert abs(int(first, 16) - int(second, 16)) > 2**64


def test_who_sends_on_behind_what_is_no_request_holds_no_place_when_it_has_gone(muster):
    def files():
        return len(os.listdir(f"/proc/{muster.process.pid}/fd"))

    until(lambda: muster.request("GET", "/session").status_code == 200, SECONDS, "an answer")
    before = files()
    for line in ("BREW /users HTTP/1.1", "GET /users HTTP/1.1\r\nContent-Length: 5, 5"):
        with Wire(muster) as wire:
            wire.socket.settimeout(1)
            wire.send(f"{line}\r\nHost: 127.0.0.1\r\n\r\n".encode() + b" " * 8_000_000)
            assert wire.answer().status_code == 400
        # It has the time of a whole request otherwise, which is half a minute.
        until(lambda: files() <= before, 20, "a connection that was closed")


# Who does not go on


@pytest.fixture(scope="module")
def hasty():
    """A server that waits for nobody for long."""
    settings = CHEAP | {
        "MUSTER_HTTP_LIMITS_STALL_SECONDS": HASTE_SECONDS,
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": HASTE_SECONDS,
    }
    with Muster(settings) as server:
        yield server


def is_open(server, port):
    """Whether the server still has a connection with this port of ours."""
    wanted = f":{port:04X}"
    with open("/proc/net/tcp") as table:
        for line in table:
            fields = line.split()
            if fields[2].endswith(wanted) and fields[1].endswith(f":{server.port:04X}"):
                # Established, and not merely being closed.
                return fields[3] == "01"
    return False


@pytest.mark.parametrize(
    ("path", "keys", "count"), [("/openapi.yaml", False, 400), ("/users/2", True, 20_000)]
)
def test_answers_that_nobody_reads_do_not_hold_their_place(hasty, path, keys, count):
    with lazy(hasty) as wire:
        port = wire.socket.getsockname()[1]
        data = head(hasty, path=path, keys=keys) * count
        wire.socket.settimeout(1)
        wire.send(data)
        # What lies between the two has to be filled before the server has to wait.
        until(lambda: not is_open(hasty, port), 120, "a connection that was closed")
    assert_answers(hasty)


def test_answers_that_are_read_slowly_are_whole(hasty):
    with lazy(hasty) as wire:
        wire.send(head(hasty, path="/openapi.yaml", keys=False) * 40)
        for number in range(40):
            # All together this is longer than the server waits.
            if number % 7 == 0:
                time.sleep(1)
            assert wire.answer().status_code == 200


def begin_import(server, wire):
    fields = {"Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"}
    wire.send(head(server, "POST", "/muster/v1/users/import?on_error=continue", **fields))


def test_an_import_of_blank_lines_is_dropped(hasty):
    with Wire(hasty) as wire:
        begin_import(hasty, wire)
        begin = time.monotonic()
        while time.monotonic() - begin < SECONDS and wire.send(b"1\r\n\n\r\n"):
            time.sleep(0.3)
        assert time.monotonic() - begin < SECONDS
    assert_answers(hasty)


def test_an_import_that_brings_a_line_now_and_then_is_borne(hasty):
    with Wire(hasty) as wire:
        begin_import(hasty, wire)
        for _ in range(7):
            line = json.dumps({"username": unique_username("slow")}).encode() + b"\n"
            wire.send(b"%X\r\n%s\r\n" % (len(line), line))
            time.sleep(1)
        wire.send(b"0\r\n\r\n")
        answer = wire.answer()
        assert json.loads(answer.text.splitlines()[-1])["created"] == 7


def test_a_change_whose_sender_has_gone_is_made_to_its_end(muster):
    """Whoever hangs up stops what waits, never what is being written."""
    ids = [muster.create()["id"] for _ in range(30)]
    for number, user in enumerate(ids):
        body = json.dumps({"name": f"Gone {number}"}).encode()
        with Wire(muster) as wire:
            wire.send(head(muster, "PUT", f"/users/{user}", Content_Length=len(body)) + body)
            # At its end, or by force.
            if number % 2:
                wire.finish()
                linger = struct.pack("ii", 1, 0)
                time.sleep(0.3)
                wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    for number, user in enumerate(ids):
        until(
            lambda: muster.request("GET", f"/users/{user}").json()["name"] == f"Gone {number}",
            SECONDS,
            "the change of a sender who has gone",
        )
