"""Request bodies that nobody should send, to every endpoint that takes one.

Never a 5xx, never a changed record, never another answer than the one the interface promises.
"""

import json

import pytest
from answers import (
    assert_empty,
    assert_error,
    assert_field,
    assert_gateway,
    assert_json,
    assert_malformed,
    assert_record,
)
from endpoints import (
    BODY_BYTES,
    ENDPOINTS,
    ROLE,
    ROLES,
    STRANGERS_BYTES,
    SWITCH,
    TEXT,
    Target,
    every_endpoint,
)

from muster import PASSWORD, unique_username

DEPTH = 32


@pytest.fixture
def target(muster, user):
    """The user and the group of one test; after it, nothing may have changed."""
    name = unique_username("group")
    group = assert_json(muster.request("POST", "/groups", json={"name": name}), 200)
    target = Target(muster, user, group)
    target.before = target.state()
    yield target
    target.assert_unchanged()


# What is no JSON object at all. Whoever reads on has changed something.


def nested(depth, open_="[", close="]"):
    return (open_ * depth + close * depth).encode()


NO_OBJECT = {
    "nothing": b"",
    "null": b"null",
    "an array": b"[]",
    "an array of an object": b'[{"name": "a"}]',
    "a string": b'"name"',
    "an integer": b"1",
    "a boolean": b"true",
}
NO_JSON = {
    "blanks": b" \t\r\n ",
    "one brace": b"{",
    "the other brace": b"}",
    "half a string": b'{"name": "a',
    "half a literal": b'{"name": tru',
    "half an escape": b'{"name": "\\u00',
    "half a surrogate": b'{"name": "\\ud83d"}',
    "surrogates the wrong way round": b'{"name": "\\ude00\\ud83d"}',
    "an unknown escape": b'{"name": "\\x41"}',
    "a comma too many": b'{"name": "a",}',
    "a comma too few": b'{"name": "a" "email": "b"}',
    "an empty element": b'{"x": [1,,2]}',
    "no colon": b'{"name" "a"}',
    "no quotes": b"{name: 'a'}",
    "single quotes": b"{'name': 'a'}",
    "a comment": b'{"name": "a" /* b */}',
    "more after it": b'{"name": "a"} {"name": "b"}',
    "a brace after it": b'{"name": "a"}}',
    "zero bytes after it": b'{"name": "a"}\x00\x00',
    "a raw newline": b'{"name": "a\nb"}',
    "a raw zero": b'{"name": "a\x00b"}',
    "not a number": b'{"x": NaN}',
    "infinity": b'{"x": -Infinity}',
    "a leading zero": b'{"x": 016}',
    "a leading plus": b'{"x": +1}',
    "a bare dot": b'{"x": .5}',
    "a dot at the end": b'{"x": 5.}',
    "a bare exponent": b'{"x": 1e}',
    "a hexadecimal number": b'{"x": 0x10}',
    "a bare minus": b'{"x": -}',
    "a key that is no string": b'{1: "a"}',
    "capital literals": b'{"x": True}',
    "a form": b"name=a&email=b",
    "xml": b"<name>a</name>",
    "random bytes": bytes(range(256)),
    "latin-1": '{"name": "\u00e4"}'.encode("latin-1"),
    "an overlong slash": b'{"name": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "beyond Unicode": b'{"name": "\xf4\x90\x80\x80"}',
    "a lonely continuation": b'{"name": "\x80"}',
    "a truncated sequence": b'{"name": "\xe2\x82"}',
    "an invalid key": b'{"\xff": 1}',
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "utf-32": '{"name": "a"}'.encode("utf-32-le"),
    "a duplicate key": b'{"name": "a", "name": "a"}',
    "a duplicate key in another spelling": b'{"name": "a", "n\\u0061me": "b"}',
    "a duplicate key further in": b'{"x": {"y": 1, "y": 2}}',
    "a duplicate key in an array": b'{"x": [{"y": 1, "y": 2}]}',
    "one level too deep": b'{"x": ' + nested(DEPTH) + b"}",
    "a thousand levels": b'{"x": ' + nested(1000) + b"}",
    "a hundred thousand levels": b'{"x": ' + nested(100_000) + b"}",
    "a hundred thousand open brackets": b"[" * 100_000,
    "a hundred thousand open objects": b'{"x":' * 100_000,
}


@every_endpoint
@pytest.mark.parametrize("what", NO_OBJECT)
def test_no_object(target, endpoint, what):
    assert_gateway(target.send(endpoint, NO_OBJECT[what]), 400, "Bad Request")


@every_endpoint
def test_no_json(target, endpoint):
    for what, body in NO_JSON.items():
        answer = target.send(endpoint, body)
        if endpoint.keys == "none" and len(body) > STRANGERS_BYTES:
            assert_error(answer, 413)
            continue
        assert answer.status_code == 400, (what, answer.status_code, answer.text)
        assert_malformed(answer)


@every_endpoint
def test_a_good_body_that_is_cut_short(target, endpoint):
    body = json.dumps(endpoint.good).encode()
    for length in range(1, len(body)):
        assert_malformed(target.send(endpoint, body[:length]))


@every_endpoint
def test_a_good_body_with_a_duplicate_key(target, endpoint):
    for name, value in endpoint.good.items():
        pair = f"{json.dumps(name)}: {json.dumps(value)}"
        rest = json.dumps(endpoint.good)[1:]
        for twice in (f"{{{pair}, {rest}", f'{{"x": 1, "x": 1, {rest}'):
            assert_gateway(target.send(endpoint, twice.encode()), 400, "Bad Request")


@every_endpoint
def test_a_good_body_with_something_deep_in_it(target, endpoint):
    body = json.dumps(endpoint.good)[:-1].encode()
    for deep in (
        nested(DEPTH),
        nested(DEPTH, '{"y":[', "]}").replace(b"[]", b"[1]"),
        nested(50_000),
    ):
        answer = target.send(endpoint, body + b', "x": ' + deep + b"}")
        if endpoint.keys == "none" and len(deep) > STRANGERS_BYTES:
            assert_error(answer, 413)
        else:
            assert_gateway(answer, 400, "Bad Request")


def test_the_depth_that_is_still_read(muster, user):
    body = b'{"name": "Deep", "x": ' + nested(DEPTH - 1) + b"}"
    assert_record(muster.request("PUT", f"/users/{user.id}", body=body), name="Deep")


# Objects that lack what is needed, or have it in the wrong shape.


@every_endpoint
def test_an_empty_object(target, endpoint):
    answer = target.send(endpoint, b"{}")
    if endpoint.required:
        assert_error(answer, 400)
    else:
        assert_record(answer, name=target.user.username)


@every_endpoint
def test_nothing_but_unknown_keys(target, endpoint):
    body = b'{"": 1, "x": [true, null, 1.5e300, "\\u0000"], "id": 2, "uuid": "x", "__proto__": {}}'
    answer = target.send(endpoint, body)
    if endpoint.required:
        assert_error(answer, 400)
    else:
        assert_record(answer, name=target.user.username)


@every_endpoint
def test_nothing_but_nulls(target, endpoint):
    body = json.dumps(dict.fromkeys(endpoint.fields)).encode()
    answer = target.send(endpoint, body)
    if endpoint.required:
        assert_error(answer, 400)
    else:
        assert_record(answer, name=target.user.username)


NUMBERS = [
    "0",
    "1",
    "-1",
    "1.0",
    "64.0",
    "1e3",
    "64e0",
    "6.4e1",
    "-0",
    "1e400",
    "1e-400",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "1" + "0" * 400,
    "0." + "1" * 400,
]
WRONG = {
    TEXT: NUMBERS + ["true", "false", "[]", "{}", '["a"]', '{"a": "b"}'],
    SWITCH: NUMBERS + ['""', '"true"', '"false"', '"yes"', '"1"', "[]", "{}", "[true]"],
    ROLE: [number for number in NUMBERS if number not in ("0", "-0")]
    + ["65", "17", "true", "false", "[]", "{}", "[64]", '""', '"x"', '"64.0"', '"1e1"', '"-1"']
    + ['"0x40"', '" 64"', '"64 "', '"+64"', '"\\u0666\\u0664"', '"18446744073709551616"'],
    ROLES: NUMBERS
    + ["true", "{}", "[]", '""', '"x"', "[1]", "[null]", "[[]]", '["x"]', '["x", "y"]']
    + ['["6d757374-6572-4000-8000-726f6c6500ff"]', '"6d757374-6572-4000-8000-726f6c650028"'],
}
# Every role, so that it is the number of roles that is wrong.
TWO_ROLES = '["6d757374-6572-4000-8000-726f6c650028", "6d757374-6572-4000-8000-726f6c650010"]'


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [(endpoint, name) for endpoint in ENDPOINTS for name in endpoint.fields],
    ids=str,
)
def test_a_value_of_the_wrong_type(target, endpoint, name):
    kind = endpoint.fields[name]
    others = {key: value for key, value in endpoint.good.items() if key != name}
    begin = json.dumps(others)[:-1] + (", " if others else "")
    for wrong in WRONG[kind] + ([TWO_ROLES] if kind == ROLES else []):
        answer = target.send(endpoint, f'{begin}"{name}": {wrong}}}'.encode())
        assert answer.status_code == 400, (wrong, answer.status_code, answer.text)
        # Text where text belongs is a question of the rules and not of the type.
        if kind != ROLES:
            assert_field(answer, name)
        else:
            assert_error(answer, 400)


@pytest.mark.parametrize("given", ["1e3", "64.0", "1.0", "9223372036854775808", "1e400"])
def test_an_unknown_key_may_have_any_value(muster, user, given):
    body = f'{{"name": "Known", "x": {given}}}'.encode()
    assert_record(muster.request("PUT", f"/users/{user.id}", body=body), name="Known")


# Bodies that are too large, or large and allowed.


@every_endpoint
def test_a_body_over_the_limit(target, endpoint):
    good = json.dumps(endpoint.good)[:-1].encode()
    filler = good + b', "x": "' + b"a" * BODY_BYTES + b'"}'
    for body in (filler, b" " * (BODY_BYTES + 1), b"\xff" * (BODY_BYTES + 1)):
        answer = target.send(endpoint, body)
        assert_error(answer, 413)
        assert answer.json()["statusCode"] == 413


def test_a_body_at_the_limit(muster, user):
    begin, end = b'{"name": "Large", "x": "', b'"}'
    body = begin + b"a" * (BODY_BYTES - len(begin) - len(end)) + end
    assert_record(muster.request("PUT", f"/users/{user.id}", body=body), name="Large")


def test_many_keys(muster, user):
    body = json.dumps({f"key{number}": number for number in range(50_000)} | {"name": "Many"})
    assert_record(muster.request("PUT", f"/users/{user.id}", body=body.encode()), name="Many")


def test_keys_made_to_collide_do_not_stop_the_server(muster, user):
    keys = ", ".join(f'"{"a" * 15}{number}": 0' for number in range(30_000))
    body = f'{{{keys}, "name": "Same"}}'.encode()
    answer = muster.request("PUT", f"/users/{user.id}", body=body, timeout=30)
    assert_record(answer, name="Same")


@every_endpoint
def test_long_and_strange_texts(muster, user, endpoint):
    """Nobody says how long a name may be, or what is in it; it is a 200 or a 400 all the same."""
    group = muster.request("POST", "/groups", json={"name": unique_username("group")}).json()
    target = Target(muster, user, group)
    for name, kind in endpoint.fields.items():
        if kind != TEXT or endpoint.path in ("/session", "/session/chpasswd"):
            continue
        for text in (
            "a" * 300_000,
            "\x00",
            "\u202e\u200b\ufeff",
            "\U0001f600" * 1000,
            "e" + "\u0301" * 10_000,
            "'; DROP TABLE user; --",
            "%s%n%x",
            "../../etc/passwd",
            "\r\nX-Injected: 1",
        ):
            answer = target.send(endpoint, json.dumps(endpoint.good | {name: text}).encode())
            assert answer.status_code in (200, 400, 409), (text[:40], answer.status_code, answer.text)
            assert "X-Injected" not in answer.headers
            # Whatever was taken can be read again.
            assert_json(muster.request("GET", f"/users/{user.id}"), 200)
    listed = assert_json(muster.request("GET", "/users"), 200)["users"]
    assert user.id in [record["id"] for record in listed]
    assert_json(muster.request("GET", "/groups"), 200)


# Bodies where none is needed.


@pytest.mark.parametrize("body", [None, b"", b"{}", b'{"x": 1}'])
def test_calls_that_need_no_body_take_an_empty_one(muster, user, body):
    group = muster.request("POST", "/groups", json={"name": unique_username("group")}).json()
    place = f"/groups/{group['id']}/users/{user.id}"
    assert_empty(muster.request("POST", place, body=body))
    assert_empty(muster.request("DELETE", place, body=body))
    assert set(assert_json(muster.request("PUT", f"/users/{user.id}/keys", body=body), 200)) == {
        "accessKey",
        "secretKey",
    }
    assert_empty(muster.request("DELETE", f"/users/{user.id}", body=body))


def test_a_body_on_a_get_changes_nothing(target):
    for path in ("/users", f"/users/{target.user.id}", "/session", "/groups"):
        answer = target.server.request("GET", path, body=b'{"name": "Changed"}')
        assert answer.status_code < 500


def test_the_same_body_again_creates_nobody(muster):
    """A client that tries again meets its own user, and nothing is made twice."""
    body = {"username": unique_username(), "password": PASSWORD}
    statuses = [muster.request("POST", "/users", json=body).status_code for _ in range(20)]
    assert statuses == [200] + [409] * 19
