"""What ends a connection on which somebody has bound, as it would refuse a bind; and what such connections may hold."""

import select
import time

import pytest

from muster import PASSWORD, until
from tree import PEOPLE
from wire import WHO_AM_I, Stream, bind, element, extended, message, number, octets, search

DISCONNECTED = b"1.3.6.1.4.1.1466.20036"


@pytest.fixture
def administrator(writable):
    """An administrator of the server over which one may write: the name and the number."""
    name = f"adm{time.monotonic_ns()}@example.com"
    made = writable.muster.request(
        "POST",
        "/muster/v1/users",
        json={"username": name, "password": PASSWORD, "permissions": 64, "readbm": 8, "writebm": 8},
    )
    assert made.status_code < 300, made.text
    yield name, made.json()["id"]
    writable.muster.request("DELETE", f"/muster/v1/users/{made.json()['id']}")


def asked(stream):
    """What everything that may be asked is answered with: looks, a long look, a change and who one is."""
    # The name that carl has already: others go on from it.
    step = element(0x30, number(2, 0x0A) + element(0x30, octets("displayName") + element(0x31, octets("Carl"))))
    stream.send(
        search(2, element(0xA3, octets("uid") + octets("carl")), ["1.1"]),
        search(3, None, ["1.1"]),
        message(4, element(0x66, octets(f"uid=carl,{PEOPLE}") + element(0x30, step))),
        extended(5, WHO_AM_I),
    )
    codes = {}
    while len(codes) < 4:
        one = stream.answer()
        if one.operation != 0x64:
            codes[one.id] = one.code
    return set(codes.values())


@pytest.mark.parametrize("means", ["factor required", "factors reset", "sessions ended", "disabled for a moment"])
def test_what_ends_every_session_ends_it(writable, administrator, means):
    name, number_ = administrator
    user = f"/muster/v1/users/{number_}"
    with Stream(writable) as stream:
        stream.send(bind(1, name))
        assert stream.answer().code == 0
        assert asked(stream) == {0}
        steps = {
            "factor required": [("PATCH", user, {"two_factor_required": True})],
            "factors reset": [("POST", f"{user}/factors/reset", None)],
            "sessions ended": [("DELETE", f"{user}/sessions", None)],
            "disabled for a moment": [("PATCH", user, {"enabled": False}), ("PATCH", user, {"enabled": True})],
        }
        for method, path, body in steps[means]:
            answer = writable.muster.request(method, path, json=body)
            assert answer.status_code < 300, answer.text
        assert asked(stream) == {50}
    # Who must have a factor and has none binds no more; the others do.
    with Stream(writable) as stream:
        stream.send(bind(1, name))
        assert stream.answer().code == (49 if "factor" in means else 0)


def test_unfinished_messages_of_one_caller_take_an_eighth_of_the_room(directory):
    almost = message(2, element(0x63, b"x" * 1_040_000))[:-1]
    streams = [Stream(directory).bound() for _ in range(24)]
    before = directory.resident
    for stream in streams:
        try:
            stream.send(almost)
        except ConnectionError:
            pass
    held = list(streams)

    def has_ended(stream):
        if not select.select([stream.socket], [], [], 0)[0]:
            return False
        try:
            answer = stream.answer()
            assert answer.id == 0 and DISCONNECTED in answer.body and answer.code == 51
        except ConnectionError:
            pass
        return True

    def few_are_held():
        held[:] = [stream for stream in held if not has_ended(stream)]
        return len(held) <= 9

    # The room is 64 MiB.
    until(few_are_held, 25, "ends of those who have no room")
    assert held
    assert directory.resident < before + 32 * 1024
    # Others are served, and so is whoever holds them, as long as it asks for little.
    assert directory.search("(uid=carl)", "1.1").code == 0
    for stream in streams:
        stream.socket.close()
