"""What strangers can hold of the server: unfinished requests, answers that nobody reads, connections."""

import random
import socket
import time

import bodies
from guard import ANSWER_SECONDS, Guard
from server import CHEAP, Finding, Server, until

HASTY = CHEAP | {
    "MUSTER_HTTP_LIMITS_STALL_SECONDS": 3,
    "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": 5,
    "MUSTER_HTTP_LIMITS_IDLE_SECONDS": 5,
}
CONNECTIONS = 400
UNREAD = ("pipelined", "unread")
UNFINISHED = [way for way in bodies.WAYS if way not in UNREAD]


def unfinished(seed, seconds):
    """Many requests that do not end, of every kind."""
    chosen = random.Random(f"{seed}/unfinished")
    size = chosen.choice((4096, 16_384))
    with Server(HASTY) as server:
        with Guard(server) as guard:
            ways = chosen.sample(UNFINISHED, len(UNFINISHED))
            for way in ways[: max(2, int(seconds / 3))]:
                # Each byte of a chunk costs as much as a hundred others, and a debug build has not the time.
                data = bodies.WAYS[way](size // 16 if way == "chunks" else size)
                held = bodies.attack(server, data, CONNECTIONS, 1)
                guard.check()
                # What else a machine does makes an answer later and never sooner: one of some in time is what is wanted.
                if not any(0 < server.is_ready() < ANSWER_SECONDS for _ in range(5)):
                    raise Finding(f"no answer in time to a new connection beside {way}")
                for connection in held:
                    connection.close()
            guard.has_recovered()
        server.stop()
    return f"{CONNECTIONS} connections each of {', '.join(ways)}; {guard}"


def unread(seed, seconds):
    """Requests sent ahead, whose answers nobody reads; they do not hold their place."""
    chosen = random.Random(f"{seed}/unread")
    with Server(HASTY) as server:
        with Guard(server) as guard:
            people = f"X-ApiKeys: accessKey={server.keys[0]};secretKey={server.keys[1]}"
            for number in range(300):
                server.create(f"reader{number}@example.com")
            deadline, held = time.monotonic() + seconds, []
            while time.monotonic() < deadline:
                path = chosen.choice(("/openapi.yaml", "/users", "/muster/v1/users/export", "/server/status"))
                request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{people}\r\n\r\n".encode()
                held += bodies.attack(server, request * chosen.choice((1, 400, 3000)), 40, 0.5)
                guard.check()
            # None is read, and each is closed by the server as soon as what is read ahead of it is answered. All was asked for
            # by one caller, in whose turns it is answered: that may take as long again as it took to ask.
            until(lambda: server.descriptors() <= guard.descriptors + 8, 30 + seconds, "an end of unread answers")
            for connection in held:
                connection.close()
            guard.has_recovered()
        server.stop()
    return f"{len(held)} connections; {guard}"


def descriptors(seed, seconds):
    """More connections than the server may have files open, while an administrator writes."""
    chosen = random.Random(f"{seed}/descriptors")
    with Server(CHEAP, files=200) as server:
        with Guard(server) as guard:
            inside = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            deadline, written, most = time.monotonic() + seconds, 0, 0
            while time.monotonic() < deadline:
                strangers = []
                for _ in range(chosen.choice((150, 250, 400))):
                    stranger = socket.socket()
                    stranger.setblocking(False)
                    stranger.connect_ex(("127.0.0.1", server.port))
                    strangers.append(stranger)
                for _ in range(20):
                    write(server, inside, f"N{written}")
                    written += 1
                most = max(most, server.descriptors())
                for stranger in strangers:
                    stranger.close()
                guard.check()
            before = server.processor_seconds()
            guard.has_recovered()
            time.sleep(1)
            if server.processor_seconds() - before > 2:
                raise Finding("a thread spins after the descriptors ran out")
            inside.close()
        if server.ask("GET", "/users/2")["name"] != f"N{written - 1}":
            raise Finding("an acknowledged change is lost")
        server.stop()
    return f"{written} changes, {most} of 200 files open; {guard}"


def write(server, connection, name):
    """Changes the administrator's name on a connection that is kept."""
    body = b'{"name":"%s"}' % name.encode()
    head = f"PUT /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += f"X-ApiKeys: accessKey={server.keys[0]};secretKey={server.keys[1]}\r\n\r\n"
    connection.sendall(head.encode() + body)
    answer = b""
    while not answer.endswith(b"}"):
        data = connection.recv(65_536)
        if not data:
            raise Finding(f"an administrator's connection was closed: {answer[:200]!r}")
        answer += data
    if not answer.startswith(b"HTTP/1.1 200"):
        raise Finding(f"a change of an administrator: {answer[:200]!r}")
