"""`tio.users.impersonate` and `tio.session.restore`: a header on everything that follows."""

import json

import pytest
from client import (
    FORBIDDEN,
    INSUFFICIENT_SCOPE,
    INVALID_CREDENTIALS,
    body_of_refusal,
    watch,
)
from tenable.errors import ForbiddenError, UnauthorizedError
from tenable.io import TenableIO

from muster import PASSWORD, unique_username


def test_impersonate_sends_nothing_by_itself(tio):
    answers = watch(tio)
    tio.users.impersonate("nobody-at-all@example.com")
    tio.session.restore()
    assert answers == []


def test_the_session_is_the_other_users(tio, user):
    tio.users.impersonate(user.username)
    record = tio.session.details()
    assert (record["id"], record["username"], record["permissions"]) == (user.id, user.username, 16)
    tio.session.restore()
    assert tio.session.details()["id"] == 2


def test_the_username_is_matched_in_any_letter_case(tio, user):
    tio.users.impersonate(user.username.upper())
    assert tio.session.details()["id"] == user.id


def test_the_other_users_role_holds(tio, user):
    tio.users.impersonate(user.username)
    assert {len(record) for record in tio.users.list()} == {4}
    arguments = unique_username(), PASSWORD, 16
    assert body_of_refusal(ForbiddenError, tio.users.create, *arguments) == INSUFFICIENT_SCOPE
    assert body_of_refusal(ForbiddenError, tio.users.details, 0) == INSUFFICIENT_SCOPE
    tio.session.restore()
    assert tio.users.details(user.id)["id"] == user.id


def test_what_is_changed_is_the_other_users(tio, user):
    tio.users.impersonate(user.username)
    tio.session.edit("By Another Hand", user.username)
    tio.session.restore()
    assert tio.users.details(user.id)["name"] == "By Another Hand"
    assert tio.session.details()["name"] != "By Another Hand"


def test_an_administrator_can_be_impersonated(tio, deputy, user):
    tio.users.impersonate(deputy.username)
    assert tio.session.details()["id"] == deputy.id
    tio.users.enabled(user.id, False)
    tio.session.restore()
    assert tio.users.details(user.id)["enabled"] is False


def test_impersonation_works_by_password_too(muster, deputy, user):
    tio = TenableIO(username=deputy.username, password=deputy.password, url=muster.url, retries=0)
    tio.users.impersonate(user.username)
    assert tio.session.details()["id"] == user.id
    tio.session.restore()
    assert tio.session.details()["id"] == deputy.id


@pytest.mark.parametrize(
    "name",
    [
        "nobody-at-all@example.com",
        "nobody",
        "",
        None,
        "2",
        "%",
        "*",
        "admin@example.com,",
        "x" * 5000,
    ]
    + [
        "admin@example.com; username=admin@example.com",
        "admin%40example.com",
        "\u00fcser@example.com",
    ],
)
def test_nobody_cannot_be_impersonated(tio, name):
    tio.users.impersonate(name)
    for call in (tio.session.details, tio.users.list, tio.groups.list):
        assert body_of_refusal(ForbiddenError, call) == FORBIDDEN
    tio.session.restore()
    assert tio.session.details()["id"] == 2


def test_an_id_or_a_uuid_is_no_username(tio, user):
    for name in (str(user.id), user.uuid):
        tio.users.impersonate(name)
        assert body_of_refusal(ForbiddenError, tio.session.details) == FORBIDDEN


@pytest.mark.parametrize("header", ["", "nope", "username", "user=admin@example.com", "=", ";"])
def test_a_malformed_header_is_forbidden(tio, header):
    tio._session.headers["X-Impersonate"] = header
    assert body_of_refusal(ForbiddenError, tio.session.details) == FORBIDDEN


@pytest.mark.parametrize("permissions", [0, 16, 24, 32, 40])
def test_below_administrator_nobody_impersonates(connect, account, user, permissions):
    mine = connect(account(permissions))
    for name in (user.username, "admin@example.com", "nobody-at-all@example.com"):
        mine.users.impersonate(name)
        assert body_of_refusal(ForbiddenError, mine.session.details) == FORBIDDEN
    mine.session.restore()
    assert mine.session.details()["permissions"] == permissions


def test_who_is_disabled_cannot_be_impersonated(tio, user):
    tio.users.enabled(user.id, False)
    tio.users.impersonate(user.username)
    assert body_of_refusal(ForbiddenError, tio.session.details) == FORBIDDEN
    tio.session.restore()
    tio.users.enabled(user.id, True)
    tio.users.impersonate(user.username)
    assert tio.session.details()["id"] == user.id


def test_who_is_deleted_cannot_be_impersonated(tio, user):
    tio.users.impersonate(user.username)
    tio.session.details()
    tio.session.restore()
    tio.users.delete(user.id)
    tio.users.impersonate(user.username)
    assert body_of_refusal(ForbiddenError, tio.session.details) == FORBIDDEN


def test_bad_keys_come_before_the_header(connect, user):
    user.keys = user.keys[0], "0" * 64
    mine = connect(user)
    mine.users.impersonate("nobody-at-all@example.com")
    assert body_of_refusal(UnauthorizedError, mine.session.details) == INVALID_CREDENTIALS


@pytest.mark.parametrize("name", [1, ["admin@example.com"], True])
def test_the_client_refuses_a_name_that_is_no_text(tio, name):
    with pytest.raises(TypeError):
        tio.users.impersonate(name)


def test_the_audit_log_knows_both(tio, deputy):
    tio.users.impersonate(deputy.username)
    created = tio.users.create(unique_username(), PASSWORD, 16)
    tio.session.restore()
    filters = ("target_id", "eq", created["uuid"]), ("action", "eq", "user.create")
    [event] = tio.audit_log.events(*filters)
    assert event["actor"]["name"] == "admin@example.com"
    assert deputy.uuid in json.dumps(event) or deputy.username in json.dumps(event)
