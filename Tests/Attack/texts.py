"""Texts that are too long, in every field of every route that takes a body and as the name of a member there."""

import json

from guard import Guard
from routes import ROUTES, assert_complete
from server import CHEAP, PASSWORD, Finding, Server

LENGTH, LINE = 100_000, 60_000
"""Bytes of a text; of one in a line of an import, which has 65,536 at most."""
SHORT = 1_000


def too_long(path):
    """Two texts for a route: of ASCII, and of letters that are not; dear to nobody."""
    length = LINE if path.endswith("/import") else LENGTH
    return "a" * length, "\u00e9" * (length // 2)


def places(body, path=()):
    """Where texts stand in a body, each by the way to it."""
    if isinstance(body, str):
        yield path
    elif isinstance(body, (dict, list)):
        for name, value in body.items() if isinstance(body, dict) else enumerate(body):
            yield from places(value, (*path, name))


def replaced(body, path, text):
    """The body with another text at a place."""
    if not path:
        return text
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = replaced(body[path[0]], path[1:], text)
    return copy


def cases():
    """Every route with a body, every place of a text in it, and a name that nobody knows; each with a body for a text."""
    for method, path, body in ROUTES:
        if not isinstance(body, dict):
            continue
        for place in places(body):
            yield method, path, ".".join(map(str, place)), lambda text, body=body, place=place: replaced(body, place, text)
        yield method, path, "a name", lambda text, body=body: {text: 1} | body


def filled(value, known):
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    for name, word in known.items():
        text = text.replace("{%s}" % name, word)
    return text


SETTINGS = CHEAP | {"MUSTER_RADIUS_ENABLED": "true"}


class Texts:
    """A server, and what its routes are asked for."""

    def __init__(self, server):
        self.server = server
        user = server.create("target@example.com", 16, PASSWORD)
        group = server.ask("POST", "/groups", {"name": "Staff"})["uuid"]
        self.known = {"id": str(user), "name": "target@example.com", "group": group, "session": "0" * 32, "new": "new@example.com"}

    def send(self, method, path, body, keys="administrator"):
        """One request; how it was answered."""
        sent = filled(body, self.known).encode()
        fields = {"Content-Type": "application/x-ndjson" if path.endswith("/import") else "application/json"}
        if path.endswith("/import"):
            sent += b"\n"
        return self.server.request(method, filled(path, self.known), sent, keys, fields)


def texts(_, seconds):
    """Every place of a text gets one that is too long, of a stranger and of an administrator."""
    assert_complete()
    count = 0
    with Server(SETTINGS) as server:
        with Guard(server) as guard:
            asked = Texts(server)
            for method, path, place, body in cases():
                for text in too_long(path):
                    for keys in ("administrator", None):
                        status, _, answer = asked.send(method, path, body(text), keys)
                        count += 1
                        what = f"{method} {path}, {place}, {len(text.encode())} bytes, {keys}: {status} {answer[:200]!r}"
                        refused = 400 <= status < 500
                        # Lines of an import are refused one by one.
                        if path.endswith("/import") and status == 200:
                            refused = b'"failed":1' in answer and b'"created":0' in answer
                        if not refused or len(answer) > SHORT:
                            raise Finding(what)
            guard.has_recovered()
        server.stop()
    return f"{count} texts refused; {guard}"
