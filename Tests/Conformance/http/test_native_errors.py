"""Errors of the native API: a stable code, a sentence, and the field at fault if there is one."""

import pytest
from answers import assert_json, assert_native

USERS = "/muster/v1/users"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "field"),
    [
        ("GET", USERS + "/99999999", None, 404, "user.not_found", None),
        ("DELETE", "/muster/v1/sessions/0123456789abcdef", None, 404, "session.not_found", None),
        ("GET", "/muster/v1/nowhere", None, 404, "request.not_found", None),
        ("PUT", USERS, {}, 405, "request.method_not_allowed", None),
        ("GET", USERS + "?limit=x", None, 400, "input.invalid", "limit"),
        ("POST", USERS, {}, 400, "input.invalid", "username"),
        ("POST", USERS, {"username": "a", "timeout": -1}, 400, "input.invalid", "timeout"),
        ("POST", USERS, {"username": "a", "email": "x"}, 400, "input.invalid", "email"),
        ("POST", USERS, {"username": "a", "hosts": ["nowhere"]}, 400, "input.invalid", "hosts"),
        ("POST", USERS, {"username": "a", "password": "short"}, 400, "password.policy", "password"),
        ("POST", USERS, {"username": "admin@example.com"}, 409, "user.already_exists", "username"),
        ("POST", USERS + "/2/unlock", None, 409, "access.own_account", None),
    ],
)
def test_an_error_has_its_code_and_its_field(muster, method, path, body, status, code, field):
    answer = muster.request(method, path, **({} if body is None else {"json": body}))
    assert_native(answer, status)
    error = answer.json()["error"]
    assert (error["code"], error.get("field")) == (code, field), answer.text
    assert "fails because" not in error["message"]
    assert ("rule" in error) == (field is not None), answer.text
    if error["message"].startswith(f'"{field}"'):
        assert error["message"] == f'"{field}" {error["rule"]}'


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"timeout": -1}, "must be a number from 0 to 2147483647, not -1"),
        ({"password": "short"}, "must have at least 8 characters"),
        ({"hosts": ["10.0.0.1/8"]}, 'must not hold "10.0.0.1/8", which has address bits set beyond its prefix; '
         "write 10.0.0.0/8 or 10.0.0.1"),
        ({"username": "a b"}, "must start with a letter, a digit or _ and have at most 254 of "
         'A-Z a-z 0-9 . _ @ + = -, not "a b"'),
    ],
)
def test_what_is_wrong_is_told_without_the_name_of_the_field(muster, body, rule):
    answer = muster.request("POST", USERS, json={"username": "a"} | body)
    assert answer.json()["error"]["rule"] == rule


def test_a_body_that_is_no_object_is_told_with_the_place(muster):
    answer = muster.request("POST", USERS, body=b'{"username": }')
    assert assert_native(answer, 400).endswith(answer.headers["X-Error-Hint"])
    assert answer.json()["error"]["code"] == "input.malformed"


def test_who_is_not_known_is_told_so_in_the_same_form(muster):
    expected = {"error": {"code": "credentials.missing", "message": "Missing authentication"}}
    assert assert_json(muster.request("GET", USERS, keys=None), 401) == expected
    refused = muster.request("GET", USERS, keys=("0" * 64, "f" * 64))
    assert assert_json(refused, 401)["error"]["code"] == "credentials.invalid"
    wrong = muster.request("GET", USERS, keys=None, headers={"Authorization": "Bearer " + "0" * 64})
    assert assert_json(wrong, 401)["error"]["code"] == "credentials.invalid"


def test_the_methods_of_a_path_are_told(muster):
    answer = muster.request("PUT", USERS)
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD, POST"
    assert_native(answer, 405)


def test_what_the_path_alone_does_not_make_native_has_the_gateways_envelope(muster):
    for path in ("/muster/v1", "/muster/v11/users", "/muster"):
        assert muster.request("GET", path).json()["statusCode"] == 404
