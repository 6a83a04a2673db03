"""The server that is attacked: a process of its own, on a loopback port, in a folder that goes away with it."""

import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests"))
from ports import free_port  # noqa: E402

ADMINISTRATOR = "admin@example.com"
PASSWORD = "Walnut-Ferry-82-Lantern"
SECONDS = 60
STOP_SECONDS = 60

# Hashing that costs little, for attacks that are about something else.
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


class Finding(Exception):
    """Something that an attack has shown and that must not be."""


def binary():
    """The server's binary: environment `MUSTER_BINARY`, else the debug build."""
    return Path(os.environ.get("MUSTER_BINARY") or REPOSITORY / ".build/debug/muster").resolve()


def environment(settings=None):
    """The caller's environment without settings for Muster, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    return kept | {name: str(value) for name, value in (settings or {}).items()}


def until(condition, seconds, what):
    """Polls until a condition holds and returns what it said; after so many seconds that is a finding."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise Finding(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return result


class Server:
    """One server.

    - settings: its environment.
    - files: how many files it may have open; None for as many as the caller.
    - stderr: where its log goes; None for a file that is kept with it.
    """

    def __init__(self, settings=None, files=None, stderr=None):
        self.settings, self.files, self.stderr = dict(settings or {}), files, stderr
        self.port = free_port()
        self.process = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="muster-attack-"))
        self.data = ["--data-dir", self.folder / "data"]
        done = subprocess.run(
            [binary(), "init", *self.data, "--admin", ADMINISTRATOR, "--format", "json"],
            env=environment(self.settings), check=True, capture_output=True, timeout=SECONDS,
        )
        made = json.loads(done.stdout)
        self.keys = (made["access_key"], made["secret_key"])
        self.password = made["password"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", *self.data, "--bind", f"127.0.0.1:{self.port}"],
                env=environment(self.settings), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log if self.stderr is None else self.stderr, preexec_fn=self._limit,
                start_new_session=True,
            )
        until(self.is_ready, SECONDS, f"a server that is ready\n{self.log()}")
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _limit(self):
        if self.files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def stop(self):
        """Ends it in order. That it does not end, or had ended by itself, is a finding."""
        self.assert_alive()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise Finding(f"alive {STOP_SECONDS} s after SIGTERM") from None
        if code != 0:
            raise Finding(f"ended with {code} after SIGTERM")

    # How it is

    def is_ready(self):
        """How long it took to answer on a new connection, in seconds; 0 if it did not."""
        begin = time.monotonic()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                connection.sendall(b"GET /server/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if b" 200 " not in connection.recv(4096):
                    return 0
        except OSError:
            return 0
        return time.monotonic() - begin

    def assert_alive(self):
        if (code := self.process.poll()) is not None:
            raise Finding(f"the server is gone, exit code {code}")

    def memory(self):
        """The resident memory, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0

    def descriptors(self):
        """How many files it has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_seconds(self):
        """The processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log(self):
        """The end of what it has said."""
        path = self.folder / "log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    # What it is asked

    def request(self, method, path, body=None, keys="administrator", headers=None, source=None, timeout=SECONDS):
        """Sends one request on a connection of its own; returns status, header fields and body."""
        sent = dict(headers or {})
        if keys == "administrator":
            keys = self.keys
        if keys:
            sent["X-ApiKeys"] = f"accessKey={keys[0]};secretKey={keys[1]}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        address = (source, 0) if source else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=address)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def ask(self, method, path, body=None, **options):
        """Sends a request that has to be answered well; returns what the body says."""
        status, _, content = self.request(method, path, body, **options)
        if not 200 <= status < 300:
            raise Finding(f"{method} {path} of an administrator: {status} {content[:200]!r}")
        return json.loads(content) if content else None

    def create(self, username, permissions=16, password=None):
        """Makes a user and returns its number."""
        made = {"username": username, "permissions": permissions}
        return self.ask("POST", "/muster/v1/users", made | ({"password": password} if password else {}))["id"]

    def keys_of(self, user):
        """Gives a user new keys and returns them."""
        made = self.ask("PUT", f"/users/{user}/keys")
        return made["accessKey"], made["secretKey"]

    def token(self, username, password=PASSWORD):
        """Begins a session and returns its token."""
        body = {"username": username, "password": password}
        return self.ask("POST", "/session", body, keys=None)["token"]
