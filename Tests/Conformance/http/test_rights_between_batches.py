"""Callers who lose their right while a call is on its way: between its head and its body, and between two batches."""

import json
import socket

import pytest
from answers import assert_empty, assert_json
from wire import Wire

from muster import PASSWORD, Muster, unique_username, until

LINES = "application/x-ndjson"
# How many lines an import writes in one change, and how many it checks ahead of that.
BATCH, AHEAD = 8000, 4096
COUNT = 20_000
SETTINGS = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 2048, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


def key_header(account):
    return f"X-ApiKeys: accessKey={account.keys[0]};secretKey={account.keys[1]}"


def put(server, account, path, **body):
    answer = server.request("PUT", f"/users/{account.id}{path}", json=body)
    assert answer.status_code == 200, answer.text


def delete(server, account):
    assert_empty(server.request("DELETE", f"/users/{account.id}"))


def move(server, account):
    body = {"hosts": ["203.0.113.0/24"]}
    answer = server.request("PATCH", f"/muster/v1/users/{account.id}", json=body)
    assert answer.status_code == 200, answer.text


def revoke(server, account):
    answer = server.request("DELETE", f"/muster/v1/users/{account.id}/sessions")
    assert answer.status_code == 204, answer.text


def close(server, account, api=True, password=True):
    put(
        server,
        account,
        "/authorizations",
        api_permitted=api,
        password_permitted=password,
        saml_permitted=True,
    )


BY_ANY = {
    "disabled": lambda server, account: put(server, account, "/enabled", enabled=False),
    "deleted": delete,
    "demoted": lambda server, account: put(server, account, "", permissions=16),
    "hosts moved": move,
}
BY_KEYS = BY_ANY | {
    "keys renewed": lambda server, account: server.keys_of(account.id),
    "way closed": lambda server, account: close(server, account, api=False),
}
BY_SESSION = BY_ANY | {
    "revoked": revoke,
    "password reset": lambda server, account: put(server, account, "/chpasswd", password="New-" + PASSWORD),
    "way closed": lambda server, account: close(server, account, password=False),
}
WAYS = (
    [("keys", name, lose) for name, lose in BY_KEYS.items()]
    + [("session", name, lose) for name, lose in BY_SESSION.items()]
    + [("impersonation", name, lose) for name, lose in BY_KEYS.items()]
)


def credentials(server, account, door):
    """The header lines with which an account comes in."""
    if door == "session":
        return [f"X-Cookie: token={assert_json(server.login(account.username), 200)['token']}"]
    lines = [key_header(account)]
    if door == "impersonation":
        lines.append(f"X-Impersonate: username={server.admin['username']}")
    return lines


def calls(target):
    """Calls that change something, with their bodies."""
    return {
        "create": ("POST", "/users", {"username": unique_username(), "password": PASSWORD, "permissions": 64}),
        "promote": ("PUT", f"/users/{target.id}", {"permissions": 64}),
        "password": ("PUT", f"/users/{target.id}/chpasswd", {"password": "Another-" + PASSWORD}),
        "patch": ("PATCH", f"/activelogic/v1/users/{target.id}", {"timeout": 77}),
        "native": ("PATCH", f"/muster/v1/users/{target.id}", {"permissions": 64}),
    }


FEW = [way for way in WAYS if way[:2] in (("keys", "disabled"), ("session", "revoked"), ("impersonation", "demoted"))]
CASES = [("create", *way) for way in WAYS]
CASES += [(call, *way) for call in ("promote", "password", "patch", "native") for way in FEW]


@pytest.mark.parametrize(
    "call, door, name, lose", CASES, ids=[f"{call}-{door}-{name}" for call, door, name, _ in CASES]
)
def test_a_body_that_comes_when_the_right_is_gone_changes_nothing(
    muster, deputy, user, call, door, name, lose
):
    method, path, fields = calls(user)[call]
    body = json.dumps(fields).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: a", *credentials(muster, deputy, door)]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Expect: 100-continue"]
    before = muster.request("GET", f"/muster/v1/users/{user.id}").json()
    with Wire(muster) as wire:
        wire.send("\r\n".join(lines).encode() + b"\r\n\r\n")
        # Whoever is asked for its body has been let in.
        assert wire.asked_for_body()
        lose(muster, deputy)
        wire.send(body)
        answer = wire.answer()
    assert answer.status_code in (401, 403), (answer.status_code, answer.text)
    assert muster.request("GET", f"/muster/v1/users/{user.id}").json() == before
    if "username" in fields:
        answer = muster.request("GET", f"/muster/v1/users/{fields['username']}")
        assert answer.status_code == 404
    assert muster.login(user.username).status_code == 200, "the password is the old one"


# Lists and imports


@pytest.fixture(scope="module")
def crowd():
    """A server with so many users that no list of them fits between the server and a slow reader."""
    with Muster(SETTINGS) as server:
        long = "x" * 400
        users = ({"username": f"user{number}", "name": f"{number} {long}"} for number in range(COUNT))
        body = "".join(json.dumps(user) + "\n" for user in users).encode()
        answer = server.request("POST", "/muster/v1/users/import", body=body, headers={"Content-Type": LINES})
        assert json.loads(answer.text.splitlines()[-1])["created"] == COUNT, answer.text[-500:]
        yield server


def narrow(connection):
    """So little room that the server soon has to wait for its reader."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    return connection


def rest(wire):
    """Everything until the server closes, or says that the answer is at its end."""
    # With as little room as before, each piece would wait for its acknowledgement.
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    content = bytearray(wire.buffer)
    while not content.endswith(b"\r\n0\r\n\r\n"):
        assert wire.has_input(wire.seconds), "the answer stands still"
        try:
            data = wire.socket.recv(1 << 20)
        except ConnectionResetError:
            break
        if not data:
            break
        content += data
    return bytes(content)


LISTS = [
    "/users",
    "/groups/0/users",
    "/activelogic/v1/users",
    "/muster/v1/users",
    "/muster/v1/users/export?hashes=true",
]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("name", ["kept", "disabled", "keys renewed"])
def test_a_list_ends_when_its_readers_right_does(crowd, account, path, name):
    reader = account(64, server=crowd)
    late = unique_username("late")
    with Wire(crowd, wrap=narrow) as wire:
        wire.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n{key_header(reader)}\r\n\r\n".encode())
        assert wire.has_input(wire.seconds)
        wire.buffer = wire.socket.recv(4096)
        assert wire.buffer.startswith(b"HTTP/1.1 200 ")
        if name != "kept":
            BY_KEYS[name](crowd, reader)
        crowd.create(username=late)
        content = rest(wire)
    is_whole = content.endswith(b"\r\n0\r\n\r\n")
    assert is_whole == (name == "kept"), content[-200:]
    assert (late.encode() in content) == (name == "kept")
    assert f"user{COUNT - 1}\"".encode() in content or name != "kept"


@pytest.mark.parametrize("name", ["kept", "disabled", "demoted", "keys renewed"])
def test_an_import_ends_when_its_callers_right_does(crowd, account, name):
    deputy = account(64, server=crowd)
    early, late = unique_username("early"), unique_username("late")

    def lines(prefix, count):
        return "".join(json.dumps({"username": f"{n}-{prefix}"}) + "\n" for n in range(count)).encode()

    def chunk(data):
        return f"{len(data):x}\r\n".encode() + data + b"\r\n"

    with Wire(crowd, seconds=60) as wire:
        wire.send(
            f"POST /muster/v1/users/import?on_error=continue HTTP/1.1\r\nHost: a\r\n{key_header(deputy)}\r\n"
            f"Content-Type: {LINES}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        wire.send(chunk(lines(early, 2 * BATCH + AHEAD)))

        def has_written():
            return crowd.request("GET", f"/muster/v1/users/0-{early}").status_code == 200

        until(has_written, wire.seconds, "the first batch on disk")
        if name != "kept":
            BY_KEYS[name](crowd, deputy)
        wire.send(chunk(lines(late, BATCH)) + b"0\r\n\r\n")
        answer = wire.answer()
    assert answer.status_code == 200
    last = json.loads(answer.text.splitlines()[-1])
    assert last["done"] == (name == "kept"), last
    found = crowd.request("GET", f"/muster/v1/users/0-{late}").status_code
    assert found == (200 if name == "kept" else 404)
    if name != "kept":
        assert last["error"]["code"] in ("credentials.invalid", "access.insufficient_scope"), last
