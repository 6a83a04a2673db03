"""What one may do to oneself, and what a password may be."""

import re

from answers import (
    INVALID,
    WRONG_PASSWORD,
    assert_body,
    assert_empty,
    assert_gateway,
    assert_json,
    assert_record,
)
from sessions import NEW_PASSWORD, asked_with, token_of

from muster import PASSWORD, unique_username


def test_one_edits_oneself_and_nothing_else(muster, user):
    change = {
        "name": "Own Name",
        "email": "own@example.com",
        "permissions": 64,
        "enabled": False,
        "username": "other@example.com",
        "id": 2,
    }
    answer = muster.request("PUT", "/session", json=change, keys=user.keys)
    assert assert_json(answer, 400) == WRONG_PASSWORD
    change["current_password"] = user.password
    answer = muster.request("PUT", "/session", json=change, keys=user.keys)
    assert_record(
        answer,
        name="Own Name",
        email="own@example.com",
        permissions=16,
        enabled=True,
        username=user.username,
        id=user.id,
    )


def test_one_rotates_ones_own_keys(muster, user):
    token = token_of(muster, user)
    pair = assert_json(asked_with(muster, token, "PUT", "/session/keys"), 200)
    assert set(pair) == {"accessKey", "secretKey"}
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in pair.values())
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)
    fresh = (pair["accessKey"], pair["secretKey"])
    assert_record(muster.request("GET", "/session", keys=fresh), id=user.id)


def test_the_password_of_somebody_else_is_not_asked_for(muster, user):
    body = {"password": NEW_PASSWORD, "current_password": "not this one"}
    answer = muster.request("PUT", f"/users/{user.id}/chpasswd", json=body)
    assert assert_json(answer, 400) == WRONG_PASSWORD
    for current in (None, PASSWORD):
        body = {"password": PASSWORD, "current_password": current}
        assert_empty(muster.request("PUT", f"/users/{user.id}/chpasswd", json=body))


def test_a_password_may_be_of_any_language(muster, account):
    password = "\u041f\u0430\u0440\u043e\u043b\u044c \u0434\u043b\u044f \u0432\u0445\u043e\u0434\u0430"
    user = account(password=password)
    assert_json(muster.login(user.username, password), 200)
    assert_body(muster.login(user.username, password.lower()), INVALID)


def test_a_password_has_an_end(muster):
    body = {"username": unique_username(), "password": "a" * 1_000_000}
    assert_gateway(muster.request("POST", "/users", json=body), 400, "Bad Request")
