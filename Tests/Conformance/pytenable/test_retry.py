"""429 and 503 with `Retry-After`, as pyTenable sees them: it waits that long and asks again."""

import re
import threading
from importlib import import_module
from types import SimpleNamespace

import pytest
import requests
from client import by_version, client_of, gateway, watch
from tenable.errors import ServiceUnavailableError, TooManyRequestsError

from muster import PASSWORD, Muster, unique_username, until

# Where pyTenable does its waiting.
TRANSPORT = by_version("restfly.session", "tenable.base._restfly_v1")
UNAVAILABLE = gateway(
    503, "Service Unavailable", "Please wait a moment and try your request again."
)
MANY = 1000


@pytest.fixture
def naps(monkeypatch):
    """Makes pyTenable note its waits instead of waiting; `naps.then` runs in place of each."""
    naps = []
    noted = SimpleNamespace(seconds=naps, then=lambda: None)

    def nap(seconds):
        naps.append(seconds)
        noted.then()

    monkeypatch.setattr(import_module(TRANSPORT), "time", SimpleNamespace(sleep=nap))
    return noted


def retry_counts(answers):
    return [answer.request.headers.get("X-Tio-Retry-Count") for answer in answers]


def assert_seconds(answer):
    """Checks that the answer says in whole seconds when to come again."""
    assert answer.headers["Retry-After"].isdigit()
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def ask_until(error, call):
    """Makes the call until it raises the error."""
    with pytest.raises(error):
        for _ in range(MANY):
            call()


# 429: too many requests of one user in a minute


@pytest.fixture(scope="module")
def limited():
    with Muster({"MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE": 60}) as muster:
        yield muster


def test_too_many_requests_are_retried_and_then_raised(limited, account, naps):
    tio = client_of(limited, account(server=limited).keys, retries=2)
    answers = watch(tio)
    ask_until(TooManyRequestsError, tio.session.details)
    last = answers[-3:]
    assert [answer.status_code for answer in last] == [429, 429, 429]
    assert retry_counts(last) == [None, "1", "2"]
    # Each retry names the refusal before it.
    refusals = [answer.headers["X-Tio-Last-Request-Uuid"] for answer in last]
    chain = [answer.request.headers.get("X-Tio-Last-Request-Uuid") for answer in last]
    assert chain == [None, *refusals[:2]] and len(set(refusals)) == 3
    for answer in last:
        assert_seconds(answer)
    assert naps.seconds[-3:] == [float(answer.headers["Retry-After"]) for answer in last]
    tio._session.close()


def test_a_retry_succeeds_once_the_limit_is_gone(account, naps):
    with Muster({"MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE": 60}) as muster:

        def lift_the_limit():
            muster.stop()
            muster.settings.clear()
            muster.start()

        # In place of a wait of up to a minute.
        naps.then = lift_the_limit
        tio = client_of(muster, account(server=muster).keys, retries=1)
        answers = watch(tio)
        for _ in range(MANY):
            assert tio.session.details()["permissions"] == 16
            if naps.seconds:
                break
        assert [answer.status_code for answer in answers[-2:]] == [429, 200]
        assert retry_counts(answers[-2:]) == [None, "1"]
        assert naps.seconds == [float(answers[-2].headers["Retry-After"])]
        tio._session.close()


def test_the_limit_is_one_users_alone(limited, account, naps):
    first, second = account(server=limited), account(server=limited)
    busy = client_of(limited, first.keys)
    ask_until(TooManyRequestsError, busy.session.details)
    other = client_of(limited, second.keys)
    assert other.session.details()["id"] == second.id
    assert limited.request("GET", "/server/status", keys=None).status_code == 200
    for tio in (busy, other):
        tio._session.close()


def test_without_a_limit_nobody_is_refused(tio, user):
    for _ in range(200):
        assert tio.users.details(user.id)["id"] == user.id


# 503: the queue of passwords to hash is full


@pytest.fixture(scope="module")
def slow():
    """A server that hashes one password at a time, slowly, while one more may wait."""
    settings = {
        "MUSTER_PASSWORD_HASHING_THREADS": 1,
        "MUSTER_PASSWORD_HASHING_QUEUE": 1,
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 65536,
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": 6,
        "MUSTER_METRICS_BIND": "127.0.0.1:0",
    }
    with Muster(settings) as muster:
        yield muster


@pytest.fixture
def storm(slow):
    """Passwords that the administrator sets, more at a time than the server takes, until it is called.

    Strangers' logins would not do: whoever has come in waits behind nobody but those who have, too.
    """
    over = threading.Event()
    user = slow.create()

    def knock():
        while not over.is_set():
            body = {"password": PASSWORD}
            if slow.request("PUT", f"/users/{user['id']}/chpasswd", json=body).status_code == 503:
                over.wait(0.01)

    threads = [threading.Thread(target=knock) for _ in range(6)]
    for thread in threads:
        thread.start()

    def stop():
        over.set()
        for thread in threads:
            thread.join()

    yield stop
    stop()


def hashes(server):
    """How many passwords a server has hashed."""
    url = until(lambda: re.search(r"http://127\.0\.0\.1:\d+/metrics", server.log()), 60, "metrics")[0]
    text = requests.get(url, timeout=60).text
    return sum(int(count) for count in re.findall(r"(?m)^muster_hashing_wait_seconds_count\{.*\} (\d+)$", text))


def test_a_full_queue_is_raised_at_last(slow, storm, naps):
    tio = client_of(slow, retries=1)
    answers = watch(tio)
    tried = []

    def create():
        tried.append(unique_username())
        tio.users.create(tried[-1], PASSWORD, 16)

    ask_until(ServiceUnavailableError, create)
    last = answers[-2:]
    assert [answer.status_code for answer in last] == [503, 503]
    assert retry_counts(last) == [None, "1"]
    for answer in last:
        assert_seconds(answer)
        assert answer.json() == UNAVAILABLE
    assert naps.seconds[-2:] == [float(answer.headers["Retry-After"]) for answer in last]
    assert tried[-1] not in [user["username"] for user in tio.users.list()]
    tio._session.close()


def test_a_retry_after_the_storm_creates_the_user_once(slow, storm, naps):
    naps.then = storm
    tio = client_of(slow, retries=1)
    answers = watch(tio)
    for _ in range(MANY):
        username = unique_username()
        assert tio.users.create(username, PASSWORD, 16)["username"] == username
        if naps.seconds:
            break
    assert [answer.status_code for answer in answers[-2:]] == [503, 200]
    assert retry_counts(answers[-2:]) == [None, "1"]
    assert [user["username"] for user in tio.users.list()].count(username) == 1
    tio._session.close()


def test_a_full_queue_holds_up_nobody_else(slow, storm):
    tio = client_of(slow)
    answers = watch(tio)
    before = hashes(slow)
    for _ in range(100):
        assert tio.session.details()["id"] == 2
    # Were each of them to wait for one hash, there would be a hundred.
    assert hashes(slow) - before < 100
    assert {answer.status_code for answer in answers} == {200}
    tio._session.close()
