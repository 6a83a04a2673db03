"""`tio.users.change_password`, `gen_api_keys`, `list_auths` and `edit_auths`."""

import re

import pytest
from client import (
    INVALID_CREDENTIALS,
    NOT_FOUND,
    NOWHERE,
    WRONG_PASSWORD,
    assert_gateway,
    assert_invalid,
    body_of_refusal,
    by_version,
    refused,
    required,
    watch,
)
from tenable.errors import (
    BadRequestError,
    NotFoundError,
    RequestConflictError,
    UnauthorizedError,
)

from muster import PASSWORD

OTHER = "Gravel-Orchid-57-Tunnel"


def logs_in(muster, user, password):
    """Whether the password signs in; anything but yes or no is a failure."""
    answer = muster.login(user.username, password)
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


# change_password


@pytest.mark.parametrize("old", [PASSWORD, None])
def test_an_administrator_changes_another_password(muster, tio, user, old):
    answers = watch(tio)
    assert tio.users.change_password(user.id, old, OTHER) is None
    assert (answers[-1].status_code, answers[-1].content) == (200, b"")
    assert logs_in(muster, user, OTHER)
    assert not logs_in(muster, user, PASSWORD)


def test_the_current_password_may_be_left_out(muster, tio, user):
    tio.put(f"users/{user.id}/chpasswd", json={"password": OTHER})
    assert logs_in(muster, user, OTHER)


@pytest.mark.parametrize("old", ["wrong", "", PASSWORD + " ", PASSWORD.lower()])
def test_a_wrong_current_password_is_refused(muster, tio, user, old):
    body = body_of_refusal(BadRequestError, tio.users.change_password, user.id, old, OTHER)
    assert body == WRONG_PASSWORD
    assert logs_in(muster, user, PASSWORD)
    assert not logs_in(muster, user, OTHER)


def test_ones_own_password_needs_the_current_one(muster, connect, deputy):
    change = connect(deputy).users.change_password
    assert body_of_refusal(BadRequestError, change, deputy.id, "wrong", OTHER) == WRONG_PASSWORD
    refused(BadRequestError, change, deputy.id, None, OTHER)
    assert logs_in(muster, deputy, PASSWORD)
    change(deputy.id, PASSWORD, OTHER)
    assert logs_in(muster, deputy, OTHER)


def test_an_empty_new_password_is_refused(muster, tio, user):
    refused(BadRequestError, tio.users.change_password, user.id, PASSWORD, "")
    assert logs_in(muster, user, PASSWORD)


@pytest.mark.parametrize("new", ["a", "seven77"])
def test_a_new_password_that_is_too_short_is_refused(muster, tio, user, new):
    answer = refused(BadRequestError, tio.users.change_password, user.id, PASSWORD, new)
    assert "8" in assert_gateway(answer, 400, "Bad Request")
    assert logs_in(muster, user, PASSWORD)


def test_the_new_password_is_required(muster, tio, user):
    change = tio.users.change_password
    expected = required("password")
    assert body_of_refusal(BadRequestError, change, user.id, PASSWORD, None) == expected
    path = f"users/{user.id}/chpasswd"
    assert body_of_refusal(BadRequestError, tio.put, path, json={}) == expected
    refused(BadRequestError, tio.put, path)
    assert logs_in(muster, user, PASSWORD)


@pytest.mark.parametrize("arguments", [(1, OTHER), (PASSWORD, 1), (PASSWORD, [OTHER])])
def test_the_client_refuses_a_password_that_is_no_text(muster, tio, user, arguments):
    with pytest.raises(TypeError):
        tio.users.change_password(user.id, *arguments)
    assert logs_in(muster, user, PASSWORD)


@pytest.mark.parametrize("new", [12345678, True, [OTHER], {"password": OTHER}])
def test_the_server_refuses_a_password_that_is_no_text(muster, tio, user, new):
    path = f"users/{user.id}/chpasswd"
    body = body_of_refusal(BadRequestError, tio.put, path, json={"password": new})
    assert_invalid(body, "password")
    assert logs_in(muster, user, PASSWORD)


def test_an_unknown_user_comes_before_a_bad_password(tio):
    assert body_of_refusal(NotFoundError, tio.users.change_password, 0, "x", "nope") == NOT_FOUND


def test_a_new_password_resets_the_failed_logins(muster, tio, user):
    for _ in range(3):
        assert not logs_in(muster, user, "wrong")
    assert tio.users.details(user.id)["login_fail_count"] == 3
    tio.users.change_password(user.id, None, OTHER)
    record = tio.users.details(user.id)
    assert (record["login_fail_count"], record["login_fail_total"]) == (0, 3)


# gen_api_keys


def test_keys_are_two_times_64_hex_digits(tio, user):
    keys = tio.users.gen_api_keys(user.id)
    assert keys.keys() == {"accessKey", "secretKey"}
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys.values())
    assert keys["accessKey"] != keys["secretKey"]


def test_new_keys_kill_the_old_ones_on_the_next_request(connect, tio, user):
    theirs = connect(user)
    theirs.session.details()
    keys = tio.users.gen_api_keys(user.id)
    assert body_of_refusal(UnauthorizedError, theirs.session.details) == INVALID_CREDENTIALS
    old_access, old_secret = user.keys
    for mixed in ((old_access, keys["secretKey"]), (keys["accessKey"], old_secret)):
        user.keys = mixed
        refused(UnauthorizedError, connect(user).session.details)
    user.keys = keys["accessKey"], keys["secretKey"]
    assert connect(user).session.details()["id"] == user.id


def test_an_administrator_rotates_his_own_keys(connect, deputy):
    myself = connect(deputy)
    keys = myself.users.gen_api_keys(deputy.id)
    refused(UnauthorizedError, myself.users.list)
    deputy.keys = keys["accessKey"], keys["secretKey"]
    assert connect(deputy).users.details(deputy.id)["id"] == deputy.id


def test_new_keys_reset_the_failed_logins(muster, tio, user):
    assert not logs_in(muster, user, "wrong")
    tio.users.gen_api_keys(user.id)
    record = tio.users.details(user.id)
    assert (record["login_fail_count"], record["login_fail_total"]) == (0, 1)


def test_each_user_has_keys_of_his_own(connect, account):
    first, second = account(), account()
    assert connect(first).session.details()["id"] == first.id
    assert connect(second).session.details()["id"] == second.id
    first.keys = first.keys[0], second.keys[1]
    refused(UnauthorizedError, connect(first).session.details)


def test_keys_of_nobody(tio):
    assert body_of_refusal(NotFoundError, tio.users.gen_api_keys, 0) == NOT_FOUND


# list_auths and edit_auths


def test_all_methods_are_permitted_to_a_new_user(tio, user):
    assert tio.users.list_auths(user.id) == {
        "account_uuid": user.record["container_uuid"],
        "user_uuid": user.uuid,
        "api_permitted": True,
        "password_permitted": True,
        "saml_permitted": True,
    }


@pytest.mark.parametrize("method", ["api_permitted", "password_permitted", "saml_permitted"])
def test_one_method_is_forbidden_and_the_others_stay(tio, user, method):
    before = tio.users.list_auths(user.id)
    answer = tio.users.edit_auths(user.id, **{method: False})
    assert (answer.status_code, answer.content) == (200, b"")
    assert tio.users.list_auths(user.id) == before | {method: False}
    tio.users.edit_auths(user.id, **{method: "true"})
    assert tio.users.list_auths(user.id) == before


def test_forbidding_keys_takes_effect_on_the_next_request(muster, connect, tio, user):
    theirs = connect(user)
    theirs.session.details()
    tio.users.edit_auths(user.id, api_permitted=False)
    assert body_of_refusal(UnauthorizedError, theirs.session.details) == INVALID_CREDENTIALS
    assert logs_in(muster, user, PASSWORD)
    tio.users.edit_auths(user.id, api_permitted=True)
    assert theirs.session.details()["id"] == user.id


def test_forbidding_the_password_keeps_the_keys(muster, connect, tio, user):
    tio.users.edit_auths(user.id, password_permitted=False)
    answer = muster.login(user.username)
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)
    assert connect(user).session.details()["id"] == user.id


def test_a_wrong_type_is_refused_by_the_client_after_its_look(tio, user):
    answers = watch(tio)
    with pytest.raises(TypeError):
        tio.users.edit_auths(user.id, saml_permitted="nope")
    assert [answer.request.method for answer in answers] == ["GET"]


@pytest.mark.parametrize("method", ["api_permitted", "password_permitted", "saml_permitted"])
@pytest.mark.parametrize("value", ["absent", None, 1, "nope", []])
def test_all_three_methods_are_required_and_boolean(tio, user, method, value):
    before = tio.users.list_auths(user.id)
    body = {"api_permitted": False, "password_permitted": False, "saml_permitted": False}
    if value == "absent":
        del body[method]
    else:
        body[method] = value
    answer = body_of_refusal(BadRequestError, tio.put, f"users/{user.id}/authorizations", json=body)
    if value in ("absent", None):
        assert answer == required(method)
    else:
        assert_invalid(answer, method)
    assert tio.users.list_auths(user.id) == before


def test_further_fields_are_taken(tio, user):
    body = {"api_permitted": True, "password_permitted": True, "saml_permitted": False}
    path = f"users/{user.id}/authorizations"
    tio.put(path, json=body | {"mfa_enrollment_required": False})
    assert tio.users.list_auths(user.id)["saml_permitted"] is False


def test_ones_own_methods_cannot_be_changed(connect, deputy):
    myself = connect(deputy)
    refused(RequestConflictError, myself.users.edit_auths, deputy.id, saml_permitted=False)
    assert myself.users.list_auths(deputy.id)["saml_permitted"] is True


def test_authorizations_of_nobody(tio):
    assert body_of_refusal(NotFoundError, tio.users.list_auths, 1) == NOT_FOUND
    assert body_of_refusal(NotFoundError, tio.users.edit_auths, 1, True) == NOT_FOUND
    expected = {"error": f"User[UUID={NOWHERE}] not found."}
    path = f"users/{NOWHERE}/authorizations"
    assert body_of_refusal(NotFoundError, tio.get, path) == expected
    if by_version(False, True):
        assert body_of_refusal(NotFoundError, tio.users.list_auths, NOWHERE) == expected


def test_authorizations_by_uuid(tio, user):
    by_id = tio.users.list_auths(user.id)
    assert tio.get(f"users/{user.uuid.upper()}/authorizations").json() == by_id
    if by_version(False, True):
        assert tio.users.list_auths(user.uuid) == by_id
    else:
        with pytest.raises(TypeError):
            tio.users.list_auths(user.uuid)
