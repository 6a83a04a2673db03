"""Three servers on one PostgreSQL, each a process with a data folder of its own, by three copies of one command."""

import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import requests

from muster import PASSWORD, REPOSITORY, Muster, until

sys.path.insert(0, str(REPOSITORY / "Tests/Cluster"))
from engine import Engine  # noqa: E402

# The cheapest hash that the server takes.
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": "1024", "MUSTER_PASSWORD_ARGON2_ITERATIONS": "1"}

# A change that one node has acknowledged holds at all of them after so many seconds.
BOUND = 1.0

# What was measured, in lines for the end of the report.
FIGURES = []


class Node(Muster):
    """One of the servers."""

    def __init__(self, cluster, number):
        super().__init__(cluster.settings, cluster.folder / f"node-{number}/data")
        self.cluster = cluster
        if cluster.authority:
            self.scheme, self.authority = "https", str(cluster.authority)

    def initialise(self):
        """The first creates the directory; the others have a copy of its key."""
        first = self.cluster.folder / "node-1/data"
        if self.data_dir != first:
            self.data_dir.mkdir(mode=0o700, parents=True)
            shutil.copy(first / "master.key", self.data_dir)
        self.data_dir.parent.mkdir(exist_ok=True)
        super().initialise()
        self.admin = self.cluster.admin = self.cluster.admin or self.admin

    def is_ready(self):
        return self.request("GET", "/readyz", keys=None, timeout=30).status_code == 200


class Cluster:
    """The database and its nodes: `with Cluster(folder) as cluster: cluster.nodes[0].request("GET", "/users")`."""

    def __init__(self, folder, **settings):
        self.folder = Path(folder)
        self.admin = {}
        # What is set beside; and whose certificates the nodes have, where they speak TLS.
        self.more, self.authority = {}, None
        self.engine = Engine("cluster", **settings)
        self.stack = ExitStack()

    def __enter__(self):
        with ExitStack() as stack:
            stack.enter_context(self.engine)
            self.engine.create()
            self.database = self.engine.database()
            url = self.engine.url(self.database)
            self.settings = CHEAP | {"MUSTER_STORE_KIND": "postgres", "MUSTER_STORE_POSTGRES_URL": url} | self.more
            self.nodes = [stack.enter_context(Node(self, number)) for number in (1, 2, 3)]
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *failure):
        return self.stack.__exit__(*failure)

    def sql(self, text):
        """Asks the database past the program."""
        return self.engine.sql(text, self.database)

    def agree(self):
        """Waits until every node is ready."""
        for node in self.nodes:
            until(node.is_ready, 60, "a node that is ready")


def at_once(*calls):
    """Makes calls at the same moment, each in a thread of its own, and returns what they returned."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def assert_settles(look, wanted):
    """Demands that a look shows what is wanted where it begins after the time in which a change holds at all nodes."""
    begin = asked = time.monotonic()
    while (seen := look()) != wanted and asked - begin <= BOUND:
        time.sleep(0.01)
        asked = time.monotonic()
    assert seen == wanted


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


class Asker:
    """Somebody who asks one node again and again, over a connection that is kept."""

    def __init__(self, node, path="/session", **headers):
        self.url, self.headers = node.url + path, headers
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self):
        """The status of an answer, and when it was asked for."""
        asked = time.monotonic()
        answer = self.session.get(self.url, headers=self.headers, timeout=30)
        return answer.status_code, asked

    def refused_after(self, moment, refusals=(401, 403)):
        """Asks until it is refused, and returns how long after a moment it was let in last: 0 if it never was."""
        late = 0.0
        deadline = time.monotonic() + 10
        while True:
            status, asked = self.ask()
            if status in refusals:
                return late
            # Who is told that the database is away, since the machine has much else to do, is not let in.
            assert status in (200, 503), status
            if status == 200:
                late = max(late, asked - moment)
            assert time.monotonic() < deadline, "let in for 10 s after the change was acknowledged"


def with_keys(keys):
    return {"X-ApiKeys": f"accessKey={keys[0]};secretKey={keys[1]}"}


def with_token(token):
    return {"X-Cookie": f"token={token}"}


def token_at(node, username, password=PASSWORD):
    answer = node.login(username, password)
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]
