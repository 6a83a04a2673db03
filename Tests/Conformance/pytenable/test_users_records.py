"""The user record, field by field, and the two views of it: an administrator's and all others'."""

import re
import time

import pytest
from client import ALL_USERS, by_version, refused
from tenable.errors import BadRequestError

from muster import PASSWORD, unique_username

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

ALWAYS = {
    "uuid": str,
    "id": int,
    "user_name": str,
    "username": str,
    "email": str,
    "name": str,
    "type": str,
    "container_uuid": str,
    "permissions": int,
    "login_fail_count": int,
    "login_fail_total": int,
    "enabled": bool,
    "lockout": int,
    "group_uuids": list,
    "preferences": dict,
    "uuid_id": str,
}
WHEN_READ = {
    "undeletable": bool,
    "ui_permitted": bool,
    "ui_saml_only": bool,
    "api_permitted": bool,
}
AFTER_EVENTS = {
    "last_login_attempt": int,
    "lastlogin": int,
    "last_apikey_access": int,
    "two_factor": dict,
}


def listed(tio, user_id):
    """The user's record in the list of all."""
    return next(user for user in tio.users.list() if user["id"] == user_id)


def assert_now(milliseconds):
    assert abs(milliseconds / 1000 - time.time()) < 60


@pytest.fixture
def fresh(muster):
    """A user who has never come in."""
    return muster.create()


def detailed(tio, user_id):
    return tio.users.details(user_id)


@pytest.mark.parametrize("read", [listed, detailed])
def test_a_record_that_is_read_has_exactly_these_fields(tio, fresh, read):
    record = read(tio, fresh["id"])
    fields = ALWAYS | WHEN_READ
    assert {name: type(value) for name, value in record.items()} == fields
    assert UUID4.fullmatch(record["uuid"]) and record["uuid_id"] == record["uuid"]
    assert UUID4.fullmatch(record["container_uuid"])
    assert record["user_name"] == record["username"]
    assert (record["type"], record["lockout"], record["preferences"]) == ("local", 0, {})
    assert (record["login_fail_count"], record["login_fail_total"]) == (0, 0)
    assert (record["enabled"], record["undeletable"]) == (True, False)
    assert record["group_uuids"] == [ALL_USERS]
    assert (record["ui_permitted"], record["ui_saml_only"], record["api_permitted"]) == (
        (True, False, True)
    )


def _created(tio, user_id):
    return tio.users.create(unique_username(), PASSWORD, 16)


def _edited(tio, user_id):
    return tio.put(f"users/{user_id}", json={"name": "Other"}).json()


def _enabled(tio, user_id):
    return tio.users.enabled(user_id, True)


@pytest.mark.parametrize("write", [_created, _edited, _enabled])
def test_a_record_that_is_written_has_the_same_fields(tio, fresh, write):
    types = {name: type(value) for name, value in write(tio, fresh["id"]).items()}
    assert types.keys() >= ALWAYS.keys()
    assert types == {name: (ALWAYS | WHEN_READ)[name] for name in types}


def test_details_and_list_agree(tio, user):
    assert tio.users.details(user.id) == listed(tio, user.id)


def test_the_container_is_the_same_for_all(tio, fresh, user):
    assert len({record["container_uuid"] for record in tio.users.list()}) == 1
    assert tio.users.details(user.id)["container_uuid"] == fresh["container_uuid"]


def test_the_first_administrator_has_id_2_and_cannot_be_deleted(muster, tio):
    record = tio.users.details(2)
    assert (record["username"], record["permissions"]) == (muster.admin["username"], 64)
    assert record["uuid"] == muster.admin["uuid"] and muster.admin["id"] == 2
    assert record["undeletable"] is True


def test_use_of_the_keys_is_noted(tio, connect, user):
    assert "last_apikey_access" not in tio.users.details(user.id)
    connect(user).session.details()
    assert_now(tio.users.details(user.id)["last_apikey_access"])


def test_a_login_is_noted(muster, tio, user):
    assert "lastlogin" not in tio.users.details(user.id)
    assert muster.login(user.username).status_code == 200
    record = tio.users.details(user.id)
    assert_now(record["lastlogin"])
    assert "last_login_attempt" not in record


def test_a_failed_login_is_noted(muster, tio, user):
    assert muster.login(user.username, "wrong password").status_code == 401
    record = tio.users.details(user.id)
    assert_now(record["last_login_attempt"])
    assert (record["login_fail_count"], record["login_fail_total"]) == (1, 1)
    assert "lastlogin" not in record


def test_a_record_that_has_seen_everything_has_known_types(muster, tio, connect, user):
    muster.login(user.username, "wrong password")
    muster.login(user.username)
    connect(user).session.details()
    tio.users.two_factor(user.id, True, False)
    types = {name: type(value) for name, value in tio.users.details(user.id).items()}
    assert types == ALWAYS | WHEN_READ | AFTER_EVENTS


@pytest.mark.parametrize(
    "password, saml, ui_permitted, ui_saml_only",
    [(True, True, True, False), (True, False, True, False)]
    + [(False, True, True, True), (False, False, False, False)],
)
def test_the_methods_show_in_the_record(tio, user, password, saml, ui_permitted, ui_saml_only):
    tio.users.edit_auths(user.id, False, password, saml)
    for record in (tio.users.details(user.id), listed(tio, user.id)):
        assert record["api_permitted"] is False
        assert record["ui_permitted"] is ui_permitted
        assert record["ui_saml_only"] is ui_saml_only


@pytest.mark.parametrize("permissions", [16, 24, 32, 40])
def test_below_administrator_a_user_has_four_fields(connect, account, permissions):
    user = account(permissions)
    users = connect(user).users.list()
    assert {frozenset(record) for record in users} == {
        frozenset(("uuid", "id", "username", "email"))
    }
    mine = {"uuid": user.uuid, "id": user.id, "username": user.username, "email": user.username}
    assert mine in users and 2 in [record["id"] for record in users]


def test_no_record_ever_shows_a_secret(muster, tio, user):
    answer = tio.get("users")
    for secret in (user.password, *user.keys, muster.admin["password"], "argon2"):
        assert secret not in answer.text
    names = {name for record in answer.json()["users"] for name in record}
    assert names <= (ALWAYS | WHEN_READ | AFTER_EVENTS).keys()


def test_the_list_has_everybody_once_in_order_of_id(tio, fresh, user):
    ids = [record["id"] for record in tio.users.list()]
    assert ids == sorted(set(ids))
    assert {2, fresh["id"], user.id} <= set(ids)
    assert not {0, 1} & set(ids)


# Roles in the record, on request


def test_with_roles_each_record_has_its_roles(tio, user):
    users = tio.get("users", params={"withRoles": "true"}).json()["users"]
    roles = {record["id"]: record["rbac_roles"] for record in users}
    assert len(roles) == len(users)
    assert [role.keys() for role in roles[user.id]] == [{"name", "uuid"}]
    assert [role["name"] for role in roles[user.id]] == ["Basic"]
    assert [role["name"] for role in roles[2]] == ["Administrator"]


def test_with_roles_through_the_method(tio, user):
    listing = by_version(_list_takes_nothing, _list_takes_with_roles)
    listing(tio, user)


def _list_takes_nothing(tio, user):
    with pytest.raises(TypeError):
        tio.users.list(with_roles=True)


def _list_takes_with_roles(tio, user):
    for asked in (True, False, None):
        users = tio.users.list(with_roles=asked)
        assert {"rbac_roles" in record for record in users} == {asked is True}
    with pytest.raises(TypeError):
        tio.users.list(with_roles="nope")


def test_with_roles_is_honoured_for_one_user(tio, user):
    record = tio.get(f"users/{user.id}", params={"withRoles": "true"}).json()
    assert [role["name"] for role in record["rbac_roles"]] == ["Basic"]
    assert "rbac_roles" not in tio.users.details(user.id)
    assert "rbac_roles" not in tio.get(f"users/{user.id}", params={"withRoles": "false"}).json()


# Extensions of the list


@pytest.fixture
def family(muster):
    """Three users with a name prefix of their own: by username a, b, c; by name 3, 2, 1."""
    prefix = unique_username("family").partition("@")[0]
    members = [
        muster.create(
            username=f"{prefix}-{letter}@example.com",
            name=f"name-{prefix}-{number}",
            email=f"mail-{prefix}-{letter}@example.com",
        )
        for letter, number in (("b", 2), ("a", 3), ("c", 1))
    ]
    return prefix, members


def ids_of(tio, **parameters):
    return [record["id"] for record in tio.get("users", params=parameters).json()["users"]]


def test_pages_by_id_cover_everybody_once(tio, family):
    everybody = [record["id"] for record in tio.users.list()]
    walked, last = [], 0
    while page := ids_of(tio, limit=2, after=last):
        assert len(page) <= 2 and page[0] > last
        walked += page
        last = page[-1]
    assert walked == everybody


def test_a_limit_without_a_start_begins_with_the_first(tio, family):
    assert ids_of(tio, limit=1) == [2]


@pytest.mark.parametrize("of", ["{}", "name-{}", "mail-{}"])
def test_a_search_finds_the_prefix_of_username_name_or_email(tio, family, of):
    prefix, members = family
    assert sorted(ids_of(tio, q=of.format(prefix))) == [member["id"] for member in members]


@pytest.mark.parametrize("q", ["%", "_", "nobody-has-this-prefix", "' OR 1=1 --", "amily"])
def test_a_search_is_a_prefix_and_no_pattern(tio, family, q):
    assert ids_of(tio, q=q) == []


@pytest.mark.parametrize(
    "sort, order",
    [("id", "bac"), ("-id", "cab"), ("username", "abc"), ("-username", "cba")]
    + [("name", "cba"), ("-name", "abc"), ("email", "abc"), ("-email", "cba")],
)
def test_the_list_can_be_sorted(tio, family, sort, order):
    prefix, members = family
    by_letter = dict(zip("bac", (member["id"] for member in members)))
    assert ids_of(tio, q=prefix, sort=sort) == [by_letter[letter] for letter in order]


def test_search_sort_and_limit_go_together(tio, family):
    prefix, members = family
    assert ids_of(tio, q=prefix, sort="-username", limit=1) == [members[2]["id"]]


@pytest.mark.parametrize(
    "parameters",
    [{"limit": "-1"}, {"limit": "abc"}, {"limit": "1e3"}, {"limit": str(2**64)}]
    + [{"sort": "nope"}, {"sort": "password"}, {"sort": "--id"}, {"sort": "id;drop"}]
    + [{"after": "abc"}],
)
def test_a_parameter_that_means_nothing_is_refused(tio, parameters):
    refused(BadRequestError, tio.get, "users", params=parameters)
