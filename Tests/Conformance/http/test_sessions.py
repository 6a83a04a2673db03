"""Login by password, tokens and their end, the second factor, and the lock."""

import re
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import yaml
from answers import (
    CODE_REQUIRED,
    INVALID,
    MISSING,
    WRONG_PASSWORD,
    assert_body,
    assert_empty,
    assert_error,
    assert_field,
    assert_gateway,
    assert_json,
    assert_missing,
    assert_record,
)

from muster import PASSWORD, REPOSITORY, Muster, unique_username, until

NEW_PASSWORD = "Another-" + PASSWORD
TRIES = 5
BEARABLE_FAILURES = 5


def token_of(server, account, **fields):
    """A new token of the account's."""
    return assert_json(server.login(account.username, account.password, **fields), 200)["token"]


def asked_with(server, token, method="GET", path="/session", **options):
    headers = {"X-Cookie": f"token={token}"}
    return server.request(method, path, headers=headers, keys=None, **options)


def assert_lives(server, token, account):
    assert_record(asked_with(server, token), id=account.id)


def assert_dead(server, *tokens):
    for token in tokens:
        assert_body(asked_with(server, token), INVALID)
        answer = server.request("GET", "/users", headers={"Cookie": f"token={token}"}, keys=None)
        assert_body(answer, INVALID)


def details(server, account):
    return assert_record(server.request("GET", f"/users/{account.id}"), id=account.id)


def wrong_code(code):
    """A code of the right form that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


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
    # The keys are another door.
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
    # Who is let in again starts anew: the old tokens stay dead.
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


def test_the_door_for_passwords(muster, user):
    tokens = [token_of(muster, user) for _ in range(2)]
    doors = {"api_permitted": True, "password_permitted": False, "saml_permitted": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=doors))
    assert_body(muster.login(user.username), INVALID)
    assert_dead(muster, *tokens)
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id)
    assert_record(
        muster.request("GET", f"/users/{user.id}"), ui_permitted=True, ui_saml_only=True
    )
    doors["password_permitted"] = True
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=doors))
    assert_lives(muster, token_of(muster, user), user)


def test_the_door_for_keys_does_not_close_the_one_for_passwords(muster, user):
    token = token_of(muster, user)
    doors = {"api_permitted": False, "password_permitted": True, "saml_permitted": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=doors))
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


# The lock


def lock(server, username):
    for _ in range(BEARABLE_FAILURES + 1):
        assert_body(server.login(username, "not this one"), INVALID)


def test_more_than_five_failures_lock_the_password(muster, user):
    for count in range(1, BEARABLE_FAILURES + 1):
        assert_body(muster.login(user.username, "not this one"), INVALID)
        assert_record(
            muster.request("GET", f"/users/{user.id}"), login_fail_count=count, lockout=0
        )
    assert_body(muster.login(user.username, "not this one"), INVALID)
    assert_record(
        muster.request("GET", f"/users/{user.id}"),
        login_fail_count=BEARABLE_FAILURES + 1,
        lockout=1,
    )
    assert_body(muster.login(user.username), INVALID)
    # It blocks the password and not the keys.
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id, lockout=1)


def test_five_failures_do_not_lock(muster, user):
    for _ in range(3):
        for _ in range(BEARABLE_FAILURES):
            assert_body(muster.login(user.username, "not this one"), INVALID)
        assert_json(muster.login(user.username), 200)


def test_a_lock_does_not_end_a_session(muster, user):
    token = token_of(muster, user)
    lock(muster, user.username)
    assert_lives(muster, token, user)


def test_a_reset_lifts_the_lock(muster, user):
    lock(muster, user.username)
    reset = {"password": NEW_PASSWORD}
    assert_empty(muster.request("PUT", f"/users/{user.id}/chpasswd", json=reset))
    assert_record(muster.request("GET", f"/users/{user.id}"), lockout=0, login_fail_count=0)
    assert_json(muster.login(user.username, NEW_PASSWORD), 200)


def test_new_keys_lift_the_lock(muster, user):
    lock(muster, user.username)
    muster.keys_of(user.id)
    assert_record(
        muster.request("GET", f"/users/{user.id}"),
        lockout=0,
        login_fail_count=0,
        login_fail_total=BEARABLE_FAILURES + 1,
    )
    assert_json(muster.login(user.username), 200)


def test_time_lifts_the_lock():
    with Muster({"MUSTER_LOGIN_LOCKOUT_SECONDS": 2}) as server:
        user = server.create()
        lock(server, user["username"])
        assert_body(server.login(user["username"]), INVALID)
        until(
            lambda: server.login(user["username"]).status_code == 200, 15, "a lock lifted by time"
        )
        record = server.request("GET", f"/users/{user['id']}").json()
        assert (record["lockout"], record["login_fail_count"]) == (0, 0)


def test_the_lock_holds_against_many_at_once(muster, user):
    """Guesses that were under way when the door was locked do not open it again."""
    with ThreadPoolExecutor(8) as pool:
        guesses = [pool.submit(muster.login, user.username, f"guess {n}") for n in range(24)]
        for guess in guesses:
            assert guess.result().status_code in (401, 503)
    assert details(muster, user)["lockout"] == 1
    assert_body(muster.login(user.username), INVALID)


def test_the_lock_is_no_way_round_by_the_change_of_a_password(muster, user):
    lock(muster, user.username)
    change = {"password": NEW_PASSWORD, "current_password": PASSWORD}
    answer = muster.request("PUT", "/session/chpasswd", json=change, keys=user.keys)
    assert assert_json(answer, 400) == WRONG_PASSWORD


def test_all_refusals_look_the_same_and_take_as_long(muster, account):
    """Unknown, wrong, disabled and locked: one body, and one time."""
    rounds = 7
    locked, disabled = account(), account()
    lock(muster, locked.username)
    muster.request("PUT", f"/users/{disabled.id}/enabled", json={"enabled": False})
    victims = [account() for _ in range(rounds)]
    fastest = {}
    for number in range(rounds):
        for what, name, password in (
            ("unknown", unique_username(), PASSWORD),
            ("wrong", victims[number].username, "not this one"),
            ("disabled", disabled.username, PASSWORD),
            ("locked", locked.username, PASSWORD),
        ):
            begin = time.monotonic()
            answer = muster.login(name, password)
            took = time.monotonic() - begin
            assert_body(answer, INVALID)
            assert "Set-Cookie" not in answer.headers
            fastest[what] = min(took, fastest.get(what, took))
    # The fastest of several is what the work takes; the rest is noise of the machine.
    assert max(fastest.values()) < 2 * min(fastest.values()), fastest


# Credentials that no longer open anything

STALE = {
    "cookie": {"Cookie": "token=" + "0" * 64},
    "X-Cookie": {"X-Cookie": "token=" + "0" * 64},
    "bearer": {"Authorization": "Bearer " + "0" * 64},
    "keys": {"X-ApiKeys": "accessKey=" + "0" * 64 + "; secretKey=" + "0" * 64},
    "garbage": {"X-ApiKeys": "nothing of the kind", "X-Impersonate": "nobody"},
}


@pytest.mark.parametrize("stale", STALE.values(), ids=STALE)
def test_an_old_credential_does_not_shut_the_front_door(muster, user, stale):
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
    values = {"user_id": user.id, "user_ref": user.id, "group_id": 1, "session_id": "0" * 16}
    described = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text())["paths"]
    paths = [path.format(**values) for path, calls in described.items() if "get" in calls]
    paths += ["/activelogic/v1/sessions", "/activelogic/v1/users", own, f"{own}/keys"]
    paths += [f"/activelogic/v1/users/by-name/{user.username}"]
    answered = {path: asked_with(muster, token, path=path).status_code for path in paths}
    open_to_all = {"/session", "/server/status", "/server/properties", "/openapi.yaml"}
    open_to_all |= {"/activelogic/v1/sessions"}
    open_to_all |= {"/healthz", "/readyz"}
    assert {path for path, status in answered.items() if status == 200} == open_to_all
    assert {answered[path] for path in paths if path not in open_to_all} == {403}


# The second factor


def phone_of(account, number=0):
    """A phone of one's own: a number gets one code in half a minute."""
    return f"+1555{number}{account.id:06}"


def verify_phone(server, account, path, keys, number=0):
    """Sends a code to a phone and returns it."""
    known = len(server.messages(account.username))
    body = {"sms_phone": phone_of(account, number), "password": account.password}
    answer = server.request("POST", f"{path}/two-factor/send-verification", json=body, keys=keys)
    assert_empty(answer)
    return server.newest_code(account.username, known)


@pytest.fixture(params=["/users/{id}", "/session"])
def place(request, muster, user):
    """The two ways to one's second factor: through an administrator, and by oneself."""
    if request.param == "/session":
        return request.param, user.keys
    return request.param.format(id=user.id), muster.admin_keys


def test_a_phone_is_verified_by_its_code(muster, user, place):
    path, keys = place
    code = verify_phone(muster, user, path, keys)
    assert re.fullmatch("[0-9]{6}", code)
    (message,) = [path for path in muster.outbox.iterdir() if code in path.read_text()]
    assert stat.S_IMODE(message.stat().st_mode) == 0o600
    body = {"verification_code": code}
    verify = f"{path}/two-factor/verify-code"
    assert_empty(muster.request("POST", verify, json=body, keys=keys))
    factor = details(muster, user)["two_factor"]
    assert (factor["sms_phone"], factor["sms_enabled"]) == (phone_of(user), 1)
    # Once.
    assert_error(muster.request("POST", verify, json=body, keys=keys), 400)


def test_a_code_takes_five_tries(muster, user, place):
    path, keys = place
    code = verify_phone(muster, user, path, keys)
    verify = f"{path}/two-factor/verify-code"
    for _ in range(TRIES):
        wrong = {"verification_code": wrong_code(code)}
        assert_error(muster.request("POST", verify, json=wrong, keys=keys), 400)
    answer = muster.request("POST", verify, json={"verification_code": code}, keys=keys)
    assert_error(answer, 400)
    assert details(muster, user).get("two_factor", {}).get("sms_enabled", 0) == 0


def test_the_last_try_may_be_the_right_one(muster, user, place):
    path, keys = place
    code = verify_phone(muster, user, path, keys)
    verify = f"{path}/two-factor/verify-code"
    for _ in range(TRIES - 1):
        wrong = {"verification_code": wrong_code(code)}
        assert_error(muster.request("POST", verify, json=wrong, keys=keys), 400)
    assert_empty(muster.request("POST", verify, json={"verification_code": code}, keys=keys))


def test_a_new_code_ends_the_old_one(muster, user):
    path, keys = f"/users/{user.id}", muster.admin_keys
    old = verify_phone(muster, user, path, keys)
    new = verify_phone(muster, user, path, keys, 1)
    verify = f"{path}/two-factor/verify-code"
    if old != new:
        assert_error(muster.request("POST", verify, json={"verification_code": old}), 400)
    assert_empty(muster.request("POST", verify, json={"verification_code": new}))


def test_a_code_is_its_users_own(muster, account):
    one, other = account(), account()
    code = verify_phone(muster, one, f"/users/{one.id}", muster.admin_keys)
    path = f"/users/{other.id}/two-factor/verify-code"
    assert_error(muster.request("POST", path, json={"verification_code": code}), 400)


def test_many_guesses_at_once_are_still_five(muster, user):
    path = f"/users/{user.id}"
    code = verify_phone(muster, user, path, muster.admin_keys)
    verify = f"{path}/two-factor/verify-code"

    def guess(number):
        body = {"verification_code": f"{(int(code) + 1 + number) % 1_000_000:06d}"}
        return muster.request("POST", verify, json=body).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(guess, range(32))) == {400}
    assert_error(muster.request("POST", verify, json={"verification_code": code}), 400)


@pytest.mark.parametrize("way", ["email", "sms"])
def test_a_login_with_a_second_factor(muster, user, way):
    body = {
        "email_enabled": way == "email",
        "sms_enabled": way == "sms",
        "sms_phone": phone_of(user) if way == "sms" else None,
    }
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    factor = details(muster, user)["two_factor"]
    assert (factor["sms_enabled"], factor["email_enabled"]) == (int(way == "sms"), int(way == "email"))

    answer = muster.login(user.username)
    assert_body(answer, CODE_REQUIRED)
    assert "Set-Cookie" not in answer.headers
    code = muster.newest_code(user.username)
    assert code not in answer.text
    # The code alone is nothing, nor is a wrong one.
    assert_body(muster.login(user.username, "not this one", verification_code=code), INVALID)
    answer = muster.login(user.username, verification_code=wrong_code(code))
    assert_body(answer, INVALID)
    answer = muster.login(user.username, verification_code=code)
    assert_lives(muster, assert_json(answer, 200)["token"], user)
    # A code opens once.
    assert muster.login(user.username, verification_code=code).status_code == 401
    # Keys are a factor of their own.
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id)


def test_a_code_at_login_takes_five_tries(muster, user):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    assert_body(muster.login(user.username), CODE_REQUIRED)
    code = muster.newest_code(user.username)
    for _ in range(TRIES):
        answer = muster.login(user.username, verification_code=wrong_code(code))
        assert_body(answer, INVALID)
    assert_body(muster.login(user.username, verification_code=code), INVALID)
    record = details(muster, user)
    assert record["login_fail_count"] >= TRIES


@pytest.mark.parametrize("code", ["", " ", "nope", "0", "\u0661" * 6, "9" * 10_000, "00000\x00"])
def test_a_code_at_login_that_is_none(muster, user, code):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    assert_body(muster.login(user.username), CODE_REQUIRED)
    assert_error(muster.login(user.username, verification_code=code), 400, 401)
    answer = muster.login(user.username, verification_code=muster.newest_code(user.username))
    assert_json(answer, 200)


def test_a_code_for_a_phone_does_not_log_in(muster, user):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    code = verify_phone(muster, user, f"/users/{user.id}", muster.admin_keys)
    assert muster.login(user.username, verification_code=code).status_code == 401


def test_without_a_second_factor_a_code_is_not_read(muster, user):
    assert_json(muster.login(user.username, verification_code="123456"), 200)


def test_the_second_factor_is_switched_off_again(muster, user):
    on, off = ({"email_enabled": state, "sms_enabled": False} for state in (True, False))
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=on))
    assert_body(muster.login(user.username), CODE_REQUIRED)
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=off))
    assert_json(muster.login(user.username), 200)


# Oneself


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
