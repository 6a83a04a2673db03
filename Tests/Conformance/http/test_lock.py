"""The lock: when it closes, what lifts it, and what it does not tell."""

import re
from concurrent.futures import ThreadPoolExecutor

import requests
from answers import INVALID, WRONG_PASSWORD, assert_body, assert_empty, assert_json, assert_record
from sessions import BEARABLE_FAILURES, NEW_PASSWORD, assert_lives, details, token_of

from muster import PASSWORD, Muster, unique_username, until


def lock(server, username):
    for _ in range(BEARABLE_FAILURES + 1):
        assert_body(server.login(username, "not this one"), INVALID)


def test_more_than_five_failures_lock_the_password(muster, user):
    for count in range(1, BEARABLE_FAILURES + 1):
        assert_body(muster.login(user.username, "not this one"), INVALID)
        assert_record(
            muster.request("GET", f"/users/{user.id}"), login_fail_count=count, lockout=0
        )
    assert_body(muster.login(user.username, "not this one"), INVALID)
    assert_record(
        muster.request("GET", f"/users/{user.id}"),
        login_fail_count=BEARABLE_FAILURES + 1,
        lockout=1,
    )
    assert_body(muster.login(user.username), INVALID)
    # It blocks the password and not the keys.
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id, lockout=1)


def test_five_failures_do_not_lock(muster, user):
    for _ in range(3):
        for _ in range(BEARABLE_FAILURES):
            assert_body(muster.login(user.username, "not this one"), INVALID)
        assert_json(muster.login(user.username), 200)


def test_a_lock_does_not_end_a_session(muster, user):
    token = token_of(muster, user)
    lock(muster, user.username)
    assert_lives(muster, token, user)


def test_a_reset_lifts_the_lock(muster, user):
    lock(muster, user.username)
    reset = {"password": NEW_PASSWORD}
    assert_empty(muster.request("PUT", f"/users/{user.id}/chpasswd", json=reset))
    assert_record(muster.request("GET", f"/users/{user.id}"), lockout=0, login_fail_count=0)
    assert_json(muster.login(user.username, NEW_PASSWORD), 200)


def test_new_keys_lift_the_lock(muster, user):
    lock(muster, user.username)
    muster.keys_of(user.id)
    assert_record(
        muster.request("GET", f"/users/{user.id}"),
        lockout=0,
        login_fail_count=0,
        login_fail_total=BEARABLE_FAILURES + 1,
    )
    assert_json(muster.login(user.username), 200)


def test_time_lifts_the_lock():
    # So long that it is still locked when that is asked, however long a hash takes.
    with Muster({"MUSTER_LOGIN_LOCKOUT_SECONDS": 10}) as server:
        user = server.create()
        lock(server, user["username"])
        assert_body(server.login(user["username"]), INVALID)
        until(
            lambda: server.login(user["username"]).status_code == 200, 60, "a lock lifted by time"
        )
        record = server.request("GET", f"/users/{user['id']}").json()
        assert (record["lockout"], record["login_fail_count"]) == (0, 0)


def test_the_lock_holds_against_many_at_once(muster, user):
    """Guesses that were under way when the password was locked do not unlock it again."""
    with ThreadPoolExecutor(8) as pool:
        guesses = [pool.submit(muster.login, user.username, f"guess {n}") for n in range(24)]
        for guess in guesses:
            assert guess.result().status_code in (401, 503)
    assert details(muster, user)["lockout"] == 1
    assert_body(muster.login(user.username), INVALID)


def test_the_lock_is_no_way_round_by_the_change_of_a_password(muster, user):
    lock(muster, user.username)
    change = {"password": NEW_PASSWORD, "current_password": PASSWORD}
    answer = muster.request("PUT", "/session/chpasswd", json=change, keys=user.keys)
    assert assert_json(answer, 400) == WRONG_PASSWORD


def hashes(server):
    """How many passwords a server has hashed."""
    url = until(lambda: re.search(r"http://127\.0\.0\.1:\d+/metrics", server.log()), 60, "metrics")[0]
    text = requests.get(url, timeout=60).text
    return sum(int(count) for count in re.findall(r"(?m)^muster_hashing_wait_seconds_count\{.*\} (\d+)$", text))


def test_all_refusals_look_the_same_and_cost_one_hash():
    """Unknown, wrong, disabled and locked: one answer, and the same work; `make bench-factors` measures the time."""
    with Muster({"MUSTER_METRICS_BIND": "127.0.0.1:0"}) as server:
        locked, disabled, wrong = (server.create() for _ in range(3))
        lock(server, locked["username"])
        server.request("PUT", f"/users/{disabled['id']}/enabled", json={"enabled": False})
        # Three that were created, and six that locked one.
        count = until(lambda: hashes(server) >= 9 and hashes(server), 60, "what was hashed until now")
        for name, password in (
            (unique_username(), PASSWORD),
            (wrong["username"], "not this one"),
            (disabled["username"], PASSWORD),
            (locked["username"], PASSWORD),
            (unique_username(), PASSWORD),
        ):
            answer = server.login(name, password)
            assert_body(answer, INVALID)
            assert "Set-Cookie" not in answer.headers
            # Metrics are put together once a second at most.
            before, count = count, until(lambda known=count: max(hashes(server) - known, 0), 60, "one more hash") + count
            assert count == before + 1
