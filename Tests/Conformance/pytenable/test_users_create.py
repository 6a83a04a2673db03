"""`tio.users.create` and `POST /users`: what is taken, what is refused, and with which words."""

import pytest
from client import (
    DUPLICATE_USERNAME,
    MALFORMED_JSON,
    assert_gateway,
    assert_invalid,
    body_of_refusal,
    refused,
    required,
)
from tenable.errors import (
    BadRequestError,
    NotFoundError,
    PayloadTooLargeError,
    RequestConflictError,
)

from muster import PASSWORD, unique_username


@pytest.fixture
def usernames(tio):
    """The names of everybody, to show that a refusal has created nobody."""
    return lambda: {user["username"] for user in tio.users.list()}


@pytest.mark.parametrize("permissions", [0, 16, 24, 32, 40, 64])
def test_each_role_can_be_given(tio, permissions):
    user = tio.users.create(unique_username(), PASSWORD, permissions)
    assert user["permissions"] == permissions
    assert tio.users.details(user["id"])["permissions"] == permissions


def test_name_and_email_default_to_the_username(tio):
    username = unique_username()
    user = tio.users.create(username, PASSWORD, 16)
    assert user["name"] == user["email"] == user["username"] == user["user_name"] == username


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_name_is_a_name_not_given(tio, nothing):
    username = unique_username()
    user = tio.users.create(username, PASSWORD, 16, name=nothing, email=nothing)
    assert user["name"] == user["email"] == username


def test_email_may_be_another_than_the_username(tio):
    user = tio.users.create(unique_username(), PASSWORD, 16, email="elsewhere@company.com")
    assert user["email"] == "elsewhere@company.com"


def test_a_new_user_is_enabled_and_in_the_group_of_all(tio):
    user = tio.users.create(unique_username(), PASSWORD, 16)
    assert user["enabled"] is True
    record = tio.users.details(user["id"])
    assert record["group_uuids"] == ["00000000-0000-0000-0000-000000000000"]


def test_permissions_default_to_basic(tio):
    body = {"username": unique_username(), "password": PASSWORD}
    assert tio.post("users", json=body).json()["permissions"] == 16


def test_a_digit_string_is_a_number(tio):
    assert tio.users.create(unique_username(), PASSWORD, "64")["permissions"] == 64
    body = {"username": unique_username(), "password": PASSWORD, "permissions": "40"}
    assert tio.post("users", json=body).json()["permissions"] == 40


def test_unknown_keys_are_ignored(tio):
    body = {"username": unique_username(), "password": PASSWORD, "favourite": {"colour": 3}}
    assert "favourite" not in tio.post("users", json=body).json()


def test_null_is_a_field_not_given(tio):
    username = unique_username()
    fields = {"permissions": None, "name": None, "email": None, "type": None}
    user = tio.post("users", json={"username": username, "password": PASSWORD} | fields).json()
    assert (user["permissions"], user["name"], user["type"]) == (16, username, "local")


@pytest.mark.parametrize("account_type", [None, "local"])
def test_the_account_type_is_local(tio, account_type):
    user = tio.users.create(unique_username(), PASSWORD, 16, account_type=account_type)
    assert user["type"] == "local"


@pytest.mark.parametrize("account_type", ["saml", "LDAP", "", "local "])
def test_any_other_account_type_is_refused(tio, account_type):
    call = tio.users.create
    arguments = unique_username(), PASSWORD, 16
    body = body_of_refusal(BadRequestError, call, *arguments, account_type=account_type)
    assert_invalid(body, "type")


@pytest.mark.parametrize(
    "arguments, options",
    [
        ((1, "p", 32), {}),
        (("a", 1, 32), {}),
        (("a", "p", "nope"), {}),
        (("a", "p", 64.0), {}),
        (("a", "p", [64]), {}),
        (("a", "p", 32), {"name": 1}),
        (("a", "p", 32), {"email": 1}),
        (("a", "p", 32), {"account_type": False}),
    ],
)
def test_the_client_refuses_wrong_types_itself(tio, usernames, arguments, options):
    before = usernames()
    with pytest.raises(TypeError):
        tio.users.create(*arguments, **options)
    assert usernames() == before


def test_nothing_but_nulls_lacks_the_username(tio):
    body = body_of_refusal(BadRequestError, tio.users.create, None, None, None)
    assert body == required("username")


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "username"),
        ({"password": PASSWORD}, "username"),
        ({"username": None, "password": PASSWORD}, "username"),
        ({"username": "somebody@example.com"}, "password"),
        ({"username": "somebody@example.com", "password": None}, "password"),
    ],
)
def test_a_missing_field_is_named(tio, usernames, body, field):
    assert body_of_refusal(BadRequestError, tio.post, "users", json=body) == required(field)
    assert "somebody@example.com" not in usernames()


@pytest.mark.parametrize(
    "field, value",
    [
        ("username", 5),
        ("username", True),
        ("username", ["a@example.com"]),
        ("username", {"name": "a@example.com"}),
        ("password", 12345678),
        ("password", [PASSWORD]),
        ("permissions", True),
        ("permissions", False),
        ("permissions", "nope"),
        ("permissions", [64]),
        ("permissions", {}),
        ("permissions", 16.5),
        ("name", 5),
        ("name", ["n"]),
        ("email", 5),
        ("email", {}),
        ("type", 5),
    ],
)
def test_a_field_of_the_wrong_type_is_named(tio, usernames, field, value):
    username = unique_username()
    fields = {"username": username, "password": PASSWORD} | {field: value}
    assert_invalid(body_of_refusal(BadRequestError, tio.post, "users", json=fields), field)
    assert username not in usernames()


def test_true_is_not_a_number(tio):
    body = body_of_refusal(BadRequestError, tio.users.create, unique_username(), PASSWORD, True)
    assert_invalid(body, "permissions")


@pytest.mark.parametrize("permissions", [-1, 1, 15, 17, 65, 128, 2**31, 2**63, 2**64, 10**40])
def test_a_role_that_does_not_exist_is_refused(tio, usernames, permissions):
    username = unique_username()
    body = body_of_refusal(BadRequestError, tio.users.create, username, PASSWORD, permissions)
    assert_invalid(body, "permissions")
    assert '["permissions" must be one of [' in body["message"]
    assert username not in usernames()


def test_a_taken_username_is_a_conflict(tio, user):
    call = tio.users.create
    body = body_of_refusal(RequestConflictError, call, user.username, PASSWORD, 16)
    assert body == DUPLICATE_USERNAME


def test_a_username_is_taken_in_any_letter_case(tio, user):
    call = tio.users.create
    username = user.username.upper()
    assert body_of_refusal(RequestConflictError, call, username, PASSWORD, 16) == DUPLICATE_USERNAME


def test_a_username_is_shown_as_given(muster, tio):
    username = unique_username().replace("user-", "User-")
    assert tio.users.create(username, PASSWORD, 16)["username"] == username
    assert muster.login(username.upper()).status_code == 200


@pytest.mark.parametrize(
    "username",
    ["", "@", "nobody", "@example.com", "nobody@", "a b@example.com"]
    + [f"no{character}body@example.com" for character in "'!#$%^&*()/\\|{}[]\":;~`<>,"]
    + ["no\x00body@example.com", "no\nbody@example.com", "n\u00f6body@example.com"]
    + ["\u043e@example.com", "\U0001f600@example.com", "a" * 300 + "@example.com"],
)
def test_what_is_no_username_is_refused(tio, usernames, username):
    before = usernames()
    refused(BadRequestError, tio.users.create, username, PASSWORD, 16)
    assert usernames() == before


@pytest.mark.parametrize(
    "name",
    [
        "Zo\u00eb \u738b\u5c0f\u660e",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u202eright to left",
        "Robert'); DROP TABLE users;--",
        "<script>alert(1)</script>",
        '"quoted" \\ and / and %s {}',
        "${jndi:ldap://127.0.0.1/a}",
        "True",
    ],
)
def test_a_name_is_kept_exactly(tio, name):
    user = tio.users.create(unique_username(), PASSWORD, 16, name=name)
    assert user["name"] == name
    assert tio.users.details(user["id"])["name"] == name


@pytest.mark.parametrize("name", ["with\x00nul", "line\nbreak", "x" * 10_000])
def test_an_odd_name_is_kept_exactly_or_refused(tio, usernames, name):
    username = unique_username()
    try:
        user = tio.users.create(username, PASSWORD, 16, name=name)
    except BadRequestError:
        assert username not in usernames()
    else:
        assert tio.users.details(user["id"])["name"] == name


def test_an_empty_password_is_refused(tio, usernames):
    username = unique_username()
    refused(BadRequestError, tio.users.create, username, "", 16)
    assert username not in usernames()


@pytest.mark.parametrize("password", ["a", "seven77"])
def test_a_password_below_eight_characters_is_refused(tio, usernames, password):
    username = unique_username()
    answer = refused(BadRequestError, tio.users.create, username, password, 16)
    assert "8" in assert_gateway(answer, 400, "Bad Request")
    assert username not in usernames()


@pytest.mark.parametrize(
    "password", ["eight888", "  spaces  ", "p\u00e4ssw\u00f6rd-\u738b-\U0001f600", "x" * 128]
)
def test_a_password_of_any_characters_logs_in(muster, tio, password):
    user = tio.users.create(unique_username(), password, 16)
    assert muster.login(user["username"], password).status_code == 200
    assert muster.login(user["username"], password + "x").status_code == 401


@pytest.mark.parametrize("body", [b'{"username": "a@example.com"', b"{", b"nope", b"{'a': 1}"])
def test_malformed_json_is_refused(tio, body):
    headers = {"Content-Type": "application/json"}
    call = tio.post
    assert body_of_refusal(BadRequestError, call, "users", data=body, headers=headers) == (
        MALFORMED_JSON
    )


@pytest.mark.parametrize("body", [[], [{"username": "a@example.com"}], "text", 5, True])
def test_a_body_that_is_no_object_is_refused(tio, body):
    refused(BadRequestError, tio.post, "users", json=body)


def test_a_body_above_the_limit_is_refused(tio):
    call = tio.users.create
    username = unique_username()
    answer = refused(PayloadTooLargeError, call, username, PASSWORD, 16, name="x" * 2**20)
    assert_gateway(answer, 413, answer.json()["error"])


def test_ids_are_never_used_again(tio):
    username = unique_username()
    first = tio.users.create(username, PASSWORD, 16)
    tio.users.delete(first["id"])
    second = tio.users.create(username, PASSWORD, 16)
    assert first["id"] >= 3 and second["id"] > first["id"]
    assert second["uuid"] != first["uuid"]
    refused(NotFoundError, tio.users.details, first["id"])
