"""Servers that are none of Muster's, or mean no good."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from machine import Machine
from standin import RECORD as USER

# An event of the audit log with all that every one of them has.
EVENT = {
    "id": "1", "action": "user.created", "is_failure": False, "received": 0, "actor": None, "impersonated": None,
    "target": None, "address": None, "request_id": "1", "fields": [],
}  # fmt: skip


@contextmanager
def stranger(status, body, headers=None):
    """A server that gives everybody one answer; yields its address and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            asked.append((self.command, self.path, dict(self.headers)))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def visitor(tmp_path):
    machine = Machine(tmp_path)
    machine.environment["MUSTER_TOKEN"] = "planted-token"
    return machine


@pytest.mark.parametrize(
    "status, body",
    [
        (200, b"<html>hello</html>"),
        (200, b"[]"),
        (200, b"7"),
        (200, b"\xff\xfe"),
        (200, b"[" * 100_000),
        (404, b"<html>"),
        (500, b""),
        (502, b"<html>"),
        (401, b""),
        (418, b"{}"),
    ],
)
def test_what_is_no_muster_server_is_told(visitor, status, body):
    with stranger(status, body) as (url, _):
        sentence = visitor.refusal("whoami", 76, MUSTER_URL=url)
    assert url in sentence and "Check the address" in sentence


def test_a_redirect_gets_no_credentials(visitor):
    with stranger(200, b"{}") as (other, asked_elsewhere):
        with stranger(302, b"", {"Location": other + "/session"}) as (url, asked):
            visitor.refusal("whoami", 76, MUSTER_URL=url)
        assert asked and not asked_elsewhere


def test_the_credentials_of_a_profile_go_nowhere_else(muster, tmp_path):
    machine = Machine(tmp_path, muster, is_anonymous=True)
    password = muster.admin["password"] + "\n"
    machine.muster("login admin@example.com --password-stdin", stdin=password)
    body = json.dumps(USER).encode()
    with stranger(200, body) as (url, asked):
        for variables in ({}, {"MUSTER_URL": url}):
            line = "whoami" if variables else f"whoami --url {url}"
            machine.muster(line, **variables)
    names = {name.lower() for _, _, headers in asked for name in headers}
    assert [path for _, path, _ in asked] == ["/muster/v1/account"] * 2
    assert not names & {"authorization", "x-apikeys", "cookie", "x-cookie"}


@pytest.mark.parametrize("form", ["table", "json"])
def test_what_a_server_says_cannot_act_on_the_terminal(visitor, form):
    evil = "\x1b[2J\u202e\x9b31m\x07"
    body = json.dumps(USER | {"username": evil, "name": evil, "email": evil, evil: evil}).encode()
    with stranger(200, body) as (url, _):
        shown = visitor.muster(f"users show 7 --format {form}", MUSTER_URL=url)
    assert not set(shown) & set(evil) - set("[2J31m")
    body = json.dumps({"error": {"code": "some.code", "message": evil + "\nmuster: all is well"}}).encode()
    with stranger(409, body) as (url, _):
        sentence = visitor.refusal("users show 7", 1, MUSTER_URL=url)
    assert not set(sentence) & set(evil) - set("[2J31m")


@pytest.mark.parametrize(
    "body",
    [
        b'{"users":[]}',
        b'{"users":[{}]}',
        b'{"users":[{"id":"x","username":7,"permissions":"64","hosts":{},"last_login":1e99}]}',
        b'{"users":[{"id":9223372036854775807,"last_login":9223372036854775807}]}',
        b'{"users":[{"id":1,"last_login":-9223372036854775808,"permissions":-1}]}',
    ],
)
def test_records_of_another_shape_are_none(visitor, body):
    with stranger(200, body) as (url, _):
        for form in ("table", "json", "csv"):
            done = visitor.run(f"muster users list --format {form}", MUSTER_URL=url)
            assert done.returncode == 76 and done.stdout == "", (form, done.stderr)


@pytest.mark.parametrize("change", [{}, {"new": {"field": [1]}}, {"last_login": 2**63 - 1, "permissions": 63}])
def test_records_of_a_newer_server_are_shown(visitor, change):
    body = json.dumps({"users": [USER | change], "total": 1}).encode()
    with stranger(200, body) as (url, _):
        for form in ("table", "json", "csv"):
            done = visitor.run(f"muster users list --format {form}", MUSTER_URL=url)
            assert done.returncode == 0, (form, done.stderr)


@pytest.mark.parametrize(
    ["command", "name"],
    [
        ["users list", "users"],
        ["users list --group Staff", "groups"],
        ["groups list", "groups"],
        ["groups remove Staff --yes", "groups"],
        ["sessions list", "sessions"],
        ["audit list --all", "events"],
        ["keys list 7", "keys"],
        ["users hosts show 7", "hosts"],
        ["users hosts add 7 192.0.2.1", "hosts"],
        ["users masks show 7", "bits"],
    ],
)
@pytest.mark.parametrize("value", ["absent", "null", "{}", "7", "[7]", "[[]]"])
def test_an_answer_without_its_list_is_no_empty_list(visitor, command, name, value):
    record = {member: value for member, value in USER.items() if member != name}
    text = json.dumps(record)
    if value != "absent":
        text = f'{text[:-1]},"{name}":{value}}}'
    with stranger(200, text.encode()) as (url, asked):
        sentence = visitor.refusal(command, 76, MUSTER_URL=url)
    assert sentence == f"The server's answer has no list of {name}."
    # Nothing was changed on the word of such an answer.
    assert all(request[0] == "GET" for request in asked), asked


def test_an_audit_log_that_does_not_say_its_length_is_none(visitor):
    with stranger(200, b'{"events":[]}') as (url, _):
        sentence = visitor.refusal("audit list", 76, MUSTER_URL=url)
    assert sentence == "The server's answer does not say how many events there are."


@pytest.mark.parametrize("command", ["audit list --limit 2", "audit tail --lines 2"])
@pytest.mark.parametrize("total", [2**63 - 1, 2**63, -(2**63)])
def test_an_audit_log_of_a_length_that_cannot_be_ends_in_a_refusal(visitor, command, total):
    with stranger(200, json.dumps({"events": [EVENT] * 3, "total": total}).encode()) as (url, _):
        done = visitor.run(f"muster {command} --format json", MUSTER_URL=url)
    assert done.returncode == 76, done.stderr
    assert done.stderr.startswith("muster: ") and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_an_export_warns_of_cannot_act_on_the_terminal(visitor, form):
    user = USER | {"username": "jane\x1b]0;x\x07", "password_hash": "{\x1b]0;x\x07}AAAA"}
    with stranger(200, json.dumps(user).encode() + b"\n") as (url, _):
        done = visitor.run(f"muster users export --hashes --for slapd --format {form}", MUSTER_URL=url)
    assert done.returncode == 0 and done.stderr.startswith("muster: jane"), done.stderr
    assert not set(done.stderr) & set("\x1b\x07"), done.stderr


def test_a_list_that_never_ends_is_ended_by_the_reader(visitor):
    users = [USER | {"id": number} for number in range(5000)]
    with stranger(200, json.dumps({"users": users, "total": 5000}).encode()) as (url, _):
        done = visitor.run("muster users list --quiet | head -10000 | wc -l", MUSTER_URL=url)
    assert done.stdout.strip() == "10000"


def test_a_busy_server_says_when_to_come_back(visitor):
    with stranger(429, b'{"error":{"code":"request.rate_limited","message":"Too many."}}', {"Retry-After": "3600"}) as (url, asked):
        sentence = visitor.refusal("whoami", 75, MUSTER_URL=url)
    assert sentence == "Too many. Try again in 3600 s."
    assert len(asked) == 1


def test_a_secret_in_an_address_is_not_repeated(visitor):
    sentence = visitor.refusal("whoami --url https://jane:planted@x.example", 64)
    assert "planted" not in sentence
