"""What ends a connection on which somebody has bound, as it would refuse a bind."""

import time

import pytest

from muster import PASSWORD
from tree import PEOPLE
from wire import WHO_AM_I, Stream, bind, element, extended, message, number, octets, search


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
    step = element(0x30, number(2, 0x0A) + element(0x30, octets("displayName") + element(0x31, octets("Other"))))
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
