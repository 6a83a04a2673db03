"""A node that is killed, and a database that hangs, is stopped, or is killed: what callers are told, and what is left."""

import itertools
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from nodes import BOUND, Asker, Cluster, at_once, with_keys, with_token

from muster import assert_within, until
from writers import Callers, halves, losses, told

# After so many seconds at most a node says that its database does not answer.
ANSWER_SECONDS = 30
# After so many whoever looks something up is told, at however many nodes and together with others.
LOOK_SECONDS = 5
# A hang that is shorter than this nobody is told of.
PATIENCE = 2
# After so many seconds at most it works again.
BACK_SECONDS = 60

GOOD_FORM = "0" * 64


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster whose database may fail."""
    with Cluster(tmp_path_factory.mktemp("failing")) as cluster:
        yield cluster


@pytest.fixture
def urls(nodes):
    return [node.url for node in nodes]


def assert_away(answer):
    """The one answer of a node whose database is away."""
    assert answer.status_code == 503, (answer.status_code, answer.text)
    assert int(answer.headers["Retry-After"]) >= 1


def assert_books(cluster, callers):
    assert losses(callers, cluster.sql) == []
    assert halves(cluster.sql) == []
    users = [node.request("GET", "/muster/v1/users?limit=1").json()["total"] for node in cluster.nodes]
    assert users == [int(cluster.sql('SELECT count(*) FROM muster."user"'))] * 3, told(callers)


def test_a_node_that_is_killed_while_all_write_loses_nothing_and_comes_back(cluster, nodes, urls):
    with Callers(urls, nodes[0].admin_keys, 6) as callers:
        for node in (nodes[2], nodes[0], nodes[2]):
            callers.go_on(60)
            node.kill()
            callers.go_on(60)
            node.start()
            until(node.is_ready, BACK_SECONDS, "a node that was started again")
        callers.go_on(30)
    assert_books(cluster, callers)


class Away:
    """What is asked while the database does not answer, by people who were there before."""

    def __init__(self, nodes, account):
        self.nodes, self.user = nodes, account()
        self.token = nodes[1].login(self.user.username).json()["token"]

    def questions(self, node):
        access, secret = self.user.keys
        yield lambda: node.request("GET", "/session", keys=self.user.keys, timeout=60)
        yield lambda: node.request("GET", "/session", keys=(access, secret[::-1]), timeout=60)
        yield lambda: node.request("GET", "/session", keys=None, headers=with_token(self.token), timeout=60)
        yield lambda: node.request("GET", "/session", keys=None, headers=with_token(GOOD_FORM), timeout=60)
        yield lambda: node.login(self.user.username)
        yield lambda: node.login(self.user.username, "wrong")
        yield lambda: node.request("POST", "/users", json={}, timeout=60)
        yield lambda: node.request("PUT", f"/users/{self.user.id}", json={"name": "Nobody"}, timeout=60)

    def assert_all_are_told(self, since):
        """Nobody hangs, is let in for longer than a second or is called a stranger; who shows nothing is refused as ever."""
        askers = [Asker(node, **with_keys(self.user.keys)) for node in self.nodes]
        let_in = at_once(*(lambda each=asker: each.refused_after(since, refusals=(503,)) for asker in askers))
        assert max(let_in) <= BOUND

        def telling():
            begin = time.monotonic()
            for answer in at_once(*(question for node in self.nodes for question in self.questions(node))):
                assert_away(answer)
            return time.monotonic() - begin

        assert_within(LOOK_SECONDS, telling)
        for node in self.nodes:
            assert node.request("GET", "/session", keys=None).status_code == 401
            assert node.request("GET", "/healthz", keys=None).status_code == 200

    def answers_as_ever(self, node):
        """Whether a node answers as if nothing had been; it still may say that the database is away, and nothing else."""
        answers = [question() for question in itertools.islice(self.questions(node), 6)]
        for answer, ever in zip(answers, (200, 401, 200, 401, 200, 401), strict=True):
            if answer.status_code != ever:
                assert_away(answer)
                return False
        return True

    def assert_all_is_well(self):
        for node in self.nodes:
            until(node.is_ready, BACK_SECONDS, "a node that is ready again")
            until(lambda each=node: self.answers_as_ever(each), BACK_SECONDS, "a node that answers as ever")


@pytest.fixture
def away(cluster, nodes, account):
    cluster.agree()
    return Away(nodes, account)


def unready(nodes):
    """Waits until all nodes say that they cannot work, each with what fails."""

    def is_unready(node):
        answer = node.request("GET", "/readyz", keys=None, timeout=30)
        return answer.status_code == 503 and "Retry-After" in answer.headers and answer.json()["failed"]

    with ThreadPoolExecutor(len(nodes)) as pool:
        return list(pool.map(lambda node: until(lambda: is_unready(node), ANSWER_SECONDS, "a node that is not ready"), nodes))


def test_a_database_that_hangs_is_said_to_be_away_and_comes_back(cluster, nodes, away):
    cluster.engine.suspend()
    since = time.monotonic()
    try:
        assert all(set(failed) & {"read", "write", "time"} for failed in unready(nodes))
        away.assert_all_are_told(since)
    finally:
        cluster.engine.resume()
    away.assert_all_is_well()


def test_a_node_that_starts_while_its_database_is_slow_waits_for_it(cluster, nodes):
    node = nodes[2]
    node.stop()
    cluster.engine.suspend()
    try:
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(node.start)
            until(lambda: node.process, ANSWER_SECONDS, "a process")
            # Longer than one try to be let in.
            with pytest.raises(subprocess.TimeoutExpired):
                node.process.wait(4)
            cluster.engine.resume()
            starting.result()
    finally:
        cluster.engine.resume()
    until(node.is_ready, BACK_SECONDS, "a node that has started")


def test_a_database_that_is_stopped_is_said_to_be_away_and_comes_back(cluster, nodes, away):
    cluster.engine.stop()
    since = time.monotonic()
    try:
        assert all("write" in failed for failed in unready(nodes))
        away.assert_all_are_told(since)
    finally:
        cluster.engine.start()
    away.assert_all_is_well()


def test_a_database_that_is_killed_while_all_write_loses_nothing(cluster, nodes, urls, away):
    with Callers(urls, nodes[0].admin_keys, 6) as callers:
        for _ in range(3):
            callers.go_on(60)
            cluster.engine.kill()
            cluster.engine.start()
            callers.go_on(60)
    away.assert_all_is_well()
    assert_books(cluster, callers)


def test_look_ups_are_answered_while_a_database_hangs_for_a_moment(cluster, nodes, urls, away):
    """Shorter than anybody's patience: all wait, and nobody is told anything else."""
    hangs, troubles = [], []
    # On a machine with much else to do a hang may become a longer one, of which people are told; and after a short one there is as
    # long for what has waited, of which one try in three has to be seen.
    while len(hangs) < 20 and len(troubles) < 3:
        with Callers(urls, nodes[0].admin_keys, 3) as callers:
            callers.go_on(30)
            begin = time.monotonic()
            cluster.engine.suspend()
            silent = lambda reader: time.monotonic() - reader.answered[-1] > 0.3  # noqa: E731
            until(lambda: all(map(silent, callers.readers)), ANSWER_SECONDS, "nobody is answered")
            cluster.engine.resume()
            hangs.append(time.monotonic() - begin)
            callers.go_on(30)
        assert_books(cluster, callers)
        if hangs[-1] < PATIENCE / 2:
            if all(set(caller.answers) <= {200, 201} for caller in [*callers.writers, *callers.readers]):
                return
            troubles.append(told(callers))
    raise AssertionError((hangs, troubles))
