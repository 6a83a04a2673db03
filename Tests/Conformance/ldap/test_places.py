"""Where the person is for whom an application binds: by its control for session tracking (draft-wahl-ldap-session)."""

import pytest

from muster import PASSWORD
from wire import WHO_AM_I, Stream, bind, element, extended, octets

SESSION_TRACKING = "1.3.6.1.4.1.21008.108.63.1"
HERE, THERE = "203.0.113.9", "198.51.100.9"


def told(identifier, name, address):
    """A bind that says where the person is."""
    whole = bind(identifier, name)
    start, count = Stream.head(whole)
    value = element(0x30, octets(address) + octets("host") + octets(SESSION_TRACKING + ".3") + octets(name))
    control = element(0x30, octets(SESSION_TRACKING) + octets(value))
    return element(0x30, whole[start : start + count] + element(0xA0, control))


@pytest.fixture
def guest(directory):
    """A user who comes in from 203.0.113.0/24 alone."""
    body = {"username": "guest@example.com", "password": PASSWORD, "permissions": 16, "hosts": ["203.0.113.0/24"]}
    made = directory.muster.request("POST", "/muster/v1/users", json=body)
    assert made.status_code < 300, made.text
    yield "guest@example.com"
    directory.muster.request("DELETE", f"/muster/v1/users/{made.json()['id']}")


def test_the_root_names_the_control(directory):
    root = directory.search("supportedControl", base="", scope="base", bind="")
    assert f"supportedControl: {SESSION_TRACKING}\n" in root.out


def test_whoever_may_read_users_says_where_the_person_is(directory, guest):
    def code(stream, message):
        stream.send(message)
        return stream.answer().code

    with Stream(directory).bound() as stream:
        assert code(stream, told(2, guest, HERE)) == 0
        stream.send(extended(3, WHO_AM_I))
        assert b"guest@example.com" in stream.answer().body
        # The guest may not read users, and nor may nobody.
        assert code(stream, told(4, guest, HERE)) == 49
        assert code(stream, told(5, guest, HERE)) == 49
        assert code(stream, bind(6)) == 0
        assert code(stream, told(7, guest, THERE)) == 49
        assert code(stream, bind(8)) == 0
        # Without an address it is the application's own that counts.
        assert code(stream, told(9, guest, "")) == 49
        assert code(stream, bind(10)) == 0
        assert code(stream, told(11, guest, HERE)) == 0
    events = directory.muster.request("GET", f"/muster/v1/audit/events?target_name={guest}&limit=100").json()["events"]
    shown = [str(event) for event in events]
    assert any(HERE in text and "told_address" in text and "svc@example.com" in text for text in shown), shown
