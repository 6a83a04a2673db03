"""Which check comes first when a request is wrong in more than one way."""

from answers import (
    INVALID,
    MISSING,
    NOT_FOUND,
    SCOPE,
    assert_body,
    assert_code_required,
    assert_empty,
    assert_field,
    assert_gateway,
)
from calls import ABSENT_ID, ABSENT_UUID, ON_A_USER, REQUIRED, send

from muster import PASSWORD


def test_credentials_come_first(muster):
    for method, path, body in (
        ("GET", "/users/nope", None),
        ("PUT", f"/users/{ABSENT_ID}", b"{"),
        ("PUT", f"/users/{ABSENT_ID}/chpasswd", b'{"password": 1}'),
        ("DELETE", f"/groups/{ABSENT_ID}", None),
        ("POST", "/users", b"{"),
    ):
        assert_body(muster.request(method, path, body=body, keys=None), MISSING)
        headers = {"X-ApiKeys": "nonsense"}
        assert_body(muster.request(method, path, body=body, keys=None, headers=headers), INVALID)


def test_the_role_comes_before_the_id(muster, user):
    for reference in ("nope", ABSENT_ID, ABSENT_UUID):
        for method, path, body in ON_A_USER:
            answer = send(muster, method, f"/users/{reference}{path}", body, keys=user.keys)
            assert_body(answer, SCOPE)


def test_the_role_comes_before_the_body(muster, user):
    for method, path, _ in REQUIRED:
        if path.startswith(("/users", "/groups", "/access-control")):
            path = path.format(id=muster.admin["id"], uuid=muster.admin["uuid"])
            assert_body(muster.request(method, path, body=b"{", keys=user.keys), SCOPE)


def test_the_id_comes_before_the_body(muster):
    answer = muster.request("PUT", "/users/0/chpasswd", json={"password": "nope"})
    assert_body(answer, NOT_FOUND)
    for method, path, _ in REQUIRED:
        if "{id}" in path:
            path = path.format(id=ABSENT_ID)
            assert_body(muster.request(method, path, body=b"{"), NOT_FOUND)


def test_the_body_comes_before_the_conflict(muster, deputy):
    taken = {"username": deputy.username, "password": PASSWORD}
    answer = muster.request("POST", "/users", json=taken | {"permissions": 1})
    assert_field(answer, "permissions")
    assert_gateway(
        muster.request("POST", "/users", json=taken | {"password": "short"}), 400, "Bad Request"
    )
    path = f"/users/{deputy.id}/enabled"
    answer = muster.request("PUT", path, json={"enabled": "no"}, keys=deputy.keys)
    assert_field(answer, "enabled")


def test_a_code_is_required_before_anything_is_said(muster, user):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    # A wrong password learns nothing of the second factor.
    assert_body(muster.login(user.username, "not this one"), INVALID)
    assert_code_required(muster.login(user.username), "email")
