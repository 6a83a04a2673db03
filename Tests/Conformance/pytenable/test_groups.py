"""`tio.groups.*`: the groups, their members, and the built-in group of all users."""

import pytest
from client import (
    ALL_USERS,
    DUPLICATE_GROUP,
    NOT_FOUND,
    NOWHERE,
    assert_invalid,
    body_of_refusal,
    by_version,
    refused,
    required,
    watch,
)
from tenable.errors import APIError, BadRequestError, NotFoundError, RequestConflictError

from muster import unique_username

RECORD = {"uuid": str, "name": str, "permissions": int, "container_uuid": str, "id": int}
COUNTED = RECORD | {"user_count": int}


def types_of(record):
    return {name: type(value) for name, value in record.items()}


def listed(tio, group_id):
    return [group for group in tio.groups.list() if group["id"] == group_id]


def member_ids(tio, group_id):
    return [user["id"] for user in tio.groups.list_users(group_id)]


@pytest.fixture
def group(tio):
    """A group without members."""
    return tio.groups.create(unique_username("group"))


# The groups


def test_create(tio, user):
    name = unique_username("group")
    group = tio.groups.create(name)
    assert types_of({field: group[field] for field in RECORD}) == RECORD
    assert group.keys() <= COUNTED.keys()
    assert (group["name"], group["permissions"]) == (name, 0)
    assert group["container_uuid"] == user.record["container_uuid"]
    assert group["id"] > 1


def test_list(tio, group):
    [record] = listed(tio, group["id"])
    assert types_of(record) == COUNTED
    assert record == group | {"user_count": 0}


def test_the_group_of_all_is_built_in(tio, user):
    [everybody] = [group for group in tio.groups.list() if group["uuid"] == ALL_USERS]
    assert (everybody["id"], everybody["name"]) == (0, "All Users")
    assert (everybody["immutable"], everybody["membership_fixed"]) == (True, True)
    assert everybody["user_count"] == len(tio.users.list())


def test_edit(tio, group):
    name = unique_username("renamed")
    record = tio.groups.edit(group["id"], name)
    assert types_of(record) == COUNTED
    assert record == group | {"name": name, "user_count": 0}
    assert listed(tio, group["id"]) == [record]


def test_edit_to_its_own_name(tio, group):
    assert tio.groups.edit(group["id"], group["name"])["name"] == group["name"]


def test_delete(tio, group):
    answers = watch(tio)
    assert tio.groups.delete(group["id"]) is None
    assert (answers[-1].status_code, answers[-1].content) == (200, b"")
    assert listed(tio, group["id"]) == []
    assert body_of_refusal(NotFoundError, tio.groups.delete, group["id"]) == NOT_FOUND


def test_a_name_is_unique(tio, group):
    other = tio.groups.create(unique_username("group"))
    create, edit = tio.groups.create, tio.groups.edit
    assert body_of_refusal(RequestConflictError, create, group["name"]) == DUPLICATE_GROUP
    assert (
        body_of_refusal(RequestConflictError, edit, other["id"], group["name"]) == DUPLICATE_GROUP
    )
    assert listed(tio, other["id"])[0]["name"] == other["name"]


def test_a_name_is_free_again_after_deletion(tio, group):
    tio.groups.delete(group["id"])
    assert tio.groups.create(group["name"])["id"] > group["id"]


def test_the_name_is_required(tio, group):
    assert body_of_refusal(BadRequestError, tio.groups.create, None) == required("name")
    assert body_of_refusal(BadRequestError, tio.post, "groups", json={}) == required("name")
    refused(BadRequestError, tio.groups.create, "")
    refused(BadRequestError, tio.post, "groups")
    assert listed(tio, group["id"]) == [group | {"user_count": 0}]


@pytest.mark.parametrize("name", [5, True, ["x"], {"x": 1}])
def test_a_name_that_is_no_text(tio, group, name):
    for call, arguments in ((tio.groups.create, ()), (tio.groups.edit, (group["id"],))):
        with pytest.raises(TypeError):
            call(*arguments, name)
    assert_invalid(
        body_of_refusal(BadRequestError, tio.post, "groups", json={"name": name}), "name"
    )


@pytest.mark.parametrize(
    "name", ["Zo\u00eb \u738b \U0001f600", "'); DROP TABLE groups;--", "<b>bold</b>", '"\\/%s{}']
)
def test_a_name_is_kept_exactly(tio, name):
    group = tio.groups.create(name)
    try:
        assert group["name"] == listed(tio, group["id"])[0]["name"] == name
    finally:
        tio.groups.delete(group["id"])


def test_managed_by_saml_through_the_method(tio):
    checked = by_version(_managed_by_saml_is_unknown, _managed_by_saml_is_kept)
    checked(tio)


def _managed_by_saml_is_unknown(tio):
    with pytest.raises(TypeError):
        tio.groups.create(unique_username("saml"), managed_by_saml=True)


def _managed_by_saml_is_kept(tio):
    group = tio.groups.create(unique_username("saml"), managed_by_saml=True)
    assert group["managed_by_saml"] is True
    assert tio.groups.edit(group["id"], group["name"])["managed_by_saml"] is True
    edited = tio.groups.edit(group["id"], group["name"], managed_by_saml=False)
    assert edited.get("managed_by_saml", False) is False
    with pytest.raises(TypeError):
        tio.groups.create(unique_username("saml"), managed_by_saml="nope")


def test_managed_by_saml_on_the_wire(tio):
    body = {"name": unique_username("saml"), "managed_by_saml": True}
    group = tio.post("groups", json=body).json()
    assert group["managed_by_saml"] is listed(tio, group["id"])[0]["managed_by_saml"] is True
    wrong = body | {"name": unique_username("saml"), "managed_by_saml": "nope"}
    assert_invalid(
        body_of_refusal(BadRequestError, tio.post, "groups", json=wrong), "managed_by_saml"
    )


# The members


def test_add_and_remove_a_member(tio, group, user):
    answers = watch(tio)
    assert tio.groups.add_user(group["id"], user.id) is None
    assert (answers[-1].status_code, answers[-1].content) == (200, b"")
    assert member_ids(tio, group["id"]) == [user.id]
    assert tio.users.details(user.id)["group_uuids"].count(group["uuid"]) == 1
    assert listed(tio, group["id"])[0]["user_count"] == 1
    assert tio.groups.delete_user(group["id"], user.id) is None
    assert (answers[-1].status_code, answers[-1].content) == (200, b"")
    assert member_ids(tio, group["id"]) == []
    assert tio.users.details(user.id)["group_uuids"] == [ALL_USERS]
    assert listed(tio, group["id"])[0]["user_count"] == 0


def test_members_are_full_records(tio, group, user):
    tio.groups.add_user(group["id"], user.id)
    [member] = tio.groups.list_users(group["id"])
    record = tio.users.details(user.id)
    assert member == {name: record[name] for name in member}
    assert {"id", "uuid", "username", "email", "name", "enabled"} <= member.keys()
    assert member["enabled"] is True


def test_the_group_shows_in_the_users_own_session(tio, connect, group, user):
    tio.groups.add_user(group["id"], user.id)
    record = connect(user).session.details()
    assert sorted(record["group_uuids"]) == sorted([ALL_USERS, group["uuid"]])


def test_adding_twice_is_once(tio, group, user):
    tio.groups.add_user(group["id"], user.id)
    tio.groups.add_user(group["id"], user.id)
    assert member_ids(tio, group["id"]) == [user.id]


@pytest.mark.parametrize("body", [{}, {"x": 1}])
def test_a_body_that_nobody_needs_is_harmless(tio, group, user, body):
    tio.post(f"groups/{group['id']}/users/{user.id}", json=body)
    assert member_ids(tio, group["id"]) == [user.id]


def test_a_group_with_members_cannot_be_deleted(tio, group, user):
    tio.groups.add_user(group["id"], user.id)
    body = body_of_refusal(BadRequestError, tio.groups.delete, group["id"])
    ids = f"UUID={group['uuid']}, accountUUID={group['container_uuid']}"
    assert body == {"error": f"Cannot delete Group[{ids}] that still has Users associated with it."}
    assert member_ids(tio, group["id"]) == [user.id]


def test_a_deleted_user_is_no_member(tio, group, user):
    tio.groups.add_user(group["id"], user.id)
    tio.users.delete(user.id)
    assert member_ids(tio, group["id"]) == []
    tio.groups.delete(group["id"])


def test_a_user_may_be_in_many_groups(tio, user):
    groups = [tio.groups.create(unique_username("group")) for _ in range(3)]
    for group in groups:
        tio.groups.add_user(group["id"], user.id)
    uuids = tio.users.details(user.id)["group_uuids"]
    assert sorted(uuids) == sorted([ALL_USERS, *(group["uuid"] for group in groups)])


@pytest.mark.parametrize("group_id", [1, -1, 2**31, 2**63, 2**64, 10**30, None])
def test_groups_that_are_not_there(tio, user, group_id):
    for call, arguments in (
        (tio.groups.edit, ("x",)),
        (tio.groups.delete, ()),
        (tio.groups.list_users, ()),
        (tio.groups.add_user, (user.id,)),
        (tio.groups.delete_user, (user.id,)),
    ):
        assert body_of_refusal(NotFoundError, call, group_id, *arguments) == NOT_FOUND


@pytest.mark.parametrize("user_id", [0, 1, -1, 2**63, 2**64 + 2, None])
def test_members_that_are_not_there(tio, group, user_id):
    for call in (tio.groups.add_user, tio.groups.delete_user):
        assert body_of_refusal(NotFoundError, call, group["id"], user_id) == NOT_FOUND
    assert member_ids(tio, group["id"]) == []


@pytest.mark.parametrize("word", ["nope", "15abc", "", "a/b", "%2f"])
def test_words_are_no_ids(tio, group, user, word):
    error = by_version(TypeError, APIError)
    for call, arguments in (
        (tio.groups.edit, (word, "x")),
        (tio.groups.delete, (word,)),
        (tio.groups.list_users, (word,)),
        (tio.groups.add_user, (word, user.id)),
        (tio.groups.delete_user, (group["id"], word)),
    ):
        with pytest.raises(error) as caught:
            call(*arguments)
        # An empty id in 26.x makes another path, such as /groups/users, which has other methods.
        if by_version(False, True):
            assert caught.value.code in ((404, 405) if word == "" else (404,))
    assert listed(tio, group["id"]) == [group | {"user_count": 0}]


def test_groups_and_members_by_uuid(tio, group, user):
    if by_version(True, False):
        with pytest.raises(TypeError):
            tio.groups.add_user(group["uuid"], user.uuid)
        tio.post(f"groups/{group['uuid'].upper()}/users/{user.uuid.upper()}")
    else:
        tio.groups.add_user(group["uuid"].upper(), user.uuid.upper())
        assert [user["uuid"] for user in tio.groups.list_users(group["uuid"])] == [user.uuid]
        refused(NotFoundError, tio.groups.list_users, NOWHERE)
    assert member_ids(tio, group["id"]) == [user.id]


@pytest.mark.parametrize("harm", ["edit", "delete", "delete_user"])
def test_the_group_of_all_cannot_be_touched(tio, user, harm):
    arguments = {"edit": (0, "Some Users"), "delete": (0,), "delete_user": (0, user.id)}[harm]
    with pytest.raises(APIError) as caught:
        getattr(tio.groups, harm)(*arguments)
    assert caught.value.code in (400, 403, 404, 409)
    assert listed(tio, 0)[0]["name"] == "All Users"
    assert tio.users.details(user.id)["group_uuids"] == [ALL_USERS]
