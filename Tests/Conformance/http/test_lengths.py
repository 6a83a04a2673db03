"""Bodies on the wire: lies about their length, chunks, and clients that wait to be asked."""

import json

import pytest
from answers import assert_error, assert_record
from raw import BODY_BYTES, name_of, put
from wire import Wire, assert_answers, head


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
