"""`tio.users.edit` and `enabled`, and that nobody locks himself or everybody out.

pyTenable 26.x loses the body of `edit` on its way: the server must refuse that, and say what to do.
"""

import pytest
from client import (
    INVALID_CREDENTIALS,
    NOT_FOUND,
    NOWHERE,
    assert_gateway,
    assert_invalid,
    body_of_refusal,
    by_version,
    refused,
    required,
    watch,
)
from tenable.errors import (
    APIError,
    BadRequestError,
    NotFoundError,
    RequestConflictError,
    UnauthorizedError,
)

from muster import PASSWORD, Muster, unique_username

NEVER_CHANGES = ("id", "uuid", "username", "container_uuid")


@pytest.fixture
def user(account):
    """A user whose name and email are not their defaults, so that losing them shows."""
    return account(32, name="Some Body", email="some.body@company.com")


# edit


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "New Full Name"},
        {"email": "new@company.com"},
        {"permissions": 40},
        {"permissions": "24"},
        {"enabled": False},
        {"enabled": "false"},
        {"name": "Zo\u00eb <b>", "email": "z@example.com", "permissions": 64, "enabled": False},
    ],
)
def test_edit(tio, user, changes):
    editing = by_version(_edit_changes_only_what_was_given, _edit_says_that_the_body_is_lost)
    editing(tio, user, changes)


def _edit_changes_only_what_was_given(tio, user, changes):
    wanted = tio.users.details(user.id) | changes
    wanted["permissions"] = int(wanted["permissions"])
    wanted["enabled"] = wanted["enabled"] not in (False, "false")
    answers = watch(tio)
    edited = tio.users.edit(user.id, **changes)
    assert [(answer.request.method, answer.status_code) for answer in answers] == (
        [("GET", 200), ("PUT", 200)]
    )
    assert edited == {name: wanted[name] for name in edited}
    assert tio.users.details(user.id) == wanted


def _edit_says_that_the_body_is_lost(tio, user, changes):
    before = tio.users.details(user.id)
    answers = watch(tio)
    with pytest.raises(BadRequestError) as caught:
        tio.users.edit(user.id, **changes)
    sent = answers[-1].request
    assert (sent.method, sent.body, sent.headers["Content-Length"]) == ("PUT", None, "0")
    message = assert_gateway(caught.value.response, 400, "Bad Request")
    # The caller must learn the cause and every way out from the exception alone.
    for words in ("body", "tio.put", "json", "users.enabled"):
        assert words in message and words in str(caught.value)
    assert tio.users.details(user.id) == before


def test_edit_with_no_change_at_all(tio, user):
    before = tio.users.details(user.id)
    nothing = {"name": None, "email": "", "permissions": 0, "enabled": None}
    if by_version(True, False):
        edited = tio.users.edit(user.id, **nothing)
        assert edited == {name: before[name] for name in edited}
    else:
        refused(BadRequestError, tio.users.edit, user.id, **nothing)
    assert tio.users.details(user.id) == before


@pytest.mark.parametrize(
    "changes", [{"permissions": "nope"}, {"name": 1}, {"email": 1}, {"enabled": "nope"}]
)
def test_edit_refuses_wrong_types_before_it_sends_anything(tio, user, changes):
    answers = watch(tio)
    with pytest.raises(TypeError):
        tio.users.edit(user.id, **changes)
    assert answers == []


def test_edit_of_nobody(tio):
    assert body_of_refusal(NotFoundError, tio.users.edit, 0, name="x") == NOT_FOUND


def test_editing_oneself_is_allowed_while_enabled_stays_the_same(connect, deputy):
    myself = connect(deputy)
    if by_version(True, False):
        assert myself.users.edit(deputy.id, name="I Myself")["name"] == "I Myself"
    else:
        merged = {"permissions": 64, "enabled": True, "email": deputy.username, "name": "I Myself"}
        assert myself.put(f"users/{deputy.id}", json=merged).json()["name"] == "I Myself"
    assert myself.session.details()["name"] == "I Myself"


# The same by `tio.put`, which the refusal recommends


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Only The Name"},
        {"permissions": 40},
        {"email": "only@example.com"},
        {"enabled": False},
        {"name": "All", "email": "all@example.com", "permissions": 24, "enabled": False},
    ],
)
def test_put_changes_only_what_was_given(tio, user, changes):
    wanted = tio.users.details(user.id) | changes
    edited = tio.put(f"users/{user.id}", json=changes).json()
    assert edited == {name: wanted[name] for name in edited}
    assert tio.users.details(user.id) == wanted


@pytest.mark.parametrize(
    "body",
    [{}, {"unheard_of": 1}]
    + [{"name": None}, {"permissions": None, "name": None, "email": None, "enabled": None}],
)
def test_put_of_nothing_changes_nothing(tio, user, body):
    before = tio.users.details(user.id)
    edited = tio.put(f"users/{user.id}", json=body).json()
    assert edited == {name: before[name] for name in edited}
    assert tio.users.details(user.id) == before


def test_an_empty_email_becomes_the_username(tio, account):
    user = account(email="other@example.com")
    edited = tio.put(f"users/{user.id}", json={"email": ""}).json()
    assert edited["email"] == user.username


@pytest.mark.parametrize(
    "changes", [{"username": "other@example.com"}, {"id": 7}, {"uuid": NOWHERE}, {"lockout": 1}]
)
def test_what_cannot_be_edited_stays(tio, user, changes):
    before = tio.users.details(user.id)
    try:
        tio.put(f"users/{user.id}", json=changes)
    except BadRequestError:
        pass
    assert tio.users.details(user.id) == before


@pytest.mark.parametrize(
    "field, value",
    [
        ("permissions", True),
        ("permissions", False),
        ("permissions", 33),
        ("permissions", -16),
        ("permissions", 2**64),
        ("permissions", "admin"),
        ("permissions", [64]),
        ("enabled", 1),
        ("enabled", "nope"),
        ("enabled", []),
        ("name", 5),
        ("name", {}),
        ("email", False),
    ],
)
def test_put_names_the_field_that_is_wrong_and_changes_nothing(tio, user, field, value):
    before = tio.users.details(user.id)
    body = {"name": "Changed", "email": "changed@example.com"} | {field: value}
    assert_invalid(body_of_refusal(BadRequestError, tio.put, f"users/{user.id}", json=body), field)
    assert tio.users.details(user.id) == before


def test_a_uuid_names_a_user_in_any_letter_case(tio, user):
    for uuid in (user.uuid, user.uuid.upper()):
        assert tio.put(f"users/{uuid}", json={"name": uuid}).json()["name"] == uuid
        assert tio.get(f"users/{uuid}").json()["id"] == user.id


# enabled


def test_disabling_takes_effect_on_the_next_request(connect, tio, user):
    theirs = connect(user)
    theirs.session.details()
    record = tio.users.enabled(user.id, False)
    assert (record["id"], record["enabled"]) == (user.id, False)
    assert body_of_refusal(UnauthorizedError, theirs.session.details) == INVALID_CREDENTIALS
    assert tio.users.enabled(user.id, True)["enabled"] is True
    assert theirs.session.details()["id"] == user.id


def test_disabling_blocks_the_password(muster, tio, user):
    tio.users.enabled(user.id, False)
    answer = muster.login(user.username)
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)


def test_disabling_twice_is_no_error(tio, user):
    for _ in range(2):
        assert tio.users.enabled(user.id, False)["enabled"] is False


def test_the_client_turns_words_into_booleans(tio, user):
    assert tio.users.enabled(user.id, "false")["enabled"] is False
    assert tio.users.enabled(user.id, "yes")["enabled"] is True


@pytest.mark.parametrize("value", [0, 1, "nope", [], 1.0])
def test_the_client_refuses_what_is_no_boolean(tio, user, value):
    with pytest.raises(TypeError):
        tio.users.enabled(user.id, value)
    assert tio.users.details(user.id)["enabled"] is True


def test_enabled_lacks_its_field(tio, user):
    assert body_of_refusal(BadRequestError, tio.users.enabled, user.id, None) == required("enabled")
    call = tio.put
    path = f"users/{user.id}/enabled"
    assert body_of_refusal(BadRequestError, call, path, json={}) == required("enabled")
    assert_invalid(body_of_refusal(BadRequestError, call, path, json={"enabled": 0}), "enabled")
    refused(BadRequestError, call, path)
    assert tio.users.details(user.id)["enabled"] is True


def test_enabled_of_nobody(tio):
    assert body_of_refusal(NotFoundError, tio.users.enabled, 0, False) == NOT_FOUND


# Nobody locks himself, or everybody, out


@pytest.mark.parametrize(
    "harm",
    [
        lambda tio, myself: tio.users.delete(myself),
        lambda tio, myself: tio.users.enabled(myself, False),
        lambda tio, myself: tio.put(f"users/{myself}", json={"enabled": False}),
        lambda tio, myself: tio.users.edit_auths(myself, api_permitted=False),
    ],
    ids=["delete", "disable", "disable by edit", "forbid a method"],
)
def test_an_administrator_cannot_harm_himself(connect, deputy, harm):
    myself = connect(deputy)
    before = myself.users.details(deputy.id) | {"last_apikey_access": None}
    refused(RequestConflictError, harm, myself, deputy.id)
    assert myself.users.details(deputy.id) | {"last_apikey_access": None} == before


def test_the_first_administrator_cannot_be_deleted(connect, deputy):
    other = connect(deputy)
    refused(RequestConflictError, other.users.delete, 2)
    assert other.users.details(2)["enabled"] is True


def test_the_last_administrator_stays_one(connect):
    with Muster() as muster:
        tio = connect(server=muster)
        for role in (0, 16, 40):
            call = tio.put
            refused(RequestConflictError, call, "users/2", json={"permissions": role})
        refused(RequestConflictError, tio.users.enabled, 2, False)
        refused(RequestConflictError, tio.users.delete, 2)
        assert tio.users.details(2)["permissions"] == 64


def test_another_administrator_can_be_demoted_and_deleted(connect, tio, deputy):
    tio.put(f"users/{deputy.id}", json={"permissions": 16})
    assert {len(record) for record in connect(deputy).users.list()} == {4}
    tio.users.delete(deputy.id)
    refused(UnauthorizedError, connect(deputy).session.details)


def test_demotion_takes_effect_on_the_next_request(connect, tio, deputy):
    theirs = connect(deputy)
    assert theirs.users.create(unique_username(), PASSWORD, 16)["permissions"] == 16
    tio.put(f"users/{deputy.id}", json={"permissions": 40})
    with pytest.raises(APIError) as caught:
        theirs.users.create(unique_username(), PASSWORD, 16)
    assert caught.value.code == 403


def test_the_identity_survives_every_edit(tio, user):
    before = tio.users.details(user.id)
    tio.put(f"users/{user.id}", json={"name": "N", "email": "n@example.com", "permissions": 64})
    tio.users.enabled(user.id, False)
    after = tio.users.details(user.id)
    assert [after[name] for name in NEVER_CHANGES] == [before[name] for name in NEVER_CHANGES]
