"""The transport under attack: slow senders, lies about lengths, garbage, and very many connections."""

import json
import resource
import socket
import ssl
import struct
import time

import pytest
import trustme
from answers import NOT_FOUND, assert_body, assert_error, assert_json, assert_number, assert_record
from program import init, serving
from wire import SECONDS, Wire, ask, assert_answers, head

from muster import Muster, until

CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}
REQUEST_SECONDS = 2
BODY_BYTES = 4096

CONNECTIONS = 10_000


@pytest.fixture(scope="module")
def strict():
    """A server with small limits, but for the idle time: nothing else may end a slow request."""
    settings = {
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": REQUEST_SECONDS,
        "MUSTER_HTTP_LIMITS_BODY_BYTES": BODY_BYTES,
    }
    with Muster(CHEAP | settings) as server:
        yield server


def put(server, user, *lines, keys=True):
    """The head of `PUT /users/{id}` with these header lines."""
    fields = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    return head(server, "PUT", f"/users/{user['id']}", keys)[:-2] + fields + b"\r\n"


def name_of(server, user):
    return server.request("GET", f"/users/{user['id']}").json()["name"]


# Slow senders


def drip(wire, begin, piece):
    """Sends `begin`, then `piece` after piece, slowly, until the server has had enough."""
    deadline = time.monotonic() + SECONDS
    wire.send(begin)
    while time.monotonic() < deadline:
        # Waiting for the server's answer is what makes this sender slow.
        if wire.has_input(0.1) or not wire.send(piece):
            return
    raise AssertionError(f"a slow sender is still borne after {SECONDS} s")


SLOW = {
    "blank lines": (b"\r\n", b"\r\n"),
    "a request line": (b"GET /", b"a"),
    "a header line": (b"GET /server/status HTTP/1.1\r\nX-Slow: ", b"a"),
    "header lines": (b"GET /server/status HTTP/1.1\r\n", b"X-Slow: a\r\n"),
    "a body": (b"POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n", b" "),
    "chunks": (
        b"POST /session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\n \r\n",
    ),
}


@pytest.mark.parametrize("what", SLOW)
def test_a_slow_sender_is_dropped(strict, what):
    begin = time.monotonic()
    with Wire(strict) as wire:
        drip(wire, *SLOW[what])
        answer = None if wire.is_reset else wire.answer()
        assert answer is None or answer.status_code in (400, 408), answer.status_code
        wire.assert_closed()
    assert time.monotonic() - begin >= REQUEST_SECONDS - 1
    assert_answers(strict)


@pytest.mark.parametrize("what", SLOW)
def test_a_sender_who_stops_is_dropped(strict, what):
    with Wire(strict) as wire:
        wire.send(SLOW[what][0])
        answer = wire.answer()
        assert answer is None or answer.status_code in (400, 408), answer.status_code
        wire.assert_closed()
    assert_answers(strict)


def test_slow_senders_do_not_slow_others(strict):
    wires = [Wire(strict) for _ in range(300)]
    try:
        for number, wire in enumerate(wires):
            wire.send(list(SLOW.values())[number % len(SLOW)][0])
        begin = time.monotonic()
        for _ in range(10):
            assert_answers(strict)
        assert time.monotonic() - begin < 5
    finally:
        for wire in wires:
            wire.socket.close()


def test_an_authenticated_slow_sender_is_dropped_and_changes_nothing(strict):
    user = strict.create()
    body = b'{"name": "Slow"}'
    with Wire(strict) as wire:
        wire.send(put(strict, user, f"Content-Length: {len(body)}") + body[:-1])
        answer = wire.answer()
        assert answer is None or answer.status_code in (400, 408)
        wire.send(body[-1:])
        wire.assert_closed()
    assert name_of(strict, user) == user["username"]


def test_an_idle_connection_is_closed():
    with Muster(CHEAP | {"MUSTER_HTTP_LIMITS_IDLE_SECONDS": 2}) as server:
        with Wire(server) as silent, Wire(server) as used:
            used.send(head(server, path="/session"))
            assert_record(used.answer(), id=server.admin["id"])
            assert silent.assert_closed() == b""
            assert used.assert_closed() == b""
        assert_answers(server)


def test_a_pause_shorter_than_the_idle_time_is_borne(strict):
    """What ends a slow request does not end a connection between two requests."""
    with Wire(strict) as wire:
        for _ in range(2):
            wire.send(head(strict, path="/session"))
            assert_record(wire.answer(), id=strict.admin["id"])
            assert not wire.has_input(REQUEST_SECONDS + 1), "closed between two requests"


# More than one request on a connection


def test_requests_on_one_connection(muster, user):
    with Wire(muster) as wire:
        for _ in range(100):
            wire.send(head(muster, path=f"/users/{user.id}"))
            assert_record(wire.answer(), id=user.id)
            wire.send(head(muster, path="/users/nope"))
            assert_body(wire.answer(), NOT_FOUND)


def test_pipelined_requests_are_answered_in_order(muster, user):
    wanted = [muster.admin["id"], user.id, 9_000_000_000, user.id] * 25
    data = b"".join(head(muster, path=f"/users/{number}") for number in wanted)
    with Wire(muster) as wire:
        wire.send(data)
        numbers = set()
        for number in wanted:
            answer = wire.answer()
            if number == 9_000_000_000:
                assert_body(answer, NOT_FOUND)
            else:
                assert_record(answer, id=number)
            numbers.add(answer.headers["X-Request-Uuid"])
        assert len(numbers) == len(wanted)


def test_pipelined_requests_with_bodies_are_not_mixed_up(muster, user):
    with Wire(muster) as wire:
        bodies = [f'{{"name": "Name {number}"}}'.encode() for number in range(20)]
        for body in bodies:
            wire.send(put(muster, {"id": user.id}, f"Content-Length: {len(body)}") + body)
        for number in range(20):
            assert_record(wire.answer(), name=f"Name {number}")


def test_each_pipelined_request_proves_itself(muster, user):
    """The keys of one request do not open the door for the next on the same connection."""
    with Wire(muster) as wire:
        wire.send(head(muster, path="/session") + head(muster, path="/session", keys=False))
        assert_record(wire.answer(), id=muster.admin["id"])
        assert wire.answer().status_code == 401


def test_errors_keep_the_connection_in_step(muster):
    with Wire(muster) as wire:
        for method, path, status in (
            ("GET", "/nope", 404),
            ("PATCH", "/users", 405),
            ("POST", "/users", 400),
            ("GET", "/users/nope", 404),
        ):
            wire.send(head(muster, method, path, Content_Length="0"))
            assert_error(wire.answer(), status)
        wire.send(head(muster, path="/session"))
        assert_record(wire.answer(), id=muster.admin["id"])


def test_head_has_no_body_on_the_wire(muster):
    with Wire(muster) as wire:
        wire.send(head(muster, "HEAD", "/users") + head(muster, path="/session"))
        answer = wire.answer(has_body=False)
        assert answer.status_code == 200
        assert_record(wire.answer(), id=muster.admin["id"])


def test_head_of_what_comes_in_pieces_has_no_body_on_the_wire(muster):
    export = "/muster/v1/users/export"
    with Wire(muster) as wire:
        # The first two may be found by the parser together.
        wire.send(head(muster, "HEAD", export) + head(muster, path=export) + head(muster, "HEAD", export))
        for has_body in (False, True, False):
            answer = wire.answer(has_body=has_body)
            assert answer.status_code == 200 and answer.headers["Transfer-Encoding"] == "chunked"
            assert bool(answer.content) == has_body
        wire.send(head(muster, "HEAD", "/users") + head(muster, path="/session"))
        assert wire.answer(has_body=False).headers["Content-Length"] != "0"
        assert_record(wire.answer(), id=muster.admin["id"])
        wire.send(head(muster, "HEAD", export, Connection="close"))
        assert wire.answer(has_body=False).status_code == 200
        assert wire.assert_closed() == b""


def test_connection_close_is_honoured(muster):
    with Wire(muster) as wire:
        wire.send(head(muster, path="/session", Connection="close"))
        assert_record(wire.answer(), id=muster.admin["id"])
        assert wire.assert_closed() == b""


def test_http_1_0(muster):
    with Wire(muster) as wire:
        wire.send(b"GET /server/status HTTP/1.0\r\nHost: x\r\n\r\n")
        assert assert_json(wire.answer(), 200) == {"code": 200, "status": "ready"}
        assert wire.assert_closed() == b""


def test_a_list_that_is_streamed():
    """A list too long to be written at once comes in chunks, and whole to those who know no chunks."""
    with Muster(CHEAP) as server:
        ids = [server.admin["id"]] + [server.create()["id"] for _ in range(1100)]
        with Wire(server) as wire:
            for _ in range(2):
                wire.send(head(server))
                listed = assert_json(wire.answer(), 200)["users"]
                assert [user["id"] for user in listed] == ids
        with Wire(server) as wire:
            wire.send(head(server).replace(b"HTTP/1.1", b"HTTP/1.0"))
            lines, _, body = wire.assert_closed().partition(b"\r\n\r\n")
        assert lines.split(b" ")[1] == b"200"
        assert b"transfer-encoding" not in lines.lower()
        assert [user["id"] for user in json.loads(body)["users"]] == ids


# What is not HTTP

GARBAGE = {
    "zeros": bytes(1000),
    "all bytes": bytes(range(256)) * 10,
    "a line": b"hello\r\n\r\n",
    "a greeting of TLS": bytes.fromhex("16030100c8010000c403033bd2") + bytes(180),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    "HTTP 9.9": b"GET /server/status HTTP/9.9\r\n\r\n",
    "a lower-case version": b"GET /server/status http/1.1\r\n\r\n",
    "a method of small letters": b"get /server/status HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method with blanks": b"GET GET /server/status HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target without slash": b"GET server/status HTTP/1.1\r\nHost: x\r\n\r\n",
    "a raw zero in the target": b"GET /server/\x00status HTTP/1.1\r\nHost: x\r\n\r\n",
    "a raw newline in the target": b"GET /server/\nstatus HTTP/1.1\r\nHost: x\r\n\r\n",
    "no colon": b"GET /server/status HTTP/1.1\r\nHost x\r\n\r\n",
    "an empty header name": b"GET /server/status HTTP/1.1\r\n: x\r\n\r\n",
    "a blank in a header name": b"GET /server/status HTTP/1.1\r\nHo st: x\r\n\r\n",
    "a raw zero in a header": b"GET /server/status HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
    "a bare carriage return": b"GET /server/status HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
    "smtp": b"EHLO example.com\r\n",
    "socks": b"\x05\x01\x00",
    "redis": b"*1\r\n$4\r\nPING\r\n",
    "postgres": bytes.fromhex("0000000804d2162f"),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage(muster, what):
    with Wire(muster) as wire:
        wire.send(GARBAGE[what])
        wire.finish()
        answer = wire.answer()
        # What is HTTP after all gets an answer of the interface: an error, with a number.
        assert answer is None or 400 <= answer.status_code < 500, answer.status_code
        if answer is not None and answer.status_code != 400:
            assert_number(answer)
        wire.assert_closed()
    assert_answers(muster)


def test_garbage_after_a_good_request(muster):
    with Wire(muster) as wire:
        wire.send(head(muster, path="/session") + b"\x00\x01\x02\x03 nonsense\r\n\r\n")
        assert_record(wire.answer(), id=muster.admin["id"])
        answer = wire.answer()
        assert answer is None or answer.status_code == 400
        wire.assert_closed()
    assert_answers(muster)


@pytest.mark.parametrize(
    "request_line", [b"GET /server/status", b"GET /server/status ", b"GET /server/status HTTP/0.9"]
)
def test_http_0_9(muster, request_line):
    with Wire(muster) as wire:
        wire.send(request_line + b"\r\n\r\n")
        wire.finish()
        answer = wire.answer()
        assert answer is None or answer.status_code < 500
        wire.assert_closed()
    assert_answers(muster)


def test_targets_of_other_forms(muster):
    for target in ("http://example.com/server/status", "*", "example.com:443", "//", "/?", "/#"):
        for method in ("GET", "OPTIONS", "CONNECT"):
            data = f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            answer = ask(muster, data)
            assert answer is None or answer.status_code < 500, (method, target, answer.status_code)
    assert_answers(muster)


def test_an_upgrade_is_not_taken(muster):
    for protocol in ("websocket", "h2c", "TLS/1.0"):
        answer = ask(
            muster,
            head(
                muster,
                path="/session",
                Connection="Upgrade, HTTP2-Settings",
                Upgrade=protocol,
                HTTP2_Settings="AAMAAABkAAQAAP__",
                Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
                Sec_WebSocket_Version="13",
            ),
        )
        assert_record(answer, id=muster.admin["id"])


# Lies about the length of a body


def test_a_body_longer_than_it_says(muster, user):
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, "Content-Length: 2") + b'{}{"name": "More"}\r\n\r\n')
        assert_record(wire.answer(), name=user.username)
        answer = wire.answer()
        assert answer is None or answer.status_code == 400
        wire.assert_closed()
    assert name_of(muster, user.record) == user.username


@pytest.mark.parametrize("more", [1, 100, 1_000_000])
def test_a_body_shorter_than_it_says(muster, user, more):
    body = b'{"name": "Short"}'
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, f"Content-Length: {len(body) + more}") + body)
        wire.finish()
        answer = wire.answer()
        assert answer is None or 400 <= answer.status_code < 500, answer.status_code
        wire.assert_closed()
    assert name_of(muster, user.record) == user.username
    assert_answers(muster)


@pytest.mark.parametrize(
    "length",
    ["-1", "+17", "0x11", "17.0", "1e1", "abc", "", " ", "17 17", "17, 18", "17,17,18", "\u00b2"]
    + ["99999999999999999999", "18446744073709551616", "18446744073709551633"],
)
def test_a_length_that_is_none(muster, user, length):
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, f"Content-Length: {length}") + b'{"name": "Wrong"}')
        wire.finish()
        answer = wire.answer()
        assert answer is None or 400 <= answer.status_code < 500, answer.status_code
        wire.assert_closed()
    assert name_of(muster, user.record) == user.username
    assert_answers(muster)


@pytest.mark.parametrize("length", [1_048_577, 2**31, 2**32 + 17, 2**62])
def test_a_length_over_the_limit_is_refused_before_the_body_comes(muster, user, length):
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, f"Content-Length: {length}") + b'{"name": "Wrong"}')
        # The server need not wait for the rest; if it does, it has the end of the input.
        if not wire.has_input(2):
            wire.finish()
        answer = wire.answer()
        assert answer is None or answer.status_code in (400, 413), answer.status_code
    assert name_of(muster, user.record) == user.username
    assert_answers(muster)


def test_two_lengths(muster, user):
    for first, second in (("2", "17"), ("17", "2")):
        lines = (f"Content-Length: {first}", f"Content-Length: {second}")
        with Wire(muster) as wire:
            wire.send(put(muster, {"id": user.id}, *lines) + b'{"name": "Wrong"}')
            wire.finish()
            answer = wire.answer()
            assert answer is None or answer.status_code == 400
            wire.assert_closed()
    assert name_of(muster, user.record) == user.username


@pytest.mark.parametrize("first", ["length", "encoding"])
def test_nothing_is_smuggled_behind_two_ways_to_say_the_length(muster, user, first):
    """A proxy that believes the one must not pass on a second request that we see in the other."""
    hidden = head(muster, "DELETE", f"/users/{user.id}")
    chunked = b"2\r\n{}\r\n0\r\n\r\n" + hidden
    lines = [f"Content-Length: {len(chunked)}", "Transfer-Encoding: chunked"]
    if first == "encoding":
        lines.reverse()
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, *lines) + chunked)
        wire.finish()
        while answer := wire.answer():
            assert answer.status_code < 500
    assert name_of(muster, user.record) == user.username


@pytest.mark.parametrize("encoding", ["xchunked", "identity", "chunked, identity", "x", ""])
def test_an_encoding_that_is_none(muster, user, encoding):
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, f"Transfer-Encoding: {encoding}"))
        wire.send(b'11\r\n{"name": "Wrong"}\r\n0\r\n\r\n')
        wire.finish()
        while answer := wire.answer():
            assert 400 <= answer.status_code < 500, answer.status_code
    assert name_of(muster, user.record) == user.username
    assert_answers(muster)


# Chunks


def chunks(body, size, extension=b""):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%X%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("extension", [b"", b";a=b", b';a="b;c"'])
@pytest.mark.parametrize("trailer", [b"", b"X-Trailer: y\r\n"])
def test_a_body_in_chunks(muster, user, size, extension, trailer):
    data = chunks(b'{"name": "In chunks"}', size, extension) + b"0\r\n" + trailer + b"\r\n"
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, "Transfer-Encoding: chunked") + data)
        assert_record(wire.answer(), name="In chunks")
        wire.send(head(muster, path="/session"))
        assert_record(wire.answer(), id=muster.admin["id"])


@pytest.mark.parametrize(
    "data",
    [
        b"g\r\n%s\r\n0\r\n\r\n",
        b"-11\r\n%s\r\n0\r\n\r\n",
        b"+11\r\n%s\r\n0\r\n\r\n",
        b"0x11\r\n%s\r\n0\r\n\r\n",
        b" \r\n%s\r\n0\r\n\r\n",
        b"\r\n%s\r\n0\r\n\r\n",
        b"FFFFFFFFFFFFFFFFF\r\n%s\r\n0\r\n\r\n",
        b"10000000000000011\r\n%s\r\n0\r\n\r\n",
        b"10\r\n%s\r\n0\r\n\r\n",
        b"12\r\n%s\r\n0\r\n\r\n",
        b"11\r\n%s0\r\n\r\n",
        b"11\r\n%s\r\n",
        b"11\r\n%s\r\n0\r\n",
        b"11\r\n%s",
        b"11\r\n{%.0s",
        b"%.0s",
    ],
    ids=lambda data: repr(data[:24]),
)
def test_chunks_that_are_malformed(muster, user, data):
    body = b'{"name": "Wrong"}'
    assert len(body) == 0x11
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, "Transfer-Encoding: chunked") + data % body)
        wire.finish()
        answer = wire.answer()
        assert answer is None or 400 <= answer.status_code < 500, answer.status_code
        wire.assert_closed()
    assert name_of(muster, user.record) == user.username
    assert_answers(muster)


def test_a_chunk_with_an_endless_extension(muster, user):
    with Wire(muster) as wire:
        wire.send(put(muster, {"id": user.id}, "Transfer-Encoding: chunked") + b"2;")
        for _ in range(64):
            if wire.has_input(0) or not wire.send(b"a" * 65_536):
                break
        wire.finish()
        answer = None if wire.is_reset else wire.answer()
        assert answer is None or 400 <= answer.status_code < 500, answer.status_code
    assert_answers(muster)


@pytest.mark.parametrize("size", [1, 100, 2 * BODY_BYTES])
def test_chunks_over_the_limit(strict, size):
    user = strict.create()
    body = b'{"name": "Large", "x": "' + b"a" * BODY_BYTES + b'"}'
    with Wire(strict) as wire:
        wire.send(put(strict, user, "Transfer-Encoding: chunked"))
        wire.send(chunks(body, size) + b"0\r\n\r\n")
        answer = wire.answer()
        assert_error(answer, 413)
    assert name_of(strict, user) == user["username"]


def test_chunks_without_end(strict):
    """Eight megabytes for a body of four kilobytes: refused, not collected."""
    user = strict.create()
    with Wire(strict) as wire:
        wire.send(put(strict, user, "Transfer-Encoding: chunked"))
        for _ in range(128):
            if wire.has_input(0) or not wire.send(chunks(b" " * 65_536, 65_536)):
                break
        answer = None if wire.is_reset else wire.answer()
        assert answer is None or answer.status_code == 413, answer.status_code
    assert_answers(strict)


def test_a_client_that_waits_to_be_asked_for_its_body(muster, user):
    body = b'{"name": "Asked for"}'
    with Wire(muster) as wire:
        wire.send(
            put(
                muster,
                {"id": user.id},
                "Expect: 100-continue",
                f"Content-Length: {len(body)}",
            )
        )
        assert wire.asked_for_body(), "RFC 9110 section 10.1.1"
        wire.send(body)
        assert_record(wire.answer(), name="Asked for")
        # And once more on the same connection, where nobody is asked who does not wait for it.
        wire.send(put(muster, {"id": user.id}, f"Content-Length: {len(body)}") + body)
        assert not wire.asked_for_body()
        assert_record(wire.answer(), name="Asked for")


def test_an_import_asks_for_its_body(muster):
    fields = {
        "Expect": "100-Continue",
        "Content-Type": "application/x-ndjson",
        "Transfer-Encoding": "chunked",
    }
    with Wire(muster) as wire:
        wire.send(head(muster, "POST", "/muster/v1/users/import?dry_run=true", **fields))
        assert wire.asked_for_body()
        line = b'{"username": "asked-for@example.com"}\n'
        wire.send(chunks(line, len(line)) + b"0\r\n\r\n")
        answer = wire.answer()
        assert answer.status_code == 200
        assert json.loads(answer.text.splitlines()[-1])["created"] == 1


def test_a_client_that_would_wait_in_vain_is_told_so_at_once(muster, user):
    wrong = f"X-ApiKeys: accessKey={'0' * 64};secretKey={'0' * 64}"
    for keys, fields, status in (
        (False, (wrong, "Content-Length: 20"), 401),
        (True, ("Content-Length: 50000000",), 413),
    ):
        with Wire(muster) as wire:
            wire.send(put(muster, {"id": user.id}, "Expect: 100-continue", *fields, keys=keys))
            assert not wire.asked_for_body()
            answer = wire.answer()
            assert answer.status_code == status
            # What came next would be the body, or another request.
            assert answer.headers.get("Connection") == "close"
            assert not wire.assert_closed()


def test_a_client_that_waits_behind_another_request_is_asked_in_its_turn(muster, user):
    body = b'{"name": "In its turn"}'
    fields = ("Expect: 100-continue", f"Content-Length: {len(body)}")
    with Wire(muster) as wire:
        # The first is one that takes the server some time.
        first = head(muster, path="/audit-log/v1/events?limit=10000")
        wire.send(first + put(muster, {"id": user.id}, *fields))
        assert wire.answer().status_code == 200
        assert wire.asked_for_body()
        wire.send(body)
        assert_record(wire.answer(), name="In its turn")


def test_an_old_client_is_not_asked_for_its_body(muster, user):
    body = b'{"name": "Of old"}'
    data = put(
        muster, {"id": user.id}, "Expect: 100-continue", f"Content-Length: {len(body)}"
    ).replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    with Wire(muster) as wire:
        wire.send(data + body)
        assert not wire.asked_for_body()
        assert_record(wire.answer(), name="Of old")


# Many connections


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
            with Wire(server, seconds=1) as wire:
                return wire.send(head(server, path="/session")) and wire.has_input(1) and wire.answer()

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
            assert slowest < 5, slowest
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


# TLS


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Address:
    """As much of a server as a Wire needs."""

    def __init__(self, port, admin):
        self.port = port
        self.admin_keys = admin["access_key"], admin["secret_key"]


def test_tls(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
    certificate.private_key_pem.write_to_path(str(key))
    admin = init(tmp_path / "data", settings=CHEAP)
    settings = CHEAP | {
        "MUSTER_HTTP_TLS_CERTIFICATE": chain,
        "MUSTER_HTTP_TLS_PRIVATE_KEY": key,
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": REQUEST_SECONDS,
    }
    server = Address(free_port(), admin)

    def context(version=None):
        context = ssl.create_default_context()
        authority.configure_trust(context)
        if version:
            context.minimum_version = context.maximum_version = version
        return lambda plain: context.wrap_socket(plain, server_hostname="127.0.0.1")

    def is_ready():
        try:
            return ask(server, head(server, path="/server/status"), wrap=context())
        except OSError:
            return None

    with serving(
        tmp_path / "data", "--bind", f"127.0.0.1:{server.port}", settings=settings
    ) as process:
        assert until(is_ready, SECONDS, "a ready server with TLS").status_code == 200
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            answer = ask(server, head(server, path="/session"), wrap=context(version))
            assert_record(answer, id=admin["id"])
        # The cookie of a server with TLS goes over TLS only.
        body = f'{{"username": "{admin["username"]}", "password": "{admin["password"]}"}}'.encode()
        login = head(server, "POST", "/session", keys=False, Content_Length=len(body)) + body
        cookie = ask(server, login, wrap=context()).headers["Set-Cookie"]
        assert "secure" in [part.strip().lower() for part in cookie.split(";")]
        # Plain HTTP and silence on the port of TLS hurt nobody.
        with Wire(server) as plain, Wire(server) as silent:
            plain.send(head(server, path="/session"))
            plain.finish()
            assert not plain.assert_closed().startswith(b"HTTP/1.1 2")
            answer = ask(server, head(server, path="/session"), wrap=context())
            assert_record(answer, id=admin["id"])
            silent.finish()
        assert process.poll() is None


def test_tls_older_than_1_2_is_refused(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    certificate.cert_chain_pems[0].write_to_path(str(chain))
    certificate.private_key_pem.write_to_path(str(key))
    admin = init(tmp_path / "data", settings=CHEAP)
    settings = CHEAP | {"MUSTER_HTTP_TLS_CERTIFICATE": chain, "MUSTER_HTTP_TLS_PRIVATE_KEY": key}
    server = Address(free_port(), admin)

    # A greeting of TLS 1.1, written by hand: today's libraries no longer say it.
    suites = bytes.fromhex("c013c014002f0035")
    greeting = b"\x03\x02" + bytes(32) + b"\x00" + struct.pack(">H", len(suites)) + suites
    greeting += b"\x01\x00"
    message = b"\x01" + struct.pack(">I", len(greeting))[1:] + greeting
    record = b"\x16\x03\x01" + struct.pack(">H", len(message)) + message

    def is_listening():
        try:
            with Wire(server):
                return True
        except OSError:
            return False

    with serving(tmp_path / "data", "--bind", f"127.0.0.1:{server.port}", settings=settings):
        until(is_listening, SECONDS, "a server that listens")
        with Wire(server) as wire:
            wire.send(record)
            reply = wire.assert_closed()
        # Nothing, or an alert (21); never the server's own greeting (22).
        assert not reply or reply[0] == 21, reply[:5]
