"""Lists and exports end where the right to them is lost, and hold nothing that came after."""

import json
import socket
import time

import pytest

from muster import Muster

USERS = 14_000
# Each dialect shows the name of a user, which may have 254 bytes.
FILLER = "n" * 230
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}
PATHS = [
    "/users",
    "/muster/v1/users",
    "/activelogic/v1/users",
    "/muster/v1/users/export",
    "/muster/v1/users/export?hashes=true",
]
# What an administrator does to whoever reads.
LOSSES = {
    "disabled": lambda c: ("PUT", f"/users/{c['id']}/enabled", {"enabled": False}),
    "demoted": lambda c: ("PUT", f"/users/{c['id']}", {"permissions": 0}),
    "deleted": lambda c: ("DELETE", f"/users/{c['id']}", None),
    "new keys": lambda c: ("PUT", f"/users/{c['id']}/keys", None),
}


@pytest.fixture(scope="module")
def server():
    """A server with so many users that no list of them fits between it and a reader that stands still."""
    with Muster(CHEAP) as server:
        lines = "".join(
            json.dumps({"username": f"{FILLER}{number}@example.com"}) + "\n"
            for number in range(USERS)
        )
        answer = server.request(
            "POST",
            "/muster/v1/users/import?results=failed",
            body=lines.encode(),
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert f'"created":{USERS}' in answer.text, answer.text[-300:]
        yield server


def read(connection, seconds=60):
    """Reads until the server ends, or the answer does."""
    connection.settimeout(seconds)
    data = bytearray()
    while not data.endswith(b"0\r\n\r\n"):
        try:
            part = connection.recv(1 << 20)
        except ConnectionResetError:
            break
        if not part:
            break
        data += part
    return bytes(data)


def asked(server, path, keys):
    """Asks on a connection of its own that takes little at a time; returns it with the beginning of the answer."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"X-ApiKeys: accessKey={keys[0]};secretKey={keys[1]}", "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection, connection.recv(1024)


def begin(server, path, keys):
    """Asks for a list and reads no more than its beginning."""
    connection, start = asked(server, path, keys)
    assert b" 200 OK" in start, start
    # Until the server can write no more.
    time.sleep(0.3)
    return connection, start


@pytest.mark.parametrize("path", PATHS)
def test_a_list_is_whole_for_who_keeps_the_right(server, path):
    caller = server.create(64)
    connection, start = begin(server, path, server.keys_of(caller["id"]))
    with connection:
        data = start + read(connection)
    assert data.endswith(b"0\r\n\r\n") or b"Content-Length" in start
    assert data.count(b"@example.com") >= USERS


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("path", PATHS)
def test_a_list_ends_where_the_right_is_lost(server, path, loss):
    caller = server.create(64)
    connection, start = begin(server, path, server.keys_of(caller["id"]))
    method, what, body = LOSSES[loss](caller)
    with connection:
        answer = server.request(method, what, **({} if body is None else {"json": body}))
        assert answer.status_code == 200, answer.text
        later = server.create()["username"].encode()
        data = start + read(connection)
    assert not data.endswith(b"0\r\n\r\n"), "the answer says that it is whole"
    assert later not in data


def status(start):
    """The status of an answer, of which the beginning is there."""
    return start.split(b" ")[1]


def test_connections_that_are_closed_free_what_their_exports_held(server):
    keys = server.keys_of(server.create(64)["id"])
    # As many long answers as one caller may have on their way; nobody reads them.
    held = [asked(server, PATHS[3], keys) for _ in range(64)]
    assert {status(start) for _, start in held} == {b"200"}
    connection, start = asked(server, PATHS[3], keys)
    connection.close()
    assert status(start) == b"503"
    for connection, _ in held:
        connection.close()
    deadline = time.monotonic() + 60
    while status(start) != b"200":
        assert time.monotonic() < deadline, "places are still held by those who have gone"
        connection, start = asked(server, PATHS[3], keys)
        connection.close()
