"""What strangers can send as fast as they can: logins with names that nobody has, and long harmless bodies."""

import json
import statistics
import subprocess
import threading
import time

from crowd import Crowd
from guard import Guard
from server import PASSWORD, Finding, Server, binary, environment

STRANGERS = 400
NETWORKS = 100
STRANGERS_BYTES = 16_384
KNOWN = "known@example.com"
LOGIN_SECONDS = 5
OPEN = ("/session", "/activelogic/v1/sessions")


def post(path, body, media="application/json"):
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def unknown_login(random):
    """A login with a name that nobody has, now and then with a long password or long blanks."""
    # Another name each time: one at which many networks fail is answered later and later.
    name = f"nobody-{random.getrandbits(64):016x}@example.com"
    password = random.choice((PASSWORD, PASSWORD, PASSWORD, "a" * 1000, "é" * 500, "a" * (STRANGERS_BYTES - 120)))
    body = json.dumps({"username": name, "password": password}, ensure_ascii=False).encode()
    if random.random() < 0.2:
        body = body[:-1] + b" " * (STRANGERS_BYTES - len(body)) + b"}"
    return post(random.choice(OPEN), body)


def long_body(random):
    """A body of as much as strangers may send, long in one place: a name, a value, blanks, brackets, a form."""
    room = STRANGERS_BYTES - 100
    letter = random.choice(("a", "z", "é", "ж"))
    text = letter * (room // len(letter.encode()))
    body, media = random.choice(
        (
            (json.dumps({text: 1}, ensure_ascii=False), "application/json"),
            (json.dumps({"username": text, "password": "x"}, ensure_ascii=False), "application/json"),
            ('{"username":"x"' + " " * room + "}", "application/json"),
            ("[" * room, "application/json"),
            ("{" + ",".join(f'"{number}":{number}' for number in range(900)) + "}", "application/json"),
            (f"username={text}", "application/x-www-form-urlencoded"),
            ("a=b&" * (room // 4), "application/x-www-form-urlencoded"),
        )
    )
    return post(random.choice(OPEN), body.encode(), media)


def stranger(random, number):
    """Every second one logs in, the others send bodies, so that these need not wait for those."""
    return long_body(random) if number % 2 else unknown_login(random)


class KnownUser(threading.Thread):
    """Somebody who has signed in from here before, and goes on doing so: by HTTP and as sshd's PAM asks."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.goes_on, self.finding = server, True, None
        self.logins, self.checks = [], []

    def __enter__(self):
        server = self.server
        server.create(KNOWN, 16, PASSWORD)
        self.log_in()
        self.ask_pam()
        self.logins, self.checks = [], []
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.goes_on = False
        self.join(60)
        if kind is None and self.finding:
            raise self.finding

    def run(self):
        try:
            while self.goes_on:
                self.log_in()
                self.ask_pam()
        except Finding as finding:
            self.finding = finding
        except OSError as error:
            self.finding = Finding(f"a known user's login: {error!r}")

    def log_in(self):
        begin = time.monotonic()
        status, _, content = self.server.request(
            "POST", "/session", {"username": KNOWN, "password": PASSWORD}, keys=None
        )
        self.logins.append(time.monotonic() - begin)
        if status != 200:
            raise Finding(f"a known user's login: {status} {content[:200]!r}")
        if self.logins[-1] > LOGIN_SECONDS:
            raise Finding(f"a known user's login took {self.logins[-1]:.1f} s")

    def ask_pam(self):
        """As pam_exec runs it; it gives up by itself after two seconds."""
        asked = {"PAM_TYPE": "auth", "PAM_USER": KNOWN, "PAM_RHOST": "127.0.0.1", "PAM_SERVICE": "sshd"}
        begin = time.monotonic()
        done = subprocess.run(
            [binary(), "pam-auth", "--socket", self.server.folder / "data/agent.sock"],
            env=environment() | asked, input=PASSWORD.encode() + b"\0", capture_output=True, timeout=60,
        )
        self.checks.append(time.monotonic() - begin)
        if done.returncode != 0:
            raise Finding(f"pam-auth of a known user: exit code {done.returncode} {done.stderr[-200:]!r}")

    def __str__(self):
        parts = []
        for what, times in (("logins", self.logins), ("pam-auth", self.checks)):
            if times:
                middle = statistics.median(times)
                parts.append(f"{len(times)} {what}, median {middle * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms")
        return "; ".join(parts)


def flood(seed, seconds):
    """Strangers from many networks log in with unknown names and send long bodies; a known user comes in."""
    with Server() as server:
        with Guard(server) as guard:
            with KnownUser(server) as known:
                crowd = Crowd(server, guard, STRANGERS, stranger, f"{seed}/flood", NETWORKS)
                crowd.run(seconds, lambda: known.finding is not None)
            guard.has_recovered()
        server.stop()
    return f"{crowd.answers}; known user: {known}; {guard}"
