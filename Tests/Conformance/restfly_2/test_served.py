"""Clients on restfly 2 against a real server: the users API, refusals, and a limit that ends."""

import pytest
import restfly
from restfly import APIError, RetryError

from muster import PASSWORD, Muster, unique_username


def refused(status, call, *arguments, **fields):
    with pytest.raises(APIError) as caught:
        call(*arguments, **fields)
    assert caught.value.status_code == status
    return caught.value.response


def test_the_version_is_the_one_that_the_guide_speaks_of():
    assert restfly.__version__ == "2.0.5"


def test_the_status_needs_no_keys(muster, client_of):
    answer = client_of(muster.url)._get("server/status")
    assert answer.json() == {"code": 200, "status": "ready"}


def test_a_user_is_created_read_edited_listed_and_deleted(muster, client_of):
    client = client_of(muster.url, muster.admin_keys)
    username = unique_username()
    user = client.users.create(username=username, password=PASSWORD, permissions=16)
    assert user["username"] == username
    assert client.users.details(user["id"])["permissions"] == 16
    assert client.users.edit(user["id"], permissions=32, name="Zoë")["name"] == "Zoë"
    assert [one["permissions"] for one in client.users.list() if one["id"] == user["id"]] == [32]
    client.users.delete(user["id"])
    assert refused(404, client.users.details, user["id"]).json()["statusCode"] == 404


def test_many_requests_go_over_one_connection(muster, client_of):
    client = client_of(muster.url, muster.admin_keys)
    for _ in range(200):
        assert client.users.details(2)["id"] == 2


def test_refusals_are_raised_at_once_and_hold_the_servers_answer(muster, client_of, naps):
    username = muster.create()["username"]
    client = client_of(muster.url, muster.admin_keys)
    fields = {"username": username, "password": PASSWORD, "permissions": 16}
    assert refused(409, client.users.create, **fields).json()["message"] == "Duplicate username"
    assert refused(400, client.users.create, username="x").json()["statusCode"] == 400
    stranger = client_of(muster.url, ("0" * 64, "0" * 64))
    assert refused(401, stranger.users.list).json()["error"] == "Unauthorized"
    assert naps == []


@pytest.fixture
def limited():
    with Muster({"MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE": 60}) as muster:
        yield muster


def test_a_limit_is_asked_again_after_half_a_minute_and_more_whatever_the_server_says(
    limited, account, client_of, naps
):
    user = account(server=limited)
    answers = []
    hooks = {"response": [answers.append]}
    client = client_of(limited.url, user.keys, event_hooks=hooks)
    with pytest.raises(RetryError):
        for _ in range(1000):
            client._get("session")
    assert [answer.status_code for answer in answers[-6:]] == [429] * 6
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in answers[-6:])
    assert naps[-6:] == [30, 60, 90, 120, 150, 180]


def test_a_limit_that_ends_meanwhile_costs_the_call_nothing_but_time(
    limited, account, client_of, naps, monkeypatch
):
    user = account(server=limited)
    client = client_of(limited.url, user.keys)

    def lift_the_limit(seconds):
        naps.append(seconds)
        limited.stop()
        limited.settings.clear()
        limited.start()

    monkeypatch.setattr("restfly._sync.sleep", lift_the_limit)
    for _ in range(1000):
        assert client._get("session").json()["id"] == user.id
        if naps:
            break
    assert naps == [30]
