"""One user, two dialects: what one client writes is what the other reads, field by field, in both directions."""

import pytest
from swift_client import Refusal
from tenable.errors import (
    BadRequestError,
    NotFoundError,
    RequestConflictError,
    UnauthorizedError,
)

from muster import PASSWORD, unique_username

OTHER_PASSWORD = "Copper-Basin-17-Willow"
LARGEST = 2**63 - 1


def found(swift, user_id):
    return next(user for user in swift.list() if user["id"] == user_id)


@pytest.fixture
def added(swift):
    """A user made by `addUser`, with every field."""
    return swift.addUser(
        name=unique_username(),
        password=PASSWORD,
        readbm=LARGEST,
        writebm=5,
        lviewbm=2**62,
        timeout=600,
        hosts=["10.0.0.0/8", "127.0.0.1", "2001:db8::/32"],
    )


@pytest.fixture
def created(tio):
    """A user made by `tio.users.create`, with every field."""
    name = unique_username()
    return tio.users.create(name, PASSWORD, 32, name="Jane Doe", email="jane@example.com")


def test_a_user_made_by_add_user_is_the_one_that_pytenable_lists(swift, tio, added):
    record = next(user for user in tio.users.list() if user["id"] == added["id"])
    assert record["username"] == added["name"] == record["name"] == record["email"]
    assert (record["permissions"], record["enabled"]) == (16, True)


def test_a_user_made_by_pytenable_is_the_one_that_the_swift_client_lists(swift, created):
    assert found(swift, created["id"]) == {
        "id": created["id"],
        "name": created["username"],
        "readbm": 0,
        "writebm": 0,
        "lviewbm": 0,
        "timeout": 0,
        "hosts": [],
    }


# What pyTenable changes of a user made by addUser; nothing of the other dialect's is touched by it.


@pytest.mark.parametrize(
    "change",
    [{"name": "Jane Doe"}, {"email": "jane@example.com"}, {"permissions": 40}, {"enabled": False}],
    ids=lambda change: next(iter(change)),
)
def test_pytenable_edits_a_field_of_a_user_made_by_add_user(swift, tio, muster, added, change):
    # The newest pyTenable sends an empty body for edit(); the same request goes through its own put().
    record = tio.put(f"users/{added['id']}", json=change).json()
    assert {name: record[name] for name in change} == change
    assert tio.users.details(added["id"]) | change == tio.users.details(added["id"])
    assert found(swift, added["id"]) == added


def test_pytenable_enables_and_disables_a_user_made_by_add_user(swift, tio, added):
    def enter():
        return swift.authenticate(
            username=added["name"], password=PASSWORD, ipAddress="10.1.2.3"
        )

    assert enter() == [2**62, LARGEST, 5]
    tio.users.enabled(added["id"], False)
    with pytest.raises(Refusal, match="login_failed"):
        enter()
    tio.users.enabled(added["id"], True)
    assert enter() == [2**62, LARGEST, 5]


def test_pytenable_forbids_the_password_of_a_user_made_by_add_user(connect, tio, added):
    tio.users.edit_auths(added["id"], True, False, False)
    with pytest.raises(Refusal, match="PLDBIOError"):
        connect(added["name"], PASSWORD)
    tio.users.edit_auths(added["id"], True, True, False)
    assert connect(added["name"], PASSWORD).list()


def test_pytenable_changes_the_password_of_a_user_made_by_add_user(connect, tio, added):
    tio.users.change_password(added["id"], PASSWORD, OTHER_PASSWORD)
    with pytest.raises(Refusal, match="PLDBIOError"):
        connect(added["name"], PASSWORD)
    assert connect(added["name"], OTHER_PASSWORD).list()


def test_keys_made_by_pytenable_obey_the_hosts_that_add_user_gave(swift, tio, tenable, added):
    keys = tio.users.gen_api_keys(added["id"])
    client = tenable((keys["accessKey"], keys["secretKey"]))
    assert client.session.details()["id"] == added["id"]
    swift.updateUser(user=added["id"], hosts=["10.0.0.0/8"])
    with pytest.raises(UnauthorizedError):
        client.session.details()
    swift.updateUser(user=added["id"], hosts=[])
    assert client.session.details()["id"] == added["id"]


def test_pytenable_deletes_a_user_made_by_add_user(swift, tio, added):
    tio.users.delete(added["id"])
    assert added["id"] not in [user["id"] for user in swift.list()]
    with pytest.raises(Refusal, match="ValueError user_not_found"):
        swift.updateUser(user=added["id"], timeout=1)


# What the Swift client changes of a user made by pyTenable; roles, names and addresses stay as they were.


@pytest.mark.parametrize(
    "change",
    [
        {"readbm": LARGEST},
        {"writebm": 99999},
        {"lviewbm": 1},
        {"timeout": 10},
        {"hosts": ["192.0.2.0/24", "2001:db8::1"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_update_user_changes_a_field_of_a_user_made_by_pytenable(swift, tio, created, change):
    before = tio.users.details(created["id"])
    user = swift.updateUser(user=created["id"], **change)
    assert {name: user[name] for name in change} == change
    assert found(swift, created["id"]) == user
    assert tio.users.details(created["id"]) == before


def test_update_user_renames_a_user_made_by_pytenable(swift, tio, created):
    name = unique_username("renamed")
    swift.updateUser(user=created["username"], name=name)
    record = tio.users.details(created["id"])
    assert (record["username"], record["name"]) == (name, "Jane Doe")


def test_update_user_changes_the_password_of_a_user_made_by_pytenable(swift, tenable, created):
    swift.updateUser(user=created["id"], password=OTHER_PASSWORD)
    with pytest.raises(UnauthorizedError):
        tenable(username=created["username"], password=PASSWORD)
    client = tenable(username=created["username"], password=OTHER_PASSWORD)
    assert client.session.details()["id"] == created["id"]


def test_remove_user_removes_a_user_made_by_pytenable(swift, tio, created):
    swift.removeUser(user=created["username"])
    with pytest.raises(NotFoundError):
        tio.users.details(created["id"])


# One set of rules: what one dialect refuses, the other refuses.


def test_a_name_is_taken_in_both_dialects(swift, tio, created, added):
    with pytest.raises(Refusal, match="PLDBError user_already_exists"):
        swift.addUser(name=created["username"].upper(), password=PASSWORD)
    with pytest.raises(RequestConflictError):
        tio.users.create(added["name"].upper(), PASSWORD, 16)


def test_a_password_is_too_short_in_both_dialects(swift, tio):
    with pytest.raises(Refusal, match="ValueError password_policy"):
        swift.addUser(name=unique_username(), password="short")
    with pytest.raises(BadRequestError):
        tio.users.create(unique_username(), "short", 16)


def test_the_first_administrator_can_be_deleted_in_neither_dialect(swift, tio, account, connect, tenable):
    deputy = account(64)
    with pytest.raises(RequestConflictError):
        tenable(deputy.keys).users.delete(2)
    with pytest.raises(Refusal, match="PLDBError"):
        connect(deputy.username, deputy.password).removeUser(user=2)


def test_the_inactivity_timeout_of_one_dialect_ends_the_sessions_of_the_other(swift, tenable, created):
    client = tenable(username=created["username"], password=PASSWORD)
    assert client.session.details()["id"] == created["id"]
    swift.updateUser(user=created["id"], timeout=2**31 - 1)
    assert client.session.details()["id"] == created["id"]


def test_each_change_is_in_the_audit_log_that_pytenable_reads(swift, tio, added):
    swift.updateUser(user=added["id"], timeout=1)
    swift.removeUser(user=added["id"])
    uuid = next(
        event["target"]["id"]
        for event in tio.audit_log.events(("action", "eq", "user.create"), limit=10_000)
        if event["target"]["name"] == added["name"]
    )
    actions = [
        event["action"]
        for event in tio.audit_log.events(("target_id", "eq", uuid), limit=100)
        if event["action"].startswith("user.")
    ]
    assert actions == ["user.create", "user.update", "user.delete"]
