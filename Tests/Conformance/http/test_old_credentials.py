"""Old credentials at the login, who asks, and temporary passwords."""

from urllib.parse import urlencode

import pytest
import yaml
from answers import assert_empty, assert_error, assert_json
from sessions import NEW_PASSWORD, asked_with, assert_lives, token_of

from muster import PASSWORD, REPOSITORY


# Credentials that no longer open anything

STALE = {
    "cookie": {"Cookie": "token=" + "0" * 64},
    "X-Cookie": {"X-Cookie": "token=" + "0" * 64},
    "bearer": {"Authorization": "Bearer " + "0" * 64},
    "keys": {"X-ApiKeys": "accessKey=" + "0" * 64 + "; secretKey=" + "0" * 64},
    "garbage": {"X-ApiKeys": "nothing of the kind", "X-Impersonate": "nobody"},
}


@pytest.mark.parametrize("stale", STALE.values(), ids=STALE)
def test_an_old_credential_does_not_keep_its_owner_from_signing_in(muster, user, stale):
    body = {"username": user.username, "password": user.password}

    def ask(method, path, **options):
        return muster.request(method, path, headers=stale | more, keys=None, **options)

    more = {"Content-Type": "application/x-www-form-urlencoded"}
    assert_json(ask("POST", "/session", body=urlencode(body)), 200)
    more = {}
    assert_json(ask("POST", "/session", json=body), 200)
    assert_json(ask("POST", "/activelogic/v1/sessions", json=body), 200)
    assert_json(ask("GET", "/server/status"), 200)
    assert ask("GET", "/openapi.yaml").status_code == 200
    assert_error(ask("GET", "/session"), 401)


@pytest.mark.parametrize("path", ["/session", "/users", "/users/1", "/activelogic/v1/users"])
def test_a_dead_cookie_is_cleared_by_its_refusal(muster, user, path):
    token = token_of(muster, user)
    assert_empty(asked_with(muster, token, "DELETE"))
    answer = muster.request("GET", path, headers={"Cookie": f"token={token}"}, keys=None)
    assert answer.status_code == 401
    assert answer.headers["Set-Cookie"].startswith("token=; Max-Age=0; Path=/; HttpOnly")


def test_nothing_else_clears_a_cookie(muster, user):
    token = token_of(muster, user)
    cookie = {"Cookie": f"token={token}"}
    wrong = {"username": user.username, "password": NEW_PASSWORD}
    answers = [
        muster.request("POST", "/session", headers=cookie, keys=None, json=wrong),
        muster.request("GET", "/audit-log/v1/events", headers=cookie, keys=None),
        muster.request("GET", "/session", headers=cookie | STALE["keys"], keys=None),
        muster.request("GET", "/session", headers={"X-Cookie": "token=0"}, keys=None),
    ]
    assert [answer.status_code for answer in answers] == [401, 403, 401, 401]
    assert all("Set-Cookie" not in answer.headers for answer in answers)
    assert_lives(muster, token, user)


# Who asks, in the other dialect


def test_who_has_a_token_or_keys_learns_whose_they_are_and_what_the_server_can_do(muster, user):
    path = "/activelogic/v1/sessions"
    body = {"username": user.username, "password": user.password}
    begun = assert_json(muster.request("POST", path, json=body, keys=None), 200)
    by_token = {"Authorization": "Bearer " + begun.pop("token")}
    assert begun["user"]["id"] == user.id and "paging" in begun["capabilities"]
    for credentials in [{"headers": by_token, "keys": None}, {"keys": user.keys}]:
        asked = assert_json(muster.request("GET", path, **credentials), 200)
        assert asked | {"revision": 0} == begun | {"revision": 0}
        assert asked["revision"] >= begun["revision"]
    assert_error_of_dialect(muster.request("GET", path, keys=None), "PLDBIOError")
    assert_error_of_dialect(muster.request("GET", path, keys=("0" * 64, "0" * 64)), "PLDBIOError")
    assert muster.request("DELETE", path, headers=by_token, keys=None).status_code == 204
    answer = muster.request("GET", path, headers=by_token, keys=None)
    assert_error_of_dialect(answer, "PLDBDetached")


def assert_error_of_dialect(answer, kind):
    assert assert_json(answer, 401)["error"]["type"] == kind


# A temporary password


def test_a_temporary_password_has_to_be_changed_first(muster, user):
    reset = {"password": NEW_PASSWORD, "temporary": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/chpasswd", json=reset))
    answer = muster.login(user.username, NEW_PASSWORD)
    token = assert_json(answer, 200)["token"]
    assert_error(asked_with(muster, token, path="/users"), 401, 403)
    change = {"password": PASSWORD, "current_password": NEW_PASSWORD}
    assert_empty(asked_with(muster, token, "PUT", "/session/chpasswd", json=change))
    token = token_of(muster, user)
    assert_json(asked_with(muster, token, path="/users"), 200)


def test_a_temporary_password_reads_nothing_but_who_one_is(muster, account):
    user = account(64)
    reset = {"password": NEW_PASSWORD, "temporary": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/chpasswd", json=reset))
    token = assert_json(muster.login(user.username, NEW_PASSWORD), 200)["token"]
    own = f"/activelogic/v1/users/{user.id}"
    values = {"user_id": user.id, "user_ref": user.id, "group_id": 1, "group_ref": 1, "session_id": "0" * 16}
    described = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text())["paths"]
    # Who finishes a login is nobody yet.
    shown = [path for path in described if "get" in described[path] and "/logins/" not in path]
    paths = [path.format(**values) for path in shown]
    paths += ["/activelogic/v1/sessions", "/activelogic/v1/users", own, f"{own}/keys"]
    paths += [f"/activelogic/v1/users/by-name/{user.username}"]
    answered = {path: asked_with(muster, token, path=path).status_code for path in paths}
    open_to_all = {"/session", "/server/status", "/server/properties", "/openapi.yaml"}
    open_to_all |= {"/activelogic/v1/sessions"}
    open_to_all |= {"/healthz", "/readyz"}
    open_to_all |= {"/muster/v1/account", "/muster/v1/server/status", "/muster/v1/server/properties"}
    assert {path for path, status in answered.items() if status == 200} == open_to_all
    assert {answered[path] for path in paths if path not in open_to_all} == {403}
