"""More than five failed logins lock the password, and nothing else, until something lifts it."""

import pytest
from client import INVALID_CREDENTIALS, client_of

from muster import PASSWORD, Muster, until

OTHER = "Gravel-Orchid-57-Tunnel"


def fail(muster, user, times):
    for _ in range(times):
        assert muster.login(user.username, "wrong").status_code == 401


@pytest.fixture
def locked(muster, tio, user):
    """A user who is locked."""
    fail(muster, user, 6)
    assert tio.users.details(user.id)["lockout"] == 1
    return user


def test_five_failed_logins_do_not_lock(muster, tio, user):
    fail(muster, user, 5)
    record = tio.users.details(user.id)
    assert (record["lockout"], record["login_fail_count"], record["login_fail_total"]) == (0, 5, 5)
    assert muster.login(user.username).status_code == 200


def test_the_sixth_locks(muster, tio, user):
    fail(muster, user, 6)
    record = tio.users.details(user.id)
    assert (record["lockout"], record["login_fail_count"], record["login_fail_total"]) == (1, 6, 6)
    assert (type(record["lockout"]), record["enabled"]) == (int, True)


def test_a_success_starts_the_count_again(muster, tio, user):
    fail(muster, user, 5)
    assert muster.login(user.username).status_code == 200
    record = tio.users.details(user.id)
    assert (record["login_fail_count"], record["login_fail_total"]) == (0, 5)
    fail(muster, user, 5)
    record = tio.users.details(user.id)
    assert (record["lockout"], record["login_fail_count"], record["login_fail_total"]) == (0, 5, 10)


def test_the_letter_case_of_the_username_is_no_way_round(muster, tio, user):
    for username in (user.username, user.username.upper(), user.username.title()) * 2:
        assert muster.login(username, "wrong").status_code == 401
    assert tio.users.details(user.id)["lockout"] == 1


def test_the_right_password_is_refused_like_a_wrong_one(muster, locked):
    answer = muster.login(locked.username)
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)
    assert "Set-Cookie" not in answer.headers


def test_api_keys_and_sessions_still_work(muster, connect, tio, user):
    token = muster.login(user.username).json()["token"]
    fail(muster, user, 6)
    assert tio.users.details(user.id)["lockout"] == 1
    assert connect(user).session.details()["id"] == user.id
    headers = {"X-Cookie": f"token={token}"}
    assert muster.request("GET", "/session", headers=headers, keys=None).status_code == 200


def test_others_are_not_locked(muster, locked, account):
    assert muster.login(account().username).status_code == 200


def test_a_new_password_by_an_administrator_unlocks(muster, tio, locked):
    tio.users.change_password(locked.id, None, OTHER)
    record = tio.users.details(locked.id)
    assert (record["lockout"], record["login_fail_count"]) == (0, 0)
    assert record["login_fail_total"] >= 6
    assert muster.login(locked.username, OTHER).status_code == 200


def test_new_keys_unlock(muster, tio, locked):
    tio.users.gen_api_keys(locked.id)
    record = tio.users.details(locked.id)
    assert (record["lockout"], record["login_fail_count"]) == (0, 0)
    assert muster.login(locked.username).status_code == 200


def test_time_unlocks():
    # So long that it is still locked when that is asked, however long a hash takes.
    seconds = 10
    with Muster({"MUSTER_LOGIN_LOCKOUT_SECONDS": seconds}) as muster:
        tio = client_of(muster)
        user = muster.create()
        for _ in range(6):
            assert muster.login(user["username"], "wrong").status_code == 401
        assert muster.login(user["username"]).status_code == 401

        def is_unlocked():
            return tio.users.details(user["id"])["lockout"] == 0

        assert not is_unlocked()
        until(is_unlocked, seconds + 30, "an unlocked user")
        assert muster.login(user["username"], PASSWORD).status_code == 200
        tio._session.close()
