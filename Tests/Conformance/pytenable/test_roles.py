"""`/access-control/v1`: the standard roles, and a user's role by uuid. pyTenable has no methods for
these, so its plain `get` and `put` are used, as scripts do."""

import pytest
from client import NOWHERE, refused
from tenable.errors import APIError, BadRequestError, ForbiddenError, NotFoundError

from muster import unique_username

ROLES = "access-control/v1/roles"
PERMISSIONS = {
    "Basic": 16,
    "Scan Operator": 24,
    "Standard": 32,
    "Scan Manager": 40,
    "Administrator": 64,
}
every_role = pytest.mark.parametrize("name", PERMISSIONS)


def roles_of(user):
    return f"access-control/v1/users/{user.uuid}/roles"


@pytest.fixture
def uuids(tio):
    """The uuids of the standard roles by name."""
    return {role["name"]: role["uuid"] for role in tio.get(ROLES).json()}


def test_the_list_is_a_bare_array_of_roles(tio, user):
    roles = tio.get(ROLES).json()
    assert isinstance(roles, list) and len({role["uuid"] for role in roles}) == len(roles)
    for role in roles:
        assert role.keys() == {
            "name",
            "uuid",
            "description",
            "role_permission_strings",
            "type",
            "status",
            "containerUuid",
        }
        assert (role["type"], role["status"]) == ("STANDARD", "ENABLED")
        assert role["containerUuid"] == user.record["container_uuid"]
        assert all(type(text) is str for text in role["role_permission_strings"])
    assert PERMISSIONS.keys() <= {role["name"] for role in roles}


@every_role
def test_a_users_role_follows_its_permissions(tio, account, uuids, name):
    user = account(PERMISSIONS[name])
    assert tio.get(roles_of(user)).json() == {
        "container_uuid": user.record["container_uuid"],
        "user_uuid": user.uuid,
        "role_uuids": [uuids[name]],
    }


@every_role
def test_permissions_follow_the_role(tio, user, uuids, name):
    answer = tio.put(roles_of(user), json={"role_uuids": [uuids[name]]}).json()
    assert answer == tio.get(roles_of(user)).json()
    assert answer["role_uuids"] == [uuids[name]]
    record = tio.get(f"users/{user.id}", params={"withRoles": "true"}).json()
    assert record["permissions"] == PERMISSIONS[name]
    assert record["rbac_roles"] == [{"name": name, "uuid": uuids[name]}]


@every_role
def test_the_role_follows_an_edit(tio, user, uuids, name):
    tio.put(f"users/{user.id}", json={"permissions": PERMISSIONS[name]})
    assert tio.get(roles_of(user)).json()["role_uuids"] == [uuids[name]]


def test_a_new_role_holds_on_the_next_request(tio, connect, user, uuids):
    mine = connect(user)
    refused(ForbiddenError, mine.groups.create, unique_username("group"))
    tio.put(roles_of(user), json={"role_uuids": [uuids["Administrator"]]})
    assert mine.groups.create(unique_username("group"))["id"] > 1
    tio.put(roles_of(user), json={"role_uuids": [uuids["Basic"]]})
    refused(ForbiddenError, mine.groups.create, unique_username("group"))


@pytest.mark.parametrize(
    "body",
    [{}, [], {"role_uuids": None}, {"role_uuids": []}, {"role_uuids": "nope"}, {"role_uuids": [5]}]
    + [{"role_uuids": ["nope"]}, {"role_uuids": {}}],
)
def test_exactly_one_role_is_required(tio, user, body):
    refused(BadRequestError, tio.put, roles_of(user), json=body)
    assert tio.users.details(user.id)["permissions"] == 16


def test_two_roles_are_too_many(tio, user, uuids):
    both = {"role_uuids": [uuids["Standard"], uuids["Administrator"]]}
    refused(BadRequestError, tio.put, roles_of(user), json=both)
    assert tio.users.details(user.id)["permissions"] == 16


def test_a_role_that_does_not_exist(tio, user):
    with pytest.raises(APIError) as caught:
        tio.put(roles_of(user), json={"role_uuids": [NOWHERE]})
    assert caught.value.code in (400, 404)
    assert tio.users.details(user.id)["permissions"] == 16


def test_roles_of_nobody(tio, uuids):
    path = f"access-control/v1/users/{NOWHERE}/roles"
    refused(NotFoundError, tio.get, path)
    refused(NotFoundError, tio.put, path, json={"role_uuids": [uuids["Basic"]]})


def test_the_uuid_in_upper_case(tio, user):
    path = f"access-control/v1/users/{user.uuid.upper()}/roles"
    assert tio.get(path).json()["user_uuid"] == user.uuid


def test_nobody_gives_himself_a_role(connect, user, uuids):
    mine = connect(user)
    refused(ForbiddenError, mine.put, roles_of(user), json={"role_uuids": [uuids["Administrator"]]})
    assert mine.session.details()["permissions"] == 16
