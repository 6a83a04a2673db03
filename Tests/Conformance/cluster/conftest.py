"""The cluster of the run, clients on its nodes, and users that belong to one test each."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.register_assert_rewrite("nodes")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "dialects"))

from nodes import FIGURES, PASSWORD, Cluster, with_keys  # noqa: E402


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Three nodes on one database. They must stop cleanly and log no secret."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster
        for node in cluster.nodes:
            log = node.log()
            secrets = {"a user's password": PASSWORD, "the secret key": cluster.admin["secret_key"]}
            assert not [what for what, secret in secrets.items() if secret in log]


@pytest.fixture
def nodes(cluster):
    return cluster.nodes


@pytest.fixture
def muster(nodes):
    """The first node, for those who make users: they are users of all."""
    return nodes[0]


@pytest.fixture
def under_load(cluster, account):
    """Has look-ups made at all nodes while something is done, each of which has to be answered well, but for a few where the machine stands still."""

    @contextmanager
    def running():
        keys = with_keys(account().keys)["X-ApiKeys"]
        here = Path(__file__).parent
        command = [sys.executable, here / "load.py", keys, *(node.url for node in cluster.nodes)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield
            counts = json.loads(process.communicate(timeout=60)[0])
        finally:
            process.kill()
            process.wait()
        assert counts.keys() <= {"200", "away"} and counts["200"] > 100, counts
        assert counts.get("away", 0) <= counts["200"] / 100, counts

    return running


def pytest_terminal_summary(terminalreporter):
    """Says what was measured."""
    for line in FIGURES:
        terminalreporter.write_line(line)
