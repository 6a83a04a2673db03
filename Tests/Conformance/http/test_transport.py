"""The transport under attack: slow senders, requests in a row, and garbage."""

import json
import time

import pytest
from answers import NOT_FOUND, assert_body, assert_error, assert_json, assert_number, assert_record
from program import CHEAP
from raw import REQUEST_SECONDS, name_of, put
from wire import SECONDS, Wire, ask, assert_answers, head

from muster import Muster


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


def test_slow_senders_do_not_slow_others():
    # They are borne for longer than anybody waits here for an answer.
    with Muster(CHEAP | {"MUSTER_HTTP_LIMITS_REQUEST_SECONDS": 600}) as server:
        wires = [Wire(server) for _ in range(300)]
        try:
            for number, wire in enumerate(wires):
                wire.send(list(SLOW.values())[number % len(SLOW)][0])
            for _ in range(10):
                assert_answers(server)
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
    """The keys of one request do not authenticate the next on the same connection."""
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
        wire.send(head(muster, "HEAD", "/session") + head(muster, path="/session"))
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
        wire.send(head(muster, "HEAD", "/session") + head(muster, path="/session"))
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
        lines = "".join(f'{{"username":"user{number}"}}\n' for number in range(1100))
        made = server.request("POST", "/muster/v1/users/import", body=lines, headers={"Content-Type": "application/x-ndjson"})
        assert '"created":1100' in made.text, made.text[-300:]
        # Numbers are given in the order of the lines.
        ids = list(range(server.admin["id"], server.admin["id"] + 1101))
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
