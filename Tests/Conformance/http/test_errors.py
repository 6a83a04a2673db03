"""Every error of the interface but those of fields and conflicts: the status and the body."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from answers import (
    INVALID,
    MISSING,
    NOT_FOUND,
    REFUSED,
    SCOPE,
    assert_back_end,
    assert_body,
    assert_empty,
    assert_error,
    assert_gateway,
    assert_json,
    assert_record,
)
from calls import (
    ABSENT_ID,
    ABSENT_UUID,
    FOR_ADMINISTRATORS,
    OF_EVERYBODY,
    ON_A_GROUP,
    ON_A_USER,
    REQUIRED,
    send,
)
from program import CHEAP

from muster import Muster, unique_username, until


# 401


@pytest.mark.parametrize(("method", "path", "body"), OF_EVERYBODY + FOR_ADMINISTRATORS)
def test_no_credentials(muster, method, path, body):
    assert_body(send(muster, method, path, body, keys=None), MISSING)


@pytest.mark.parametrize(("method", "path", "body"), OF_EVERYBODY + FOR_ADMINISTRATORS)
def test_bad_credentials(muster, method, path, body):
    assert_body(send(muster, method, path, body, keys=("0" * 64, "f" * 64)), INVALID)


def test_the_wrong_secret_of_a_known_key(muster):
    access, secret = muster.admin_keys
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert_body(muster.request("GET", "/users", keys=(access, wrong)), INVALID)


def test_the_keys_of_two_users_do_not_mix(muster, account):
    one, other = account(64), account(64)
    assert_body(muster.request("GET", "/users", keys=(one.keys[0], other.keys[1])), INVALID)


def test_a_disabled_user(muster, user):
    assert_record(
        muster.request("PUT", f"/users/{user.id}/enabled", json={"enabled": False}), enabled=False
    )
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)
    muster.request("PUT", f"/users/{user.id}/enabled", json={"enabled": True})
    assert_json(muster.request("GET", "/session", keys=user.keys), 200)


def test_keys_that_are_not_permitted(muster, user):
    methods = {"api_permitted": False, "password_permitted": True, "saml_permitted": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=methods))
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)


def test_rotated_keys(muster, user):
    fresh = muster.keys_of(user.id)
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)
    assert_json(muster.request("GET", "/session", keys=fresh), 200)


def test_the_keys_of_a_deleted_user(muster, user):
    assert_empty(muster.request("DELETE", f"/users/{user.id}"))
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)


# 403


@pytest.mark.parametrize("role", [0, 16, 24, 32, 40])
def test_below_administrator(muster, account, role):
    keys = account(role).keys
    for method, path, body in FOR_ADMINISTRATORS:
        assert_body(send(muster, method, path, body, keys=keys), SCOPE)


@pytest.mark.parametrize("path", ["/users", "/groups"])
def test_a_read_only_user_may_not_list(muster, account, path):
    assert_body(muster.request("GET", path, keys=account(0).keys), SCOPE)


def test_one_may_not_look_at_oneself_by_id(muster, user):
    assert_body(muster.request("GET", f"/users/{user.id}", keys=user.keys), SCOPE)


@pytest.mark.parametrize("role", [0, 16, 40])
def test_impersonation_by_a_lower_role(muster, account, user, role):
    headers = {"X-Impersonate": f"username={user.username}"}
    answer = muster.request("GET", "/session", headers=headers, keys=account(role).keys)
    assert_body(answer, REFUSED)


def test_impersonation_of_nobody(muster):
    headers = {"X-Impersonate": f"username={unique_username()}"}
    assert_body(muster.request("GET", "/session", headers=headers), REFUSED)


# 404


@pytest.mark.parametrize("path", ["", "/", "/user", "/users/4/nothing", "/api/v3", "/session/x"])
def test_an_unknown_path(muster, path):
    assert_body(muster.request("GET", path or "/", keys=muster.admin_keys), NOT_FOUND)


@pytest.mark.parametrize("reference", [ABSENT_ID, ABSENT_UUID])
@pytest.mark.parametrize(("method", "path", "body"), ON_A_USER)
def test_an_unknown_user(muster, method, path, body, reference):
    answer = send(muster, method, f"/users/{reference}{path}", body)
    if path == "/authorizations" and reference == ABSENT_UUID:
        assert_back_end(answer, 404, f"User[UUID={ABSENT_UUID}] not found.")
    else:
        assert_body(answer, NOT_FOUND)


@pytest.mark.parametrize("reference", [ABSENT_ID, ABSENT_UUID])
@pytest.mark.parametrize(("method", "path", "body"), ON_A_GROUP)
def test_an_unknown_group(muster, method, path, body, reference):
    assert_body(send(muster, method, f"/groups/{reference}{path}", body), NOT_FOUND)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_unknown_member_or_group(muster, user, method):
    group = assert_json(muster.request("POST", "/groups", json={"name": unique_username()}), 200)
    for path in (
        f"/groups/{ABSENT_ID}/users/{user.id}",
        f"/groups/{group['id']}/users/{ABSENT_ID}",
        f"/groups/{group['uuid']}/users/{ABSENT_UUID}",
    ):
        assert_body(muster.request(method, path), NOT_FOUND)


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"role_uuids": [ABSENT_UUID]})])
def test_the_roles_of_an_unknown_user(muster, method, body):
    path = f"/access-control/v1/users/{ABSENT_UUID}/roles"
    assert_error(send(muster, method, path, body), 404)


# 405


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/users", {"GET", "POST"}),
        ("/users/2", {"GET", "PUT", "DELETE"}),
        ("/users/2/enabled", {"PUT"}),
        ("/users/2/chpasswd", {"PUT"}),
        ("/users/2/keys", {"PUT"}),
        ("/users/2/authorizations", {"GET", "PUT"}),
        ("/users/2/two-factor", {"PUT"}),
        ("/users/2/two-factor/send-verification", {"POST"}),
        ("/users/2/two-factor/verify-code", {"POST"}),
        ("/session", {"GET", "POST", "PUT", "DELETE"}),
        ("/session/chpasswd", {"PUT"}),
        ("/session/keys", {"PUT"}),
        ("/session/two-factor", {"PUT"}),
        ("/session/two-factor/send-verification", {"POST"}),
        ("/session/two-factor/verify-code", {"POST"}),
        ("/groups", {"GET", "POST"}),
        ("/groups/2", {"PUT", "DELETE"}),
        ("/groups/2/users", {"GET"}),
        ("/groups/2/users/2", {"POST", "DELETE"}),
        ("/server/status", {"GET"}),
        ("/healthz", {"GET"}),
        ("/readyz", {"GET"}),
        ("/server/properties", {"GET"}),
        ("/access-control/v1/roles", {"GET"}),
        (f"/access-control/v1/users/{ABSENT_UUID}/roles", {"GET", "PUT"}),
        ("/audit-log/v1/events", {"GET"}),
        ("/openapi.yaml", {"GET"}),
    ],
)
def test_the_wrong_method_on_a_known_path(muster, path, allowed):
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        if method not in allowed:
            answer = muster.request(method, path)
            assert_gateway(answer, 405, "Method Not Allowed")
            listed = allowed | ({"HEAD"} if "GET" in allowed else set())
            assert set(re.split(r"\s*,\s*", answer.headers["Allow"])) == listed


@pytest.mark.parametrize(
    "path",
    ["/users", "/users/1", "/users/999999", "/session", "/groups", "/server/properties"]
    + ["/server/status", "/openapi.yaml", "/audit-log/v1/events", "/muster/v1/users", "/nowhere"]
    + ["/muster/v1/users/export", "/activelogic/v1/users", "/activelogic/v1/permissions"],
)
def test_head_is_get_without_the_body(muster, path):
    answer, full = muster.request("HEAD", path), muster.request("GET", path)
    assert answer.status_code == full.status_code
    assert answer.content == b""
    own = {"X-Request-Uuid", "X-Tio-Last-Request-Uuid", "Date"}
    expected = {k: v for k, v in full.headers.items() if k not in own}
    # What is sent in pieces has no length that could be told without reading all of it.
    assert {k: v for k, v in answer.headers.items() if k not in own} == expected


def test_head_is_refused_where_there_is_nothing_to_read(muster):
    answer = muster.request("HEAD", "/users/1/chpasswd")
    assert answer.status_code == 405 and answer.headers["Allow"] == "PUT"
    assert muster.request("HEAD", "/users", keys=None).status_code == 401


def test_head_of_an_export_is_no_export(muster):
    def exports():
        answer = muster.request("GET", "/audit-log/v1/events?f=action.eq:user.export")
        return answer.json()["pagination"]["total"]

    before = exports()
    for query in ("", "?hashes=true"):
        answer = muster.request("HEAD", "/muster/v1/users/export" + query)
        assert answer.status_code == 200 and answer.content == b""
        assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert muster.request("HEAD", "/muster/v1/users/export?hashes=maybe").status_code == 400
    assert muster.request("HEAD", "/muster/v1/users/export", keys=None).status_code == 401
    user = muster.create(permissions=16)
    keys = muster.keys_of(user["id"])
    assert muster.request("HEAD", "/muster/v1/users/export", keys=keys).status_code == 403
    assert exports() == before
    assert muster.request("GET", "/muster/v1/users/export").status_code == 200
    assert exports() == before + 1


# 413 and 415


def test_a_body_over_the_limit(muster, user):
    body = b'{"name": "' + b"a" * 1_048_576 + b'"}'
    assert_error(muster.request("PUT", f"/users/{user.id}", body=body), 413)
    assert_record(muster.request("GET", f"/users/{user.id}"), name=user.username)


@pytest.mark.parametrize(("method", "path", "body"), REQUIRED)
def test_a_media_type_that_is_not_taken(muster, user, method, path, body):
    path = path.format(id=user.id, uuid=user.uuid)
    for kind in ("multipart/form-data; boundary=x", "Multipart/Mixed; boundary=x"):
        headers = {"Content-Type": kind}
        answer = muster.request(method, path, body=b"--x--", headers=headers)
        assert_gateway(answer, 415, "Unsupported Media Type")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "text/plain", "x/y", "", None]
)
def test_json_under_another_media_type(muster, user, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    answer = muster.request("PUT", f"/users/{user.id}", body=b'{"name": "New"}', headers=headers)
    assert_record(answer, name="New")


# 429 and 503


def test_too_many_requests_of_one_user():
    with Muster(CHEAP | {"MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE": 30}) as server:
        other = server.create()
        keys = server.keys_of(other["id"])
        # The limit is per minute: a run over the turn of a minute begins a second count.
        answers = [server.request("GET", "/session", keys=keys) for _ in range(70)]
        statuses = {answer.status_code for answer in answers}
        assert statuses == {200, 429}, statuses
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert_gateway(refused, 429, "Too Many Requests")
        assert re.fullmatch("[0-9]{1,2}", refused.headers["Retry-After"]), refused.headers
        assert int(refused.headers["Retry-After"]) <= 60
        # The limit is the user's own: others, and callers without credentials, are served.
        assert_json(server.request("GET", "/session"), 200)
        assert_json(server.request("GET", "/server/status", keys=None), 200)


def test_more_logins_than_the_server_can_hash():
    costly = {
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 65536,
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": 8,
        "MUSTER_PASSWORD_HASHING_THREADS": 1,
        "MUSTER_PASSWORD_HASHING_QUEUE": 1,
    }
    over, answers = threading.Event(), []

    def log_in(server):
        while not over.is_set():
            answers.append(server.login(unique_username(), "not this one"))
            over.wait(0.2)

    with Muster(costly) as server, ThreadPoolExecutor(16) as pool:
        logins = [pool.submit(log_in, server) for _ in range(16)]
        try:
            until(lambda: {answer.status_code for answer in answers} == {401, 503}, 60, "hashes, and refusals")
            # Everybody else is served meanwhile, and is not kept waiting: not for a hash each.
            before = len(answers)
            for _ in range(20):
                assert_json(server.request("GET", "/session"), 200)
            assert [answer.status_code for answer in answers[before:]].count(401) < 20
        finally:
            over.set()
        assert all(login.result() is None for login in logins)
        statuses = {answer.status_code for answer in answers}
        assert statuses == {401, 503}, statuses
        for answer in answers:
            if answer.status_code == 503:
                message = "Please wait a moment and try your request again."
                assert assert_gateway(answer, 503, "Service Unavailable") == message
                assert re.fullmatch("[1-9][0-9]?", answer.headers["Retry-After"]), answer.headers
            else:
                assert_body(answer, INVALID)
