"""A server with a public address, behind a page of the same origin, and people who have logged in."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from muster import Muster, unique_username

PAGE = """<!doctype html><title>passkeys</title><script>
async function call(method, path, token, body) {
  const headers = {'Content-Type': 'application/json'};
  if (token) headers['X-Cookie'] = 'token=' + token;
  const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
  const text = await answer.text();
  return {status: answer.status, body: text ? JSON.parse(text) : null};
}
async function register(token, label, algorithm) {
  const begun = await call('POST', '/muster/v1/factors/webauthn/options', token, {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.body.options);
  if (algorithm) publicKey.pubKeyCredParams = publicKey.pubKeyCredParams.filter(each => each.alg === algorithm);
  const credential = (await navigator.credentials.create({publicKey})).toJSON();
  const answer = await call('POST', '/muster/v1/factors/webauthn', token, {label, credential});
  return {...answer, credential, challenge: begun.body.options.challenge};
}
async function use(begun, login) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.body.options);
  const credential = (await navigator.credentials.get({publicKey})).toJSON();
  const answer = await call('POST', '/muster/v1/logins/' + login, null, {credential});
  return {...answer, credential, challenge: begun.body.options.challenge};
}
async function second(login) {
  return use(await call('GET', '/muster/v1/logins/' + login + '/webauthn'), login);
}
async function alone() {
  const begun = await call('POST', '/muster/v1/logins/webauthn');
  return use(begun, begun.body.login);
}
</script>"""


class FrontServer(BaseHTTPRequestHandler):
    """Serves the page, and hands everything else on to the server."""

    server_version = "FrontServer"

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        if self.path == "/":
            return self.answer(200, "text/html", PAGE.encode())
        return self.hand_on()

    def do_POST(self):
        self.hand_on()

    def hand_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        fields = {
            name: self.headers[name]
            for name in ("Content-Type", "X-Cookie")
            if self.headers.get(name)
        }
        request = Request(
            self.server.behind + self.path,
            data=self.rfile.read(length) if length else None,
            headers=fields,
            method=self.command,
        )
        try:
            with urlopen(request, timeout=60) as answer:
                self.answer(answer.status, answer.headers["Content-Type"], answer.read())
        except HTTPError as error:
            self.answer(error.code, error.headers["Content-Type"], error.read())

    def answer(self, status, kind, body):
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def front():
    """Where people come in; its address is the public one of the server behind it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FrontServer)
    server.behind = None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="session")
def origin(front):
    return f"http://localhost:{front.server_port}"


@pytest.fixture(scope="session")
def muster(front, origin):
    """The server, which knows its public address."""
    with Muster({"MUSTER_HTTP_PUBLIC_URL": origin}) as server:
        front.behind = server.url
        yield server


class Visitor:
    """A user who has logged in by password."""

    def __init__(self, muster):
        self.muster = muster
        self.username = unique_username()
        self.id = muster.create(username=self.username)["id"]
        self.token = muster.login(self.username).json()["token"]

    def call(self, method, path, body=None, token=None):
        headers = {"X-Cookie": f"token={token or self.token}"}
        return self.muster.request(method, path, json=body, headers=headers, keys=None)

    def challenge(self):
        """What the password alone gets by now."""
        answer = self.muster.login(self.username)
        assert answer.status_code == 401, answer.text
        return answer.json()

    def assert_session(self, token):
        """The token is the user's own."""
        answer = self.call("GET", "/session", token=token)
        assert (answer.status_code, answer.json()["id"]) == (200, self.id)


@pytest.fixture
def visitor(muster):
    return Visitor(muster)
