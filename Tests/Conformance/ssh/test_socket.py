"""The socket: who may ask, and what; where it lies, and what becomes of it."""

import http.client
import json
import os
import socket
import stat
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from asking import Asking
from machine import as_root, run
from muster import PASSWORD, Muster, assert_within, binary, environment, until

SECONDS = 60


class Local(http.client.HTTPConnection):
    """HTTP through a Unix domain socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=SECONDS)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self.path)


def ask(path, question, body, method="POST"):
    """Asks one question and returns the status and the body."""
    connection = Local(path)
    try:
        text = body if isinstance(body, (bytes, str)) else json.dumps(body)
        connection.request(method, question, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def is_served(path):
    try:
        return ask(path, "/authorized-keys", {"username": "x"}) == (200, b'{"lines":[]}')
    except OSError:
        return False


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def serve_and_fail(data_dir, settings):
    """Starts a server that has to end by itself, and returns its one sentence."""
    done = subprocess.run(
        [binary(), "serve", "--data-dir", data_dir, "--bind", "127.0.0.1:0"],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=30,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("muster: ")]
    assert done.returncode in (69, 78) and len(lines) == 1, (done.returncode, done.stderr)
    return lines[0]


@pytest.fixture(scope="module")
def place():
    """A server with default settings, and where its socket is."""
    with Muster() as server:
        path = server.data_dir / "agent.sock"
        until(lambda: is_served(path), SECONDS, "a socket in the data folder")
        yield server, path


# Where it lies


def test_by_default_it_is_in_the_data_folder_and_for_the_owner_alone(place):
    server, path = place
    assert stat.S_ISSOCK(os.stat(path).st_mode) and mode(path) == 0o600
    assert sorted(file.name for file in server.data_dir.iterdir() if "sock" in file.name) == [
        path.name
    ]
    assert not [file for file in server.data_dir.iterdir() if file.name.startswith(".")]


def test_the_page_gives_it_to_the_group_that_asks(machine, muster):
    status = os.stat(machine.socket)
    assert mode(machine.socket) == 0o660
    gid = run("getent", "group", machine.asker).stdout.decode().split(":")[2]
    assert status.st_gid == int(gid)


def test_it_goes_when_the_server_stops_and_what_a_killed_one_left_is_replaced(tmp_path):
    with Muster(data_dir=tmp_path / "data") as server:
        path = server.data_dir / "agent.sock"
        until(lambda: is_served(path), SECONDS, "a socket")
        server.kill()
        assert path.exists()
        server.start()
        until(lambda: is_served(path), SECONDS, "a new socket")
        server.stop()
        assert not path.exists()
        assert not [file for file in server.data_dir.iterdir() if file.name.startswith(".")]


def test_it_never_has_another_mode_than_the_one_that_was_set(tmp_path):
    """The folder is watched from the start: the name appears with its mode, or is not there."""
    path = tmp_path / "agent.sock"
    old = os.umask(0)
    try:
        with Muster({"MUSTER_LOCAL_SOCKET": path, "MUSTER_LOCAL_SOCKET_MODE": "0600"}) as server:
            until(lambda: is_served(path), SECONDS, "a socket")
            for _ in range(3):
                server.kill()
                path.unlink()
                seen = watch(server, path)
                assert seen == {0o600}, seen
    finally:
        os.umask(old)


def watch(server, path):
    """Starts the server and returns all modes in which the socket could be reached by others."""
    seen, done = set(), threading.Event()

    def look():
        while not done.is_set():
            seen.update(modes_of_sockets(path.parent))

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        try:
            server.start()
            until(lambda: is_served(path), SECONDS, "a socket")
        finally:
            done.set()
            looking.result()
    return seen


def modes_of_sockets(folder):
    """The modes of the sockets in a folder, and in the folders below that others may enter."""
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISSOCK(status.st_mode):
                yield stat.S_IMODE(status.st_mode)
            elif stat.S_ISDIR(status.st_mode) and status.st_mode & 0o077:
                yield from modes_of_sockets(entry)


def test_an_empty_path_turns_it_off():
    with Muster({"MUSTER_LOCAL_SOCKET": ""}) as server:
        assert "answering programs" not in server.log()
        assert not [file for file in server.data_dir.iterdir() if "sock" in file.name]


def test_a_file_in_its_place_is_left_alone(tmp_path):
    with Muster(data_dir=tmp_path / "data"):
        pass
    path = tmp_path / "precious"
    path.write_text("precious")
    sentence = serve_and_fail(tmp_path / "data", {"MUSTER_LOCAL_SOCKET": path})
    assert str(path) in sentence and "no socket" in sentence
    assert path.read_text() == "precious"


def test_a_socket_that_another_server_answers_at_is_left_alone(place, tmp_path):
    _, path = place
    with Muster(data_dir=tmp_path / "data"):
        pass
    sentence = serve_and_fail(tmp_path / "data", {"MUSTER_LOCAL_SOCKET": path})
    assert str(path) in sentence and "another program" in sentence
    assert is_served(path)


@pytest.mark.parametrize(
    "settings",
    [
        {"MUSTER_LOCAL_SOCKET_MODE": mode}
        for mode in ["660x", "888", "0777", "0640 ", "rw-rw----", "600000", "0", "0060", "4600"]
    ]
    + [{"MUSTER_LOCAL_SOCKET_GROUP": "no-such-group-here"}]
    + [{"MUSTER_LOCAL_SOCKET": "/nonexistent/folder/agent.sock"}]
    + [{"MUSTER_LOCAL_SOCKET": "/tmp/" + "x" * 120}],
    ids=lambda settings: next(iter(settings.values()))[:20],
)
def test_a_setting_that_cannot_be_stops_the_start(tmp_path, settings):
    with Muster(data_dir=tmp_path / "data"):
        pass
    sentence = serve_and_fail(tmp_path / "data", settings)
    name, value = next(iter(settings.items()))
    assert name in sentence or value in sentence


def test_a_default_place_that_cannot_be_does_not_stop_the_start(tmp_path):
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    with Muster(data_dir=deep / "data") as server:
        until(lambda: "cannot ask on this machine" in server.log(), SECONDS, "a warning")
        assert server.request("GET", "/users").status_code == 200


# Who may ask


def test_nobody_but_the_owner_and_the_group_may_ask(machine, muster, person):
    user = person(account=False)
    words = ["--", machine.program, "authorized-keys", "--socket", machine.socket, user.name]
    allowed = as_root("runuser", "-u", machine.asker, *words)
    assert user.public_key.split()[1] in allowed
    stranger = machine.new_account()
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    done = run(*prefix, "runuser", "-u", stranger, *words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Permission denied" in done.stderr


# What can be asked


def test_there_are_four_questions_and_no_others(place):
    server, path = place
    assert is_served(path)
    nothing = {"username": "x", "password": PASSWORD}
    assert ask(path, "/password", nothing) == (200, b'{"allowed":false}')
    assert ask(path, "/account", nothing) == (200, b'{"allowed":false}')
    assert ask(path, "/troubles", {}) == (200, b'{"failed":[],"troubles":[]}')
    keys = "accessKey={};secretKey={}".format(*server.admin_keys)
    for question in [
        "/",
        "/users",
        "/server/status",
        "/activelogic/v1/users",
        "/session",
        "//password",
    ]:
        for method in ["GET", "POST", "PUT", "DELETE"]:
            connection = Local(path)
            connection.request(method, question, "{}", {"X-ApiKeys": keys})
            assert connection.getresponse().status == 404, (method, question)
            connection.close()
    for question in ["/authorized-keys", "/password", "/account", "/troubles"]:
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]:
            assert ask(path, question, nothing, method)[0] == 404, (method, question)


def test_the_questions_are_not_asked_over_the_network(place):
    server, _ = place
    for question in ["/authorized-keys", "/password", "/troubles"]:
        assert server.request("POST", question, json={"username": "x"}).status_code == 404
    # There the console has a page of one's own, whose forms nobody else may send.
    assert server.request("POST", "/account", json={"username": "x"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "{}", '{"username": 7}', '{"username": null}']
    + ['{"username": "x", "password": 7, "fingerprint": 7, "address": 7}', b'{"username": "\xff"}'],
)
def test_a_question_that_is_none_gets_no_answer(place, body):
    _, path = place
    for question in ["/authorized-keys", "/password", "/account"]:
        status, answer = ask(path, question, body)
        assert status == 400 and b"allowed" not in answer and b"lines" not in answer


def test_a_question_is_small(place):
    _, path = place
    status, _ = ask(path, "/password", {"username": "x", "password": "p" * 20_000})
    assert status == 413

    def dropped():
        begin = time.monotonic()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(str(path))
            connection.sendall(b"POST /password HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
            assert connection.recv(1000) == b"", "a question that does not end is dropped"
        return time.monotonic() - begin

    assert_within(6, dropped)


def test_each_check_is_in_the_audit_log_and_nothing_else_is(machine, muster, person):
    user, asking = person(account=False), Asking(machine)
    assert asking.password(user.name, host="192.0.2.9").is_yes
    assert asking.password(user.name, "Wrong-Password-1", host="192.0.2.9").is_plain_no
    assert asking.account(user.name, host="192.0.2.9").is_yes
    assert asking.keys(user.name).is_yes
    events = user.audit()
    assert [event["is_failure"] for event in events] == [False, True]
    assert all("192.0.2.9" in str(event) for event in events)
    assert len({event["id"] for event in events}) == 2


def test_many_ask_at_once_and_each_gets_its_own_answer(machine, muster, person):
    right = person(account=False)

    def one(number):
        password = PASSWORD if number % 10 else "not-the-password"
        body = {"username": right.name, "password": password}
        return ask(machine.socket, "/password", body) == (200, b'{"allowed":true}')

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(40)))
    assert answers == [number % 10 != 0 for number in range(40)]
