"""Servers of one directory in PostgreSQL: processes of their own, on loopback ports, in folders that go away with them."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests"))
from ports import free_port  # noqa: E402

ADMINISTRATOR = "admin@example.com"
SECONDS = 60

# Hashing that costs little: it is about something else here.
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


def binary():
    """The server's binary: environment `MUSTER_BINARY`, else the debug build."""
    return Path(os.environ.get("MUSTER_BINARY") or REPOSITORY / ".build/debug/muster").resolve()


def until(condition, seconds, what):
    """Polls until a condition holds, and returns what it said; `what` is what for, or a function that tells it in the end."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.01)
    return result


class Node:
    """One server.

    - folder: what is the node's own; its data folder is made in it.
    - url: the database's address.
    - more: what is set beside.
    """

    def __init__(self, folder, url, more):
        self.folder, self.data = folder, folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
        settings = CHEAP | {"MUSTER_STORE_KIND": "postgres", "MUSTER_STORE_POSTGRES_URL": url} | more
        self.environment = kept | {name: str(value) for name, value in settings.items()}
        self.port, self.process, self.keys = free_port(), None, None
        folder.mkdir()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def found(self):
        """Makes the directory, and returns the API keys of its administrator."""
        command = [binary(), "init", "--data-dir", self.data, "--admin", ADMINISTRATOR, "--format", "json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        made = json.loads(done.stdout)
        self.keys = (made["access_key"], made["secret_key"])

    def join(self, first):
        """Takes a copy of another node's key."""
        self.data.mkdir(mode=0o700)
        shutil.copy(first.data / "master.key", self.data)
        self.keys = first.keys

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--data-dir", self.data, "--bind", f"127.0.0.1:{self.port}"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        until(self.is_ready, SECONDS, lambda: f"a node that is ready\n{self.readiness()}\n{self.log()}")

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def log(self):
        """The end of what it has said."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def ask(self, method, path, body=None, keys="administrator", seconds=SECONDS):
        """Sends one request on a connection of its own; the status, the header fields, and what the body says."""
        headers = {"Content-Type": "application/json"}
        if keys == "administrator":
            keys = self.keys
        if keys:
            headers["X-ApiKeys"] = f"accessKey={keys[0]};secretKey={keys[1]}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, answer.headers, json.loads(content) if content else None
        finally:
            connection.close()

    def status(self, method, path, body=None, **options):
        return self.ask(method, path, body, **options)[0]

    def is_ready(self):
        try:
            return self.status("GET", "/readyz", keys=None, seconds=10) == 200
        except OSError:
            assert self.process and self.process.poll() is None, self.log()
            return False

    def readiness(self):
        """What it says of itself, for a message."""
        try:
            return self.ask("GET", "/readyz", keys=None, seconds=10)[2]
        except OSError as failure:
            return failure

    def create(self):
        """Makes a user with keys; returns its number and the keys."""
        body = {"username": f"user-{os.urandom(8).hex()}@example.com", "permissions": 16}
        status, _, made = self.ask("POST", "/muster/v1/users", body)
        assert status == 201, made
        status, _, pair = self.ask("PUT", f"/users/{made['id']}/keys")
        assert status == 200, pair
        return made["id"], (pair["accessKey"], pair["secretKey"])

    def enable(self, user, is_enabled):
        return self.status("PUT", f"/users/{user}/enabled", {"enabled": is_enabled})


class Nodes:
    """Several servers of one directory: `with Nodes([url, url, url]) as nodes: ...`, each with its way to the database."""

    def __init__(self, urls, **more):
        self.folder = Path(tempfile.mkdtemp(prefix="muster-nodes-"))
        self.nodes = [Node(self.folder / f"node-{number}", url, more) for number, url in enumerate(urls, 1)]

    def __enter__(self):
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            for node in self.nodes:
                stack.callback(node.kill)
            first, *others = self.nodes
            first.found()
            first.start()
            for node in others:
                node.join(first)
                node.start()
            self.stack = stack.pop_all()
        return self.nodes

    def __exit__(self, *_):
        self.stack.close()
