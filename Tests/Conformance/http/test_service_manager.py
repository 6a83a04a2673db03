"""The server under a service manager: it says when it is ready, that it lives and that it ends, and serves a socket that
was handed to it, so that a restart refuses nobody."""

import http.client
import queue
import signal
import socket
import subprocess
import threading
import time

import pytest
from muster import READY_SECONDS, STOP_SECONDS, Muster, binary, environment, until

# The shell becomes the server, so that its number is the one that the socket is for.
TAKE_OVER = 'LISTEN_PID=$$ LISTEN_FDS=${COUNT:-1} exec "$@" 3<&"$FROM"'

NO_NUMBER = "LISTEN_FDS has to be a number, and is 'many'."
TOO_MANY = "2 sockets were handed over, and there can be one. Leave one ListenStream= in the socket unit."
NO_SOCKET = (
    "Descriptor 3, which was handed over, is no socket of TCP that listens. Use ListenStream= with a port, and Accept=no, "
    "in the socket unit."
)
NO_PATH = (
    "NOTIFY_SOCKET has to be a path or a name after @ of at most 107 bytes, and is 'nonsense'. The service manager sets it: "
    "do not set it yourself."
)
NO_TIME = (
    "WATCHDOG_USEC has to be a number of microseconds from 1, and is 'soon'. The service manager sets it: do not set it "
    "yourself."
)


@pytest.fixture
def data(tmp_path):
    """A directory that was created."""
    place = tmp_path / "data"
    done = subprocess.run(
        [binary(), "init", "--data-dir", place, "--admin", "admin@example.com"],
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return place


class Manager:
    """What a service manager is told at a socket. All is read as it comes: where ten messages wait, the next are dropped."""

    def __init__(self, path):
        self.path, self.told = str(path), queue.Queue()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while message := self.socket.recv(512):
            self.told.put(message)

    def next(self):
        return self.told.get(timeout=READY_SECONDS)

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.path)
        self.thread.join()
        self.socket.close()


@pytest.fixture
def manager(tmp_path):
    """The socket on which a service manager listens."""
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


def served(data, *, listening=None, **variables):
    """A server; on `listening`, if that is given, as systemd would hand it over."""
    settings = environment(variables)
    words = [binary(), "serve", "--data-dir", data, "--set", "local.socket="]
    passed = ()
    if listening is not None:
        settings["FROM"] = str(listening.fileno())
        words = ["bash", "-c", TAKE_OVER, "_", *words]
        passed = (listening.fileno(),)
    else:
        words += ["--bind", "127.0.0.1:0"]
    return subprocess.Popen(
        words, env=settings, pass_fds=passed, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def ended(process):
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0, said
    return said


def test_readiness_life_and_end_are_told(data, manager):
    process = served(data, NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="200000")
    try:
        ready = manager.next().decode().split("\n")
        assert ready[0] == "READY=1"
        assert ready[1].startswith("STATUS=Listening on http://127.0.0.1:")
        port = int(ready[1].rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200
        assert [manager.next() for _ in range(3)] == [b"WATCHDOG=1"] * 3
    finally:
        ended(process)
    told = [b"WATCHDOG=1"]
    while told[-1] == b"WATCHDOG=1":
        told.append(manager.next())
    assert told[-1].startswith(b"STOPPING=1")


def squashed(text):
    """A text as it was before the terminal's lines."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "name, value, sentence", [("NOTIFY_SOCKET", "nonsense", NO_PATH), ("WATCHDOG_USEC", "soon", NO_TIME)]
)
def test_what_no_service_manager_writes_stops_the_start(data, name, value, sentence):
    process = served(data, **{name: value})
    _, said = process.communicate(timeout=READY_SECONDS)
    assert process.returncode != 0
    assert sentence in squashed(said)


@pytest.mark.parametrize("count, sentence", [("1", NO_SOCKET), ("2", TOO_MANY), ("many", NO_NUMBER)])
def test_what_is_handed_over_has_to_be_one_listening_socket(data, tmp_path, count, sentence):
    with open(tmp_path / "file", "w") as file:
        process = served(data, listening=file, COUNT=count)
        _, said = process.communicate(timeout=READY_SECONDS)
    assert process.returncode != 0
    assert sentence in squashed(said)


class Callers:
    """Calls a server over a new connection each time, and counts what fails."""

    def __init__(self, port):
        self.port, self.served, self.problems, self.ends = port, 0, [], threading.Event()
        self.threads = [threading.Thread(target=self.call) for _ in range(4)]

    def call(self):
        while not self.ends.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)
                connection.request("GET", "/healthz", headers={"Connection": "close"})
                assert connection.getresponse().status == 200
                self.served += 1
            except (OSError, http.client.HTTPException, AssertionError) as problem:
                self.problems.append(repr(problem))
            time.sleep(0.005)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for thread in self.threads:
            thread.join()


def test_restarts_on_a_socket_that_was_handed_over_refuse_nobody(data):
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        process = served(data, listening=listening)
        with Callers(listening.getsockname()[1]) as callers:
            for _ in range(3):
                before = callers.served
                until(lambda: callers.served > before + 20, READY_SECONDS, "calls that are served")
                ended(process)
                process = served(data, listening=listening)
            before = callers.served
            until(lambda: callers.served > before + 20, READY_SECONDS, "calls after the last restart")
        said = ended(process)
    assert callers.problems == []
    assert "listening" in said and str(listening) not in said


def test_one_server_answers_alike_on_a_socket_of_its_own_and_on_one_that_was_handed_over(data):
    def answer(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        heads = []
        for method, path, body in [("GET", "/users", None), ("POST", "/session", "{"), ("GET", "/nothing", None)]:
            connection.request(method, path, body)
            reply = connection.getresponse()
            names = {name.lower() for name, _ in reply.getheaders()}
            assert "date" in names
            heads.append((reply.status, sorted(names), len(reply.read())))
        return heads

    with Muster(data_dir=data) as muster:
        own = answer(muster.port)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = served(data, listening=listening)
        handed = answer(listening.getsockname()[1])
        ended(process)
    assert handed == own
