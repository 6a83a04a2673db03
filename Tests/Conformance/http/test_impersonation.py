"""Impersonation by a header: who may, of whom, and what it does not prove."""

import pytest
from answers import (
    INVALID,
    MISSING,
    REFUSED,
    SCOPE,
    assert_body,
    assert_empty,
    assert_error,
    assert_json,
    assert_record,
)
from keys import spelled, with_keys
from wire import ask

from muster import unique_username


def test_impersonation(muster, user):
    for name in (user.username, user.username.upper()):
        headers = {"X-Impersonate": f"username={name}"}
        assert_record(muster.request("GET", "/session", headers=headers), id=user.id)
    # With the role of that user: no more, and no less.
    assert_body(muster.request("GET", f"/users/{user.id}", headers=headers), SCOPE)
    seen = assert_json(muster.request("GET", "/users", headers=headers), 200)["users"]
    assert set(seen[0]) == {"uuid", "id", "username", "email"}
    answer = muster.request("PUT", "/session", json={"name": "By another"}, headers=headers)
    assert_record(answer, id=user.id, name="By another")
    # The header is said again with each request.
    assert_record(muster.request("GET", "/session"), id=muster.admin["id"])


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "{name}",
        "username",
        "username=",
        "username= ",
        "username:{name}",
        "user={name}",
        "id={id}",
        "username={id}",
        "username={uuid}",
        "={name}",
        "username={name};",
        "username={name}; x=y",
        "username={name},username={name}",
        'username="{name}"',
        "username={name}%20",
        "username==={name}",
        "x=y; username={name}",
        "username=None",
        "username=\u00e4",
        "username=\xff\xfe",
        "username=" + "a" * 20_000,
        "username='%20OR%201=1--",
    ],
    ids=lambda text: text[:40],
)
def test_an_impersonation_that_is_malformed(muster, user, value):
    value = value.format(name=user.username, id=user.id, uuid=user.uuid)
    more = b"X-Impersonate: " + value.encode("latin-1") + b"\r\n"
    keys = spelled(muster, "accessKey={a};secretKey={s}")
    for path in ("/session", "/users", f"/users/{user.id}"):
        assert_body(ask(muster, with_keys(muster, keys, path=path, more=more)), REFUSED)


def test_two_impersonations_at_once(muster, user, account):
    other = account(64)
    lines = [f"X-Impersonate: username={name}\r\n" for name in (user.username, other.username)]
    keys = spelled(muster, "accessKey={a};secretKey={s}")
    answer = ask(muster, with_keys(muster, keys, more="".join(lines).encode()))
    assert_body(answer, REFUSED)


def test_impersonation_of_a_disabled_user(muster, user):
    muster.request("PUT", f"/users/{user.id}/enabled", json={"enabled": False})
    headers = {"X-Impersonate": f"username={user.username}"}
    assert_body(muster.request("GET", "/session", headers=headers), REFUSED)


def test_impersonation_of_a_deleted_user(muster, user):
    headers = {"X-Impersonate": f"username={user.username}"}
    assert_record(muster.request("GET", "/session", headers=headers), id=user.id)
    assert_empty(muster.request("DELETE", f"/users/{user.id}"))
    assert_body(muster.request("GET", "/session", headers=headers), REFUSED)


def test_impersonation_proves_nobodys_identity(muster, user):
    headers = {"X-Impersonate": f"username={muster.admin['username']}"}
    assert_body(muster.request("GET", "/session", headers=headers, keys=None), MISSING)
    answer = muster.request("GET", "/session", headers=headers, keys=("0" * 64, "0" * 64))
    assert_body(answer, INVALID)
    # Nobody rises by it.
    assert_body(muster.request("GET", "/session", headers=headers, keys=user.keys), REFUSED)


def test_an_administrator_does_not_delete_itself_through_another(muster, account):
    one, other = account(64), account(64)
    headers = {"X-Impersonate": f"username={other.username}"}
    answer = muster.request("GET", "/session", headers=headers, keys=one.keys)
    assert_record(answer, id=other.id)
    for owner in (one, other):
        answer = muster.request("DELETE", f"/users/{owner.id}", headers=headers, keys=one.keys)
        assert_error(answer, 409)


def test_impersonation_is_in_the_audit_log(muster, user, deputy):
    name = unique_username()
    headers = {"X-Impersonate": f"username={deputy.username}"}
    body = {"username": name, "password": "Walnut-Ferry-82-Lantern"}
    made = assert_json(muster.request("POST", "/users", json=body, headers=headers), 200)
    query = f"f=target_id.eq:{made['uuid']}&f=action.eq:user.create"
    (event,) = muster.request("GET", f"/audit-log/v1/events?{query}").json()["events"]
    # The real actor, and the one in whose name.
    assert event["actor"]["id"] == muster.admin["uuid"]
    assert deputy.username in str(event) or deputy.uuid in str(event)
    query = f"f=target_id.eq:{deputy.uuid}&f=action.eq:user.impersonation.start"
    (event,) = muster.request("GET", f"/audit-log/v1/events?{query}").json()["events"]
    assert event["actor"]["id"] == muster.admin["uuid"]
