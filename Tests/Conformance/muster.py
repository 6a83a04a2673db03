"""A real Muster server for tests: `with Muster() as muster: muster.request("GET", "/users")`.

The server is the built binary (environment `MUSTER_BINARY`, else `.build/debug/muster`), on a free
loopback port, with a data directory of its own that goes away at the end. With `MUSTER_TEST_STORE=postgres`
in the environment its directory is in a database of PostgreSQL.
"""

import json as jsonlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path

import postgres
import requests
from requests.adapters import HTTPAdapter

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests"))
from ports import free_port, is_free  # noqa: E402

ADMINISTRATOR = "admin@example.com"

# Long, of four classes and not common: passes every password policy of the server.
PASSWORD = "Walnut-Ferry-82-Lantern"

# So long that a program that is slow on a busy machine is not taken for one that hangs.
READY_SECONDS = 120
STOP_SECONDS = 120
REQUEST_SECONDS = 120
MESSAGE_SECONDS = 120
# The last words of every notice, by which it is told from a code.
NOTICE_END = "tell whoever runs the server"

NOTHING = object()  # "no JSON body", since None is a body: null
ADMIN = object()  # "the administrator's keys", since None is "no credentials"

# What `init` printed, by data directory, so that a second server on the same directory knows it.
_administrators = {}

# The databases of directories in PostgreSQL, by data directory.
_databases = {}


def binary():
    """The path of the server's binary."""
    return Path(os.environ.get("MUSTER_BINARY") or REPOSITORY / ".build/debug/muster").resolve()


def environment(settings=None):
    """The caller's environment without its MUSTER_ and proxy settings, and with `settings`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MUSTER_") and not name.lower().endswith("_proxy")
    }
    return kept | {name: str(value) for name, value in (settings or {}).items()}


def unique_username(prefix="user"):
    """A username that nobody has."""
    return f"{prefix}-{uuid.uuid4().hex[:16]}@example.com"


def until(condition, seconds, what):
    """Polls `condition` until it is true, and returns what it returned; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def assert_within(seconds, measure, tries=8):
    """Demands that `measure`, which says how many seconds something took, says less than so many at one of some tries.

    What else a machine does makes things longer and never shorter: one good try shows what a program takes itself.
    """
    took = []
    while not took or took[-1] >= seconds:
        assert len(took) < tries, f"not within {seconds} s: {took}"
        took.append(measure())


class AsWritten(HTTPAdapter):
    """Sends the request target as the test wrote it: no dot segments or double slashes removed."""

    target = None

    def request_url(self, request, proxies):
        return self.target or super().request_url(request, proxies)


class Muster:
    """One server: its directory, its process, its administrator.

    - settings: environment of the server, such as `{"MUSTER_PASSWORD_POLICY": "strict"}`.
    - data_dir: a directory that outlives this server; one that has content is taken as initialised.
    - arguments: added to `muster serve`.
    """

    def __init__(self, settings=None, data_dir=None, arguments=None):
        self.settings = dict(settings or {})
        self.arguments = [str(argument) for argument in arguments or []]
        self.scratch = None
        self.given_data_dir = Path(data_dir) if data_dir else None
        self.data_dir = self.given_data_dir
        self.admin = {}
        self.store = {}
        self.process = None
        self.port = None
        # A server that speaks TLS is reached by https, and vouched for by whose certificates are in a file.
        self.scheme, self.authority = "http", True

    # Life

    def __enter__(self):
        self.scratch = Path(tempfile.mkdtemp(prefix="muster-test-"))
        self.data_dir = self.given_data_dir or self.scratch / "data"
        try:
            self.initialise()
            self.start()
        except BaseException:
            self.kill()
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is not None:
                self.kill()
            elif self.process is not None:
                self.stop()
        finally:
            self.kill()
            shutil.rmtree(self.scratch, ignore_errors=True)

    def initialise(self):
        """Runs `muster init`, unless the directory has content."""
        place = str(self.data_dir.resolve())
        self.store = self._store(place)
        if self.data_dir.exists() and any(self.data_dir.iterdir()):
            self.admin = _administrators.get(place, {})
            return
        done = subprocess.run(
            [binary(), "init", "--data-dir", self.data_dir, "--admin", ADMINISTRATOR]
            + ["--format", "json"],
            env=environment(self.settings | self.store),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=READY_SECONDS,
        )
        if done.returncode != 0:
            raise AssertionError(f"muster init: exit {done.returncode}\n{done.stdout}{done.stderr}")
        self.admin = jsonlib.loads(done.stdout)
        _administrators[place] = self.admin

    def _store(self, place):
        """The settings of the directory's store: a database of its own, where the run is on PostgreSQL."""
        is_of_file = (self.data_dir / "muster.sqlite").exists() or "MUSTER_STORE_KIND" in self.settings
        if is_of_file or os.environ.get("MUSTER_TEST_STORE") != "postgres":
            return {}
        server = postgres.shared()
        if place not in _databases:
            _databases[place] = server.database()
        url = server.url(_databases[place])
        return {"MUSTER_STORE_KIND": "postgres", "MUSTER_STORE_POSTGRES_URL": url}

    def change(self, *statements):
        """Changes the directory past the program, which does not run, as somebody with the file or the database could."""
        assert self.process is None
        if self.store:
            place = str(self.data_dir.resolve())
            postgres.shared().sql("; ".join(["SET search_path = muster", *statements]), _databases[place])
            return
        with closing(sqlite3.connect(self.data_dir / "muster.sqlite")) as database, database:
            for statement in statements:
                database.execute(statement)

    def start(self):
        """Starts the server and returns when it is ready. A restart keeps the port."""
        if self.process is not None:
            raise AssertionError("the server is already running")
        for attempt in range(3):
            if self.port is None or not is_free(self.port):
                self.port = free_port()
            with open(self.log_file, "ab") as log:
                self.process = subprocess.Popen(
                    [binary(), "serve", "--data-dir", self.data_dir]
                    + ["--bind", f"127.0.0.1:{self.port}"]
                    + self.arguments,
                    env=environment(self.settings | self.store),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            try:
                until(self._is_ready, READY_SECONDS, "a ready server")
                return
            except AssertionError as failure:
                ended = self.process.poll() is not None
                self.kill()
                # Somebody else may have taken the port between our look and the server's bind.
                if not ended or is_free(self.port) or attempt == 2:
                    raise AssertionError(f"{failure}\n{self.log_tail()}") from None

    def stop(self):
        """Ends the server by SIGTERM, and fails unless it exits with 0."""
        process, self.process = self.process, None
        if process is None:
            raise AssertionError("the server is not running")
        ended_by_itself = process.poll() is not None
        if not ended_by_itself:
            process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(
                f"alive {STOP_SECONDS} s after SIGTERM\n{self.log_tail()}"
            ) from None
        if ended_by_itself or code != 0:
            how = "ended by itself" if ended_by_itself else "stopped"
            raise AssertionError(f"the server {how} with exit code {code}\n{self.log_tail()}")

    def kill(self):
        """Ends the server by SIGKILL, if it runs."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def _is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with exit code {self.process.returncode}")
        try:
            answer = self.request("GET", "/server/status", keys=None, timeout=10)
        except requests.RequestException:
            return False
        return answer.status_code == 200 and answer.json() == {"code": 200, "status": "ready"}

    # What it says

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def log_file(self):
        return self.scratch / "server.log"

    def log(self):
        """Everything that the server has logged, over all its starts."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def assert_logged(self, *texts, after=0):
        """Demands lines of the log, which is written by a thread of its own: who is answered may be so before they are there."""
        for text in texts:
            until(lambda text=text: text in self.log()[after:], READY_SECONDS, f"in the log: {text}")

    def log_tail(self):
        return self.log()[-4000:]

    @property
    def outbox(self):
        """The folder of the verification messages."""
        return Path(self.settings.get("MUSTER_CODES_OUTBOX") or self.data_dir / "outbox")

    def messages(self, username=None):
        """The verification messages, oldest first, as (headers, text); only those to `username`."""
        return [letter for letter in self.letters(username) if NOTICE_END not in letter[1]]

    def notices(self, username=None):
        """What was told of changes, in the same form."""
        return [letter for letter in self.letters(username) if NOTICE_END in letter[1]]

    def letters(self, username=None):
        """Everything in the outbox, in the same form."""
        found = []
        if not self.outbox.is_dir():
            return found
        for path in sorted(file for file in self.outbox.iterdir() if file.is_file()):
            head, _, text = path.read_text().partition("\n\n")
            headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
            if username is None or headers.get("User") == username:
                found.append((headers, text))
        return found

    def newest_code(self, username=None, known=0):
        """The code of the newest message (to `username`), once there are more than `known`."""

        def code():
            messages = self.messages(username)
            found = re.search(r"\b\d{6}\b", messages[-1][1]) if len(messages) > known else None
            return found and found.group()

        return until(code, MESSAGE_SECONDS, f"message {known + 1} to {username or 'anybody'}")

    # What it is asked

    @property
    def admin_keys(self):
        return self.admin["access_key"], self.admin["secret_key"]

    def request(
        self,
        method,
        path,
        json=NOTHING,
        body=None,
        headers=None,
        keys=ADMIN,
        timeout=REQUEST_SECONDS,
    ):
        """Sends one request on a connection of its own and returns the `requests.Response`.

        `path` goes out as written. `keys` is a pair, or None for no credentials, or by default
        those of the administrator. `json` may be None, which sends `null`. No redirect is followed.
        """
        sent = dict(headers or {})
        if keys is ADMIN:
            keys = self.admin_keys
        if keys is not None:
            sent.setdefault("X-ApiKeys", f"accessKey={keys[0]};secretKey={keys[1]}")
        if json is not NOTHING:
            body = jsonlib.dumps(json).encode()
            sent.setdefault("Content-Type", "application/json")
        with requests.Session() as session:
            session.trust_env = False
            session.verify = self.authority
            adapter = AsWritten()
            adapter.target = path
            session.mount(f"{self.scheme}://", adapter)
            return session.request(
                method,
                self.url + "/",
                data=body,
                headers=sent,
                timeout=timeout,
                allow_redirects=False,
            )

    def create(self, permissions=16, username=None, password=PASSWORD, **fields):
        """Creates a user, by default with a username of its own, and returns the record."""
        body = {
            "username": username or unique_username(),
            "password": password,
            "permissions": permissions,
        }
        answer = self.request("POST", "/users", json=body | fields)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def keys_of(self, user_id):
        """Gives the user a new pair of API keys and returns it as (access, secret)."""
        answer = self.request("PUT", f"/users/{user_id}/keys")
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()["accessKey"], answer.json()["secretKey"]

    def login(self, username, password=PASSWORD, **fields):
        """Asks for a session by password; the answer may be a refusal."""
        body = {"username": username, "password": password} | fields
        return self.request("POST", "/session", json=body, keys=None)
