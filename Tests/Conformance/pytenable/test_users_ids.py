"""Ids of users that do not exist or are no ids, through every method that takes one.

pyTenable 1.9.1 lets only integers and digit strings out; 26.x sends nearly anything.
"""

import itertools

import pytest
from client import NOT_FOUND, NOWHERE, body_of_refusal, by_version, refused
from tenable.errors import NotFoundError, UnexpectedValueError

from muster import PASSWORD

NUMBERS = itertools.count(6_000_000)
CALLS = {
    "delete": lambda users, user_id: users.delete(user_id),
    "details": lambda users, user_id: users.details(user_id),
    "edit": lambda users, user_id: users.edit(user_id, name="x"),
    "enabled": lambda users, user_id: users.enabled(user_id, False),
    "two_factor": lambda users, user_id: users.two_factor(user_id, True, False),
    "enable_two_factor": lambda users, user_id: users.enable_two_factor(user_id, f"+1999{next(NUMBERS)}", PASSWORD),
    "verify_two_factor": lambda users, user_id: users.verify_two_factor(user_id, "123456"),
    "change_password": lambda users, user_id: users.change_password(user_id, None, "new password"),
    "gen_api_keys": lambda users, user_id: users.gen_api_keys(user_id),
    "list_auths": lambda users, user_id: users.list_auths(user_id),
    "edit_auths": lambda users, user_id: users.edit_auths(user_id, True),
}
every_call = pytest.mark.parametrize("name", CALLS)


@every_call
@pytest.mark.parametrize(
    "user_id",
    # 2**32 + 2 and 2**64 + 2 are the first administrator, if an integer wraps around.
    [0, 1, -1, -2, 2**31, 2**32 + 2, 2**53, 2**63 - 1, 2**63, 2**64, 2**64 + 2, 10**30]
    + ["0", "1", "18446744073709551618"],
)
def test_a_number_that_is_nobody(tio, name, user_id):
    body = body_of_refusal(NotFoundError, CALLS[name], tio.users, user_id)
    assert body == NOT_FOUND


@every_call
@pytest.mark.parametrize("user_id", [None, False, True])
def test_a_value_that_is_sent_as_a_word(tio, name, user_id):
    refused(NotFoundError, CALLS[name], tio.users, user_id)


@every_call
@pytest.mark.parametrize(
    "user_id",
    [
        "nope",
        "15abc",
        "2abc",
        "0x2",
        "",
        "..",
        "a/b?c",
        "x@tenable.com",
        "%2f",
        "%00",
        "%zz",
        "2%2Fkeys",
    ]
    + ["%2e%2e%2fgroups", "2%20", "admin@example.com", "None", "null", "a" * 5000],
)
def test_text_that_is_no_id(tio, name, user_id):
    errors_of_26 = {"edit": TypeError, "edit_auths": TypeError, "delete": UnexpectedValueError}
    error = by_version(TypeError, errors_of_26.get(name, NotFoundError))
    with pytest.raises(error) as caught:
        CALLS[name](tio.users, user_id)
    assert caught.type is error


@every_call
@pytest.mark.parametrize("uuid", [NOWHERE, NOWHERE.upper(), "00000000-0000-0000-0000-000000000000"])
def test_a_uuid_of_nobody(tio, name, uuid):
    error = by_version(TypeError, TypeError if name in ("edit", "edit_auths") else NotFoundError)
    with pytest.raises(error) as caught:
        CALLS[name](tio.users, uuid)
    assert caught.type is error


@every_call
def test_a_float(tio, name):
    # 26.x drops the dot and asks for user 99999995.
    checked = name in ("edit", "edit_auths", "delete")
    error = by_version(TypeError, TypeError if checked else NotFoundError)
    with pytest.raises(error):
        CALLS[name](tio.users, 9999999.5)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("edit", "edit_auths")])
def test_a_uuid_in_upper_case_is_the_user(muster, tio, user, name):
    call = CALLS[name]
    if by_version(True, False):
        with pytest.raises(TypeError):
            call(tio.users, user.uuid.upper())
        assert tio.users.details(user.id)["enabled"] is True
        return
    if name == "verify_two_factor":
        tio.users.enable_two_factor(user.uuid.upper(), f"+1999777{user.id:04}", PASSWORD)
        code = muster.newest_code(user.username)
        tio.users.verify_two_factor(user.uuid.upper(), code)
    else:
        call(tio.users, user.uuid.upper())


@pytest.mark.parametrize("form", ["{}", " {} ", "{}\n"])
def test_digits_as_text_are_the_user(tio, user, form):
    assert tio.users.details(form.format(user.id))["id"] == user.id


def test_a_fragment_is_not_sent(tio, user):
    if by_version(True, False):
        with pytest.raises(TypeError):
            tio.users.details(f"{user.id}#x")
    else:
        assert tio.users.details(f"{user.id}#x")["id"] == user.id


@pytest.mark.parametrize(
    "path", ["/users/", "/users/None", "/users/2%2Fkeys", "/users/+2", "/users/2.0"]
)
def test_paths_that_are_no_user(muster, path):
    answer = muster.request("GET", path)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
