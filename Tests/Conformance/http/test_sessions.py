"""Login by password, tokens and their end."""

import re
import time

import pytest
from answers import (
    INVALID,
    MISSING,
    assert_body,
    assert_empty,
    assert_error,
    assert_field,
    assert_json,
    assert_missing,
    assert_record,
)
from sessions import NEW_PASSWORD, asked_with, assert_dead, assert_lives, details, token_of

from muster import PASSWORD, Muster


# Login


def test_a_login_answers_with_a_token_and_a_cookie(muster, user):
    answer = muster.login(user.username)
    body = assert_json(answer, 200)
    assert set(body) == {"token"}
    assert re.fullmatch("[0-9a-f]{64}", body["token"])
    (cookie,) = [
        value for name, value in answer.raw.headers.items() if name.lower() == "set-cookie"
    ]
    first, *attributes = [part.strip() for part in cookie.split(";")]
    assert first == f"token={body['token']}"
    attributes = {part.lower() for part in attributes}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    # Over plain HTTP a secure cookie would never come back.
    assert "secure" not in attributes
    assert not [part for part in attributes if part.startswith("domain")]
    for headers in ({"Cookie": first}, {"X-Cookie": first}):
        answer = muster.request("GET", "/session", headers=headers, keys=None)
        assert_record(answer, id=user.id, username=user.username)


def test_every_login_has_a_token_of_its_own(muster, user):
    tokens = [token_of(muster, user) for _ in range(5)]
    assert len(set(tokens)) == 5
    for token in tokens:
        assert_lives(muster, token, user)


def test_a_login_by_form(muster, user):
    form = "application/x-www-form-urlencoded"
    for kind in (form, form + "; charset=utf-8", form.upper()):
        body = f"username={user.username.replace('@', '%40')}&password={PASSWORD}&x=y"
        answer = muster.request(
            "POST", "/session", body=body.encode(), headers={"Content-Type": kind}, keys=None
        )
        assert_lives(muster, assert_json(answer, 200)["token"], user)


def test_a_login_by_form_decodes_as_browsers_encode(muster, account):
    password = "blank + plus & percent % \u00fc"
    user = account(password=password)
    body = f"username={user.username}&password=blank+%2B+plus+%26+percent+%25+%C3%BC"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = muster.request("POST", "/session", body=body.encode(), headers=headers, keys=None)
    assert_lives(muster, assert_json(answer, 200)["token"], user)
    assert_json(muster.login(user.username, password), 200)


@pytest.mark.parametrize(
    "body",
    [b"", b"=", b"&&&", b"username", b"username=a", b"password=a", b"%zz=%zz", b"\xff\xfe", b"\x00"]
    + [b"username=a&username=b&password=c", b"username=%ff&password=%fe", b"a=b&" * 4_000],
    ids=lambda body: repr(body[:24]),
)
def test_a_form_that_is_none(muster, body):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = muster.request("POST", "/session", body=body, headers=headers, keys=None)
    assert_error(answer, 400, 401)


def test_a_form_anywhere_else_is_no_json(muster, user):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = muster.request("PUT", f"/users/{user.id}", body=b"name=Form", headers=headers)
    assert_error(answer, 400, 415)
    assert details(muster, user)["name"] == user.username


def test_a_login_without_a_name_or_a_password(muster, user):
    for body, field in (
        ({"username": user.username}, "password"),
        ({"password": PASSWORD}, "username"),
        ({"username": None, "password": PASSWORD}, "username"),
    ):
        assert_missing(muster.request("POST", "/session", json=body, keys=None), field)
    for body, field in (
        ({"username": 1, "password": PASSWORD}, "username"),
        ({"username": user.username, "password": [PASSWORD]}, "password"),
        ({"username": user.username, "password": True}, "password"),
    ):
        assert_field(muster.request("POST", "/session", json=body, keys=None), field)


@pytest.mark.parametrize("role", [0, 16, 40, 64])
def test_every_role_logs_in(muster, account, role):
    user = account(role)
    token = token_of(muster, user)
    assert_record(asked_with(muster, token), id=user.id, permissions=role)
    listed = asked_with(muster, token, path=f"/users/{user.id}")
    assert listed.status_code == (200 if role == 64 else 403)


def test_a_name_logs_in_in_any_case(muster, user):
    assert_json(muster.login(user.username.upper()), 200)


@pytest.mark.parametrize(
    "password",
    ["", " ", PASSWORD.lower(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1], PASSWORD + "\x00"]
    + ["\x00", "\U0001f512" * 200, "\ufeff" + PASSWORD],
    ids=lambda text: repr(text[:30]),
)
def test_a_wrong_password(muster, user, password):
    assert_body(muster.login(user.username, password), INVALID)
    assert details(muster, user)["login_fail_count"] == 1
    assert_json(muster.login(user.username), 200)


@pytest.mark.parametrize(
    "name",
    ["", " ", "nobody@example.com", "2", "*", "%", "admin@example.com\x00", "' OR 1=1 --", "a" * 255]
    + ["\U0001f464", "\u202e", "ADMIN@example.com "],
    ids=lambda text: repr(text[:30]),
)
def test_an_unknown_name(muster, name):
    assert_body(muster.login(name, muster.admin["password"]), INVALID)


def test_a_very_long_name_or_password(muster, user):
    for length, statuses in ((12_000, (400, 401)), (900_000, (413,))):
        for name, password in ((user.username, "a" * length), ("a" * length, PASSWORD)):
            assert_error(muster.login(name, password), *statuses)
    assert_json(muster.login(user.username), 200)


def test_a_good_login_is_noted(muster, user):
    before = details(muster, user)
    assert "lastlogin" not in before
    muster.login(user.username, "not this one")
    failed = details(muster, user)
    assert (failed["login_fail_count"], failed["login_fail_total"]) == (1, 1)
    assert abs(failed["last_login_attempt"] / 1000 - time.time()) < 60
    token_of(muster, user)
    after = details(muster, user)
    assert (after["login_fail_count"], after["login_fail_total"]) == (0, 1)
    assert abs(after["lastlogin"] / 1000 - time.time()) < 60


# The end of a session


def test_logout(muster, user):
    one, other = token_of(muster, user), token_of(muster, user)
    assert_empty(asked_with(muster, one, "DELETE"))
    assert_dead(muster, one)
    assert_lives(muster, other, user)
    assert_body(asked_with(muster, one, "DELETE"), INVALID)
    assert_body(muster.request("DELETE", "/session", keys=None), MISSING)


def test_logout_by_cookie(muster, user):
    token = token_of(muster, user)
    headers = {"Cookie": f"token={token}"}
    assert_empty(muster.request("DELETE", "/session", headers=headers, keys=None))
    assert_dead(muster, token)


def test_a_logout_with_keys_ends_no_session(muster, user):
    token = token_of(muster, user)
    assert muster.request("DELETE", "/session", keys=user.keys).status_code < 500
    assert_lives(muster, token, user)
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id)


def test_a_change_of_ones_own_password_ends_the_other_sessions(muster, user):
    mine, other = token_of(muster, user), token_of(muster, user)
    change = {"password": NEW_PASSWORD, "current_password": PASSWORD}
    assert_empty(asked_with(muster, mine, "PUT", "/session/chpasswd", json=change))
    assert_dead(muster, other)
    assert_body(muster.login(user.username, PASSWORD), INVALID)
    assert_json(muster.login(user.username, NEW_PASSWORD), 200)
    # The keys are another method.
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id)


def test_a_change_by_keys_or_by_an_administrator_ends_all_sessions(muster, user):
    own = {"password": NEW_PASSWORD, "current_password": PASSWORD}
    tokens = [token_of(muster, user) for _ in range(3)]
    assert_empty(muster.request("PUT", "/session/chpasswd", json=own, keys=user.keys))
    assert_dead(muster, *tokens)
    token = assert_json(muster.login(user.username, NEW_PASSWORD), 200)["token"]
    reset = {"password": PASSWORD, "current_password": None}
    assert_empty(muster.request("PUT", f"/users/{user.id}/chpasswd", json=reset))
    assert_dead(muster, token)
    assert_lives(muster, token_of(muster, user), user)


def test_a_refused_change_ends_nothing(muster, user):
    token = token_of(muster, user)
    for change in (
        {"password": NEW_PASSWORD, "current_password": "not this one"},
        {"password": NEW_PASSWORD},
        {"password": "short", "current_password": PASSWORD},
    ):
        answer = asked_with(muster, token, "PUT", "/session/chpasswd", json=change)
        assert_error(answer, 400)
    assert_error(muster.request("PUT", f"/users/{user.id}/chpasswd", json={"password": "short"}), 400)
    assert_lives(muster, token, user)
    assert_json(muster.login(user.username), 200)


@pytest.mark.parametrize("way", ["/enabled", ""])
def test_disabling_ends_all_sessions(muster, user, way):
    tokens = [token_of(muster, user) for _ in range(3)]
    answer = muster.request("PUT", f"/users/{user.id}{way}", json={"enabled": False})
    assert_record(answer, enabled=False)
    assert_dead(muster, *tokens)
    assert_body(muster.login(user.username), INVALID)
    # Who is let in again starts again: the old tokens stay dead.
    muster.request("PUT", f"/users/{user.id}{way}", json={"enabled": True})
    assert_dead(muster, *tokens)
    assert_lives(muster, token_of(muster, user), user)


def test_deleting_ends_all_sessions(muster, user):
    tokens = [token_of(muster, user) for _ in range(3)]
    assert_empty(muster.request("DELETE", f"/users/{user.id}"))
    assert_dead(muster, *tokens)
    assert_body(muster.login(user.username), INVALID)
    # Nor does somebody of the same name inherit them.
    muster.create(username=user.username)
    assert_dead(muster, *tokens)


def test_passwords_are_permitted_or_not(muster, user):
    tokens = [token_of(muster, user) for _ in range(2)]
    methods = {"api_permitted": True, "password_permitted": False, "saml_permitted": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=methods))
    assert_body(muster.login(user.username), INVALID)
    assert_dead(muster, *tokens)
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id)
    assert_record(
        muster.request("GET", f"/users/{user.id}"), ui_permitted=True, ui_saml_only=True
    )
    methods["password_permitted"] = True
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=methods))
    assert_lives(muster, token_of(muster, user), user)


def test_keys_that_are_not_permitted_leave_passwords_alone(muster, user):
    token = token_of(muster, user)
    methods = {"api_permitted": False, "password_permitted": True, "saml_permitted": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=methods))
    assert_lives(muster, token, user)
    assert_json(muster.login(user.username), 200)


def test_demotion_counts_on_the_very_next_request(muster, deputy):
    token = token_of(muster, deputy)
    assert_json(asked_with(muster, token, path=f"/users/{deputy.id}"), 200)
    muster.request("PUT", f"/users/{deputy.id}", json={"permissions": 16})
    assert asked_with(muster, token, path=f"/users/{deputy.id}").status_code == 403


def test_sessions_outlive_a_restart():
    with Muster() as server:
        token = assert_json(server.login(server.admin["username"], server.admin["password"]), 200)
        token = token["token"]
        ended = assert_json(server.login(server.admin["username"], server.admin["password"]), 200)
        assert_empty(asked_with(server, ended["token"], "DELETE"))
        server.stop()
        server.start()
        assert_record(asked_with(server, token), id=server.admin["id"])
        assert_dead(server, ended["token"])


def test_no_token_password_or_secret_is_in_the_log_or_on_disk():
    with Muster({"MUSTER_LOG_LEVEL": "trace"}) as server:
        user = server.create()
        access, secret = server.keys_of(user["id"])
        token = assert_json(server.login(user["username"]), 200)["token"]
        assert_record(asked_with(server, token), id=user["id"])
        change = {"password": NEW_PASSWORD, "current_password": PASSWORD}
        assert_empty(asked_with(server, token, "PUT", "/session/chpasswd", json=change))
        server.login(user["username"], "Mistyped-" + PASSWORD)
        server.login("Typed-Into-The-Name-" + PASSWORD, "x")
        secrets = [secret, token, PASSWORD, server.admin["secret_key"], server.admin["password"]]
        server.stop()
        for what in secrets:
            assert what not in server.log()
            for path in server.data_dir.rglob("*"):
                if path.is_file():
                    assert what.encode() not in path.read_bytes(), path.name
