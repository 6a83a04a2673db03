"""Many users at a time, on the built server: hashes of other programs, reads meanwhile, and every way to fail."""

import base64
import hashlib
import json
import socket
import threading
import time

import bcrypt
import pytest
import requests
from argon2 import PasswordHasher
from passlib.hash import django_pbkdf2_sha256, ldap_pbkdf2_sha256, pbkdf2_sha512, sha512_crypt

from muster import PASSWORD, Muster, until

PATH = "/muster/v1/users/import"
LINES = {"Content-Type": "application/x-ndjson"}
COUNT = 25_000
# How many lines the server writes in one change.
BATCH = 10_000
# How many seconds a batch of them may take on a busy machine.
PATIENCE = 600

# The cheapest hash that the server takes: this is about the import.
SETTINGS = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 2048, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


@pytest.fixture(scope="module")
def server():
    with Muster(SETTINGS) as muster:
        yield muster


def send(server, users, query="", **request):
    """Imports `users`, and returns the answer's lines."""
    body = users if isinstance(users, bytes) else "".join(json.dumps(u) + "\n" for u in users).encode()
    answer = server.request("POST", PATH + query, body=body, headers=LINES, timeout=PATIENCE, **request)
    assert answer.status_code == 200, (answer.status_code, answer.text)
    return [json.loads(line) for line in answer.text.splitlines()]


def counts(line):
    return line["done"], line["created"], line["updated"], line["unchanged"], line["failed"]


def export(server, query=""):
    answer = server.request("GET", "/muster/v1/users/export" + query, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return {user["username"]: user for user in map(json.loads, answer.text.splitlines())}


def phc(password):
    salt = b"sixteen bytes ok"
    plain = [
        base64.b64encode(part).decode().rstrip("=")
        for part in (salt, hashlib.pbkdf2_hmac("sha256", password, salt, 5000))
    ]
    return f"$pbkdf2-sha256$i=5000,l=32${plain[0]}${plain[1]}"


HASHES = {
    "argon2id": lambda: PasswordHasher(2, 8192, 4).hash(PASSWORD),
    "bcrypt-2a": lambda: bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(6, b"2a")).decode(),
    "bcrypt-2b": lambda: bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(6)).decode(),
    "pbkdf2-sha256": lambda: phc(PASSWORD.encode()),
    "pbkdf2-sha512": lambda: pbkdf2_sha512.using(rounds=5000).hash(PASSWORD),
    "django": lambda: django_pbkdf2_sha256.using(rounds=5000).hash(PASSWORD),
    "ldap": lambda: ldap_pbkdf2_sha256.using(rounds=5000).hash(PASSWORD),
    "sha512-crypt": lambda: sha512_crypt.using(rounds=5000).hash(PASSWORD),
}


@pytest.mark.parametrize("kind", HASHES)
def test_a_hash_of_another_program_lets_its_owner_in_and_is_replaced_at_the_first_login(server, kind):
    name, made = f"{kind}@example.com", HASHES[kind]()
    assert counts(send(server, [{"username": name, "password_hash": made}])[-1]) == (True, 1, 0, 0, 0)
    assert export(server, "?hashes=true")[name]["password_hash"] == made
    assert server.login(name, PASSWORD + "x").status_code == 401
    assert export(server, "?hashes=true")[name]["password_hash"] == made
    assert server.login(name).status_code == 200
    own = export(server, "?hashes=true")[name]["password_hash"]
    assert own.startswith("$argon2id$v=19$m=2048,t=1,p=1$")
    assert PasswordHasher().verify(own, PASSWORD)
    assert server.login(name).status_code == 200


def test_many_users_come_in_while_others_are_answered(server):
    kept = HASHES["bcrypt-2b"]()
    users = [
        {"username": f"many{n}@example.com", "name": f"Many {n}", "readbm": 3, "password_hash": kept}
        for n in range(COUNT)
    ]
    before = server.request("GET", "/muster/v1/users?limit=1").json()["total"]
    answered, stop = [], threading.Event()

    def read():
        with requests.Session() as session:
            session.trust_env = False
            session.headers["X-ApiKeys"] = "accessKey={};secretKey={}".format(*server.admin_keys)
            while not stop.is_set():
                answered.append(session.get(server.url + "/users/2", timeout=60).status_code)

    reader = threading.Thread(target=read)
    reader.start()
    body = "".join(json.dumps(user) + "\n" for user in users).encode()
    headers = LINES | {"X-ApiKeys": "accessKey={};secretKey={}".format(*server.admin_keys)}
    # How many were answered when the import began, and with each word of how far it had come.
    lines, seen = [], [len(answered)]
    with requests.post(server.url + PATH + "?on_error=continue", body, headers=headers, stream=True, timeout=PATIENCE) as answer:
        for line in map(json.loads, answer.iter_lines(chunk_size=1)):
            lines.append(line)
            if "progress" in line:
                seen.append(len(answered))
    stop.set()
    reader.join()
    assert counts(lines[-1]) == (True, COUNT, 0, 0, 0)
    assert [line for line in lines if "progress" in line][-1] == {"progress": COUNT}
    # Not a benchmark: only that nobody waited for the import's end, neither from its begin nor from its middle.
    assert len(answered) > 50 and set(answered) == {200}
    assert len(seen) > 2 and seen[1] > seen[0] + 5 and seen[-1] > seen[1] + 5, seen
    assert server.request("GET", "/muster/v1/users?limit=1").json()["total"] == before + COUNT
    # Of those who are found, more than 10,000 are estimated.
    found = server.request("GET", "/muster/v1/users?limit=1&f=many").json()
    assert found["total_is_estimate"] and 0.9 * COUNT < found["total"] < 1.1 * COUNT
    assert server.login(f"many{COUNT - 1}@example.com").status_code == 200


def test_each_user_has_one_event_in_the_log_and_so_has_an_export():
    with Muster(SETTINGS) as server:
        names = [f"logged{n}" for n in range(5)]
        send(server, [{"username": name, "groups": []} for name in names])
        export(server, "?hashes=true")
        events = server.request("GET", "/audit-log/v1/events?limit=1000").json()["events"]
        made = [event for event in events if event["action"] == "user.create"]
        assert [event["target"]["name"] for event in made][-5:] == names
        assert {event["actor"]["id"] for event in made[-5:]} == {server.admin["uuid"]}
        assert len({event["id"] for event in made}) == len(made)
        [exported] = [event for event in events if event["action"] == "user.export"]
        assert {"key": "hashes", "value": "true"} in exported["fields"]
        assert exported["crud"] == "r"


def test_one_bad_line_takes_nothing_of_any_batch(server):
    before = set(export(server))
    users = [{"username": f"stop{n}"} for n in range(9000)] + [{"username": "no blanks"}]
    lines = send(server, users)
    assert counts(lines[-1]) == (False, 0, 0, 0, 1)
    assert [line["line"] for line in lines if "line" in line] == [9001]
    assert lines[-1]["error"]["code"] == "import.stopped"
    assert set(export(server)) == before


def test_passwords_in_the_clear_are_never_on_disk(server):
    secret = "Lantern-Ferry-82-Walnut"
    users = [{"username": f"clear{n}", "password": secret + str(n)} for n in range(30)]
    assert counts(send(server, users)[-1]) == (True, 30, 0, 0, 0)
    assert server.login("clear7", secret + "7").status_code == 200
    for path in server.data_dir.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
    assert not [path for path in server.data_dir.rglob("*.spool")]
    assert secret not in server.log()


def test_an_export_comes_back_unchanged_and_makes_the_same_users_elsewhere(server):
    everybody = export(server, "?hashes=true")
    lines = send(server, list(everybody.values()), "?mode=upsert&on_error=continue")
    assert counts(lines[-1]) == (True, 0, 0, len(everybody), 0)
    # As many as stand in more than one batch.
    everybody = dict(list(everybody.items())[: BATCH + 1000])
    with Muster(SETTINGS) as other:
        lines = send(other, list(everybody.values()), "?mode=upsert&on_error=continue")
        # The administrator of the other directory has the same name and another password. It is the one who
        # imports, and nobody sets its own password without the present one.
        assert counts(lines[-1])[0] and lines[-1]["failed"] == 1
        (refused,) = [line for line in lines[:-1] if "error" in line]
        assert list(everybody)[refused["line"] - 1] == other.admin["username"]
        assert "Nobody sets another password of its own by an import." in str(refused)
        there = export(other, "?hashes=true")
        del there[other.admin["username"]]
        others = {name: line for name, line in everybody.items() if name in there}
        assert there == others and len(others) == len(everybody) - 1
        assert other.login("django@example.com").status_code == 200


def test_a_body_larger_and_slower_than_others_may_be_is_taken(server):
    """1.5 MB against the limit of 1 MiB, in pieces with pauses, over chunked transfer."""

    def pieces():
        for n in range(150):
            user = {"username": f"slow{n}", "name": "x" * 500}
            yield (json.dumps(user) + "\n" + " " * 9500 + "\n").encode()
            if n % 50 == 0:
                time.sleep(0.2)

    headers = LINES | {"X-ApiKeys": "accessKey={};secretKey={}".format(*server.admin_keys)}
    answer = requests.post(server.url + PATH, data=pieces(), headers=headers, timeout=PATIENCE)
    assert counts(json.loads(answer.text.splitlines()[-1])) == (True, 150, 0, 0, 0)


def test_a_sender_that_falls_silent_is_dropped_and_one_that_is_unknown_is_refused_at_once():
    with Muster(SETTINGS | {"MUSTER_HTTP_LIMITS_REQUEST_SECONDS": 2}) as server:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        keys = "X-ApiKeys: accessKey={};secretKey={}\r\n".format(*server.admin_keys)
        for fields, status in ((keys, b"200"), ("", b"401")):
            with socket.create_connection(("127.0.0.1", server.port)) as peer:
                # Less than the half minute that a request has where nothing else is set.
                peer.settimeout(25)
                peer.sendall((head + fields + "Content-Length: 1000000\r\n\r\n").encode() + b"\n" * 9)
                received = b""
                while piece := peer.recv(65536):
                    received += piece
                assert status in received.split(b"\r\n")[0]
        assert server.request("GET", "/users/2").status_code == 200


def test_what_was_acknowledged_stays_when_the_sender_hangs_up():
    with Muster(SETTINGS) as server:
        keys = "X-ApiKeys: accessKey={};secretKey={}\r\n".format(*server.admin_keys)
        head = f"POST {PATH}?on_error=continue HTTP/1.1\r\nHost: x\r\n"
        head += "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n" + keys + "\r\n"
        with socket.create_connection(("127.0.0.1", server.port)) as peer:
            peer.settimeout(60)
            peer.sendall(head.encode())
            for batch in range(3):
                lines = "".join(
                    json.dumps({"username": f"hang{batch}-{n}"}) + "\n" for n in range(BATCH)
                ).encode()
                peer.sendall(f"{len(lines):x}\r\n".encode() + lines + b"\r\n")
            received = b""
            while b'"progress"' not in received:
                piece = peer.recv(65536)
                assert piece, received[-1000:]
                received += piece
        acknowledged = int(received.rpartition(b'"progress":')[2].partition(b"}")[0])
        deadline = time.monotonic() + 60
        while True:
            found = len([name for name in export(server) if name.startswith("hang")])
            if found >= acknowledged or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        assert found >= acknowledged >= BATCH


@pytest.mark.parametrize("query", ["", "?on_error=continue", "?dry_run=true"])
def test_of_imports_that_stand_still_a_caller_has_four_and_others_come_in(server, query):
    name = f"other{query.replace('?', '-').replace('=', '-')}@example.com"
    other = server.create(username=name, permissions=64)
    keys = "X-ApiKeys: accessKey={};secretKey={}\r\n".format(*server.admin_keys)
    head = f"POST {PATH}{query} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n{keys}"
    peers = []
    try:
        for _ in range(4):
            peers.append(socket.create_connection(("127.0.0.1", server.port)))
            peers[-1].settimeout(60)
            peers[-1].sendall((head + "Content-Length: 100000\r\n\r\n").encode())
            # The answer begins at once, and the import is under way.
            assert peers[-1].recv(12) == b"HTTP/1.1 200"
        refused = server.request("POST", PATH + query, body=b"{}\n", headers=LINES)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "10"
        theirs = server.keys_of(other["id"])
        assert send(server, [], query, keys=theirs)[-1]["done"] is True
    finally:
        for peer in peers:
            peer.close()

    def again():
        answer = server.request("POST", PATH + query, body=b"", headers=LINES)
        return answer.status_code == 200

    until(again, 60, "a place for an import")
