"""Callers who lose their right while their requests are on the way: nothing of theirs happens afterwards."""

import json
import random
import socket
import threading
import time

from answers import Reader
from guard import Guard
from server import CHEAP, PASSWORD, Finding, Server

WORKERS = 6


def disabled(server, user):
    server.ask("PUT", f"/users/{user}/enabled", {"enabled": False})


def deleted(server, user):
    server.ask("DELETE", f"/users/{user}")


def demoted(server, user):
    server.ask("PUT", f"/users/{user}", {"permissions": 16})


def closed(server, user):
    methods = {"api_permitted": False, "password_permitted": False, "saml_permitted": False}
    server.ask("PUT", f"/users/{user}/authorizations", methods)


def moved(server, user):
    server.ask("PATCH", f"/muster/v1/users/{user}", {"hosts": ["10.9.8.0/24"]})


def rekeyed(server, user):
    server.keys_of(user)


def logged_out(server, user):
    server.ask("DELETE", f"/muster/v1/users/{user}/sessions")


def reset(server, user):
    server.ask("PUT", f"/users/{user}/chpasswd", {"password": "Another-" + PASSWORD})


BY_KEYS = (disabled, deleted, demoted, closed, moved, rekeyed)
BY_SESSION = (disabled, deleted, demoted, closed, moved, logged_out, reset)
WAYS = [(way, "keys") for way in BY_KEYS] + [(way, "session") for way in BY_SESSION]


class Deputy:
    """An administrator who is about to lose it."""

    def __init__(self, server, name, kind):
        self.name = f"{name}@example.com"
        self.id = server.create(self.name, 64, PASSWORD)
        if kind == "keys":
            access, secret = server.keys_of(self.id)
            self.credentials = f"X-ApiKeys: accessKey={access};secretKey={secret}"
        else:
            self.credentials = f"X-Cookie: token={server.token(self.name)}"

    def creation(self, name):
        """The request of a change whose trace is a new user's name."""
        body = json.dumps({"username": name, "permissions": 16}).encode()
        return self.framed("POST", "/muster/v1/users", body)

    def framed(self, method, path, body):
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{self.credentials}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def names(server, prefix):
    """The names of all users that begin like this."""
    found = server.ask("GET", f"/muster/v1/users?limit=10000&f={prefix}")
    return {user["username"] for user in found["users"]}


def late(server, guard, deputy, way, prefix, victim):
    """The heads before the right is lost, the bodies after it."""
    line = json.dumps({"username": f"{prefix}-line", "permissions": 64}).encode() + b"\n"
    requests = [
        deputy.creation(f"{prefix}-native"),
        deputy.framed("POST", "/users", json.dumps(
            {"username": f"{prefix}-made@example.com", "password": PASSWORD, "permissions": 64}).encode()),
        deputy.framed("POST", "/activelogic/v1/users", json.dumps(
            {"name": f"{prefix}-al", "password": PASSWORD}).encode()),
        deputy.framed("PUT", f"/users/{victim}", json.dumps({"permissions": 64, "name": prefix}).encode()),
        deputy.framed("PATCH", f"/activelogic/v1/users/{victim}", json.dumps({"writebm": 8, "readbm": 8}).encode()),
        deputy.framed("PUT", f"/users/{victim}/chpasswd", json.dumps({"password": prefix + PASSWORD}).encode()),
        deputy.framed("POST", "/muster/v1/users/import", line),
    ]
    before = server.ask("GET", f"/muster/v1/users/{victim}")
    wires = []
    for request in requests:
        wire = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        wire.sendall(request[:-10])
        wires.append(wire)
    time.sleep(0.05)
    way(server, deputy.id)
    for wire, request in zip(wires, requests):
        try:
            wire.sendall(request[-10:])
        except OSError:
            pass
        first = read(wire)
        if first and first[0] < 300 and b"import" not in request[:60]:
            raise Finding(f"{way.__name__}, and then: {first[0]} to {request[:300]!r}")
    if made := names(server, prefix):
        raise Finding(f"{way.__name__}, and then were made: {made}")
    after = server.ask("GET", f"/muster/v1/users/{victim}")
    if after != before:
        raise Finding(f"{way.__name__}, and then was changed: {before} to {after}")
    guard.check()


def read(wire):
    """The next answer, as (status, head); None where the connection ended instead."""
    reader = Reader()
    while True:
        try:
            data = wire.recv(65_536)
        except ConnectionResetError:
            return None
        if whole := reader.feed(data):
            wire.close()
            return whole[0]
        if not data:
            return None


def race(server, guard, deputy, way, prefix, pause):
    """Changes on several connections while the right is lost: what was made by then is all that is ever made."""
    ends = threading.Event()

    def work(number):
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
                reader, count = Reader(), 0
                while not ends.is_set():
                    wire.sendall(deputy.creation(f"{prefix}-{number}-{count}"))
                    while not (whole := reader.feed(data := wire.recv(65_536))):
                        if not data:
                            return
                    count += whole[0][0] == 201
        except OSError:
            return

    workers = [threading.Thread(target=work, args=[number], daemon=True) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    time.sleep(pause)
    way(server, deputy.id)
    then = names(server, prefix)
    time.sleep(0.05)
    ends.set()
    for worker in workers:
        worker.join(20)
    if later := names(server, prefix) - then:
        raise Finding(f"{way.__name__}, and after that was answered were made: {later}")
    guard.check()
    return len(then)


def rights(seed, seconds):
    """The right is lost between head and body, and while changes are being made, in every way."""
    chosen = random.Random(f"{seed}/rights")
    made = turns = 0
    with Server(CHEAP) as server:
        with Guard(server) as guard:
            victim = server.create("victim@example.com", 16, PASSWORD)
            deadline = time.monotonic() + seconds
            order = []
            while time.monotonic() < deadline or turns < len(WAYS):
                order = order or chosen.sample(WAYS, len(WAYS))
                way, kind = order.pop()
                prefix = f"t{turns}x"
                late(server, guard, Deputy(server, f"deputy{turns}a", kind), way, prefix + "a", victim)
                deputy = Deputy(server, f"deputy{turns}b", kind)
                made += race(server, guard, deputy, way, prefix + "b", chosen.random() * 0.2)
                turns += 1
            guard.has_recovered()
        server.stop()
    if not made:
        raise Finding("no change was made at all, so nothing was tried")
    return f"{turns} rights lost, {made:,} changes before that and none after; {guard}"
