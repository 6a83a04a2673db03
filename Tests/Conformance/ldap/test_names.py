"""Names of entries with every sign that has to be escaped, in every way in which it may be written."""

import string

import pytest

from tree import GROUPS, PEOPLE
from wire import WHO_AM_I, Stream, bind, element, extended, octets, search

SPECIAL = ' "#+,;<=>\\'


def digits(text):
    """Every byte by its digits."""
    return "".join(f"\\{byte:02x}" for byte in text.encode())


def some_digits(text):
    """What has a meaning by its digits, in capitals."""
    return "".join(f"\\{ord(sign):02X}" if sign in SPECIAL else sign for sign in text)


def slashes(text):
    """A backslash before whatever has a meaning."""
    return "".join("\\" + sign if sign in SPECIAL else sign for sign in text)


def quotes(text):
    """In quotes, as RFC 2253 has them read."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


WAYS = [digits, some_digits, slashes, quotes]


def found(stream, *asked):
    """The bodies of the entries that a search finds, which ends well."""
    stream.send(search(2, *asked))
    entries = []
    while (one := stream.answer()).operation == 0x64:
        entries.append(one.body)
    assert (one.operation, one.code) == (0x65, 0), asked
    return entries


@pytest.fixture(scope="module")
def groups(directory):
    """A group for each sign at the beginning, inside and at the end of its name, with jane in all of them."""
    jane = directory.muster.request("GET", "/muster/v1/users/jane@example.com").json()
    made = {}
    for number, sign in enumerate([*string.punctuation, " ", "é", "\u00a0", "😀"]):
        for text in [f"{sign}n{number}", f"n{sign}{number}", f"n{number}{sign}"]:
            answer = directory.muster.request("POST", "/groups", json={"name": text})
            assert answer.status_code < 300, (text, answer.text)
            made[text] = answer.json()["id"]
            added = directory.muster.request("POST", f"/groups/{made[text]}/users/{jane['id']}")
            assert added.status_code < 300, added.text
    yield list(made)
    for number in made.values():
        directory.muster.request("DELETE", f"/groups/{number}/users/{jane['id']}")
        assert directory.muster.request("DELETE", f"/groups/{number}").status_code < 300


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_entry_is_found_however_its_name_is_written(directory, groups, way):
    with Stream(directory).bound() as stream:
        for text in groups:
            name, value = f"cn={way(text)},{GROUPS}", element(0x31, octets(text))
            (entry,) = found(stream, None, ["cn"], name, 0)
            assert value in entry, (name, entry)
            # Blanks at the ends of a name make no difference where names are compared.
            same = found(stream, element(0xA3, octets("entryDN") + octets(name)), ["cn"], GROUPS, 1)
            assert any(value in one for one in same) and len(same) == (2 if text.strip(" ") != text else 1), (name, same)
            (jane,) = found(stream, element(0xA3, octets("memberOf") + octets(name)), ["uid"])
            assert octets("jane@example.com") in jane, (name, jane)


def test_the_name_that_an_entry_is_shown_under_is_its_name(directory, groups):
    with Stream(directory).bound() as stream:
        for text in groups:
            (entry,) = found(stream, None, ["1.1"], f"cn={digits(text)},{GROUPS}", 0)
            start, count = Stream.head(entry)
            (again,) = found(stream, None, ["cn"], entry[start : start + count], 0)
            assert element(0x31, octets(text)) in again, (entry, again)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_bind_takes_a_name_however_it_is_written(directory, way):
    with Stream(directory) as stream:
        stream.send(bind(1, way("bob+ops=x@example.com")), extended(2, WHO_AM_I))
        assert stream.answer().code == 0
        assert f"dn:uid=bob\\2Bops\\3Dx@example.com,{PEOPLE}".encode() in stream.answer().body


@pytest.mark.parametrize("sign", ['"', "<", ">", "\\", "\0"])
def test_a_sign_that_has_to_be_escaped_and_is_not_makes_it_no_name(directory, sign):
    with Stream(directory).bound() as stream:
        stream.send(search(2, None, ["1.1"], f"cn=n{sign}x,{GROUPS}", 0))
        assert stream.answer().code == 34


@pytest.mark.parametrize(
    "name",
    [
        "userid=carl,ou=people,dc=example,dc=com",
        "0.9.2342.19200300.100.1.1=carl,2.5.4.11=people,dc=example,dc=com",
        "UID=carl,organizationalUnitName=people,domainComponent=example,0.9.2342.19200300.100.1.25=com",
    ],
)
def test_attributes_in_a_name_may_be_called_by_any_of_their_names(directory, name):
    with Stream(directory).bound() as stream:
        (entry,) = found(stream, None, ["1.1"], name, 0)
        assert octets(f"uid=carl,{PEOPLE}") in entry


@pytest.mark.parametrize("number", ["1.3.6.1.1.1.2.0", "2.5.6.6", "2.16.840.1.113730.3.2.2"])
def test_classes_are_asked_for_by_number_as_well(directory, number):
    with Stream(directory).bound() as stream:
        asked = element(0xA0, element(0xA3, octets("uid") + octets("carl")) + element(0xA3, octets("objectClass") + octets(number)))
        assert len(found(stream, asked, ["1.1"])) == 1
        assert found(stream, element(0xA3, octets("objectClass") + octets("2.5.6.99")), ["1.1"]) == []
