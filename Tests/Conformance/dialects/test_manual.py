"""The examples of the ActiveLogic document, in its order, by the Swift client on the served program."""

import pytest
from swift_client import Refusal

from muster import PASSWORD, unique_username

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"  # RFC 8032 section 7.1, test 1


@pytest.fixture
def names():
    """The document's names are new in each run; `admin` stands for the one who logged in."""
    return {name: unique_username(name.replace("_", "-")) for name in ("new_user", "old_user", "other_user")}


def test_users_are_listed(swift, muster):
    first = swift.list()[0]
    largest = 2**63 - 1
    assert first == {
        "id": 2,
        "name": muster.admin["username"],
        "readbm": largest,
        "writebm": largest,
        "lviewbm": largest,
        "timeout": 0,
        "hosts": [],
    }


def test_users_are_added_updated_and_removed(swift, names):
    user = swift.addUser(name=names["old_user"], password="password", readbm=999)
    assert (user["readbm"], user["writebm"], user["hosts"]) == (999, 0, [])
    listed = next(u for u in swift.list() if u["name"] == names["old_user"])
    assert swift.updateUser(user=listed["id"], timeout=10) == user | {"timeout": 10}
    renamed = swift.updateUser(user=listed["id"], name=names["new_user"], writebm=99999)
    assert (renamed["name"], renamed["writebm"], renamed["timeout"]) == (names["new_user"], 99999, 10)
    with pytest.raises(Refusal, match="PLDBError user_already_exists"):
        swift.addUser(name=names["new_user"], password="password")
    swift.removeUser(user=names["new_user"])
    with pytest.raises(Refusal, match="ValueError user_not_found"):
        swift.removeUser(user=user["id"])
    with pytest.raises(Refusal, match="ValueError"):
        swift.addUser(name=names["new_user"], password="password", hosts=["not an address"])


def test_passwords_are_changed_with_the_password_of_whoever_logged_in(swift, connect, muster, names):
    other = swift.addUser(name=names["other_user"], password="password")
    swift.changeUserPassword(
        user=other["id"],
        currentPassword=muster.admin["password"],
        newPassword="other_user_new_password",
    )
    session = connect(names["other_user"], "other_user_new_password")
    session.changeUserPassword(
        user=other["id"], currentPassword="other_user_new_password", newPassword=PASSWORD
    )
    assert connect(names["other_user"], PASSWORD)
    with pytest.raises(Refusal, match="PLDBError"):
        swift.changeUserPassword(user=other["id"], currentPassword="wrong", newPassword=PASSWORD)


def test_public_keys_are_added_listed_and_removed(swift, names):
    swift.addUser(name=names["new_user"], password="password")
    swift.addPubKey(user=names["new_user"], key=KEY)
    swift.addPubKey(user=names["new_user"], key=f"ssh-ed25519 {KEY} jane@laptop")
    assert swift.listKeys(user=names["new_user"]) == [KEY]
    swift.removePubKey(user=names["new_user"], key=KEY)
    assert swift.listKeys(user=names["new_user"]) == []
    with pytest.raises(Refusal, match="ValueError"):
        swift.addPubKey(user=names["new_user"], key="AAAAB3NzaC1yc2EAAAADAQABAAACAQDHPNnxH8BLNZ..")


def test_users_are_authenticated_without_a_session_of_their_own(swift, muster, names):
    largest = 2**63 - 1
    user = dict(username=muster.admin["username"], password=muster.admin["password"])
    assert swift.authenticate(ipAddress="127.0.0.1", **user) == [largest, largest, largest]
    swift.addUser(name=names["new_user"], password="password", hosts=["127.0.0.1"], readbm=1)
    user = dict(username=names["new_user"], password="password")
    assert swift.authenticate(ipAddress="127.0.0.1", **user) == [0, 1, 0]
    with pytest.raises(Refusal, match="PLDBError"):
        swift.authenticate(ipAddress="192.0.2.1", **user)
