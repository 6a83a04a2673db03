#!/usr/bin/env python3
"""What the server's memory does while very many strangers send requests that do not end.

Starts a server of its own on a loopback port, opens COUNT connections from several loopback addresses, sends on
each the beginning of a request and prints the resident memory (VmRSS) before, at its peak, and REST seconds after
the connections were closed. Bounded in count and time; nothing leaves the machine.

Usage: bodies.py [--count 15000] [--rest 60] [--size 16384] [--hold 10] [--limits] [way ...]
With --limits, a peak above 400 MiB or a rest above 100 MiB ends it with 1.
"""

import argparse
import resource
import selectors
import socket
import sys
import threading
import time

from server import Server

PEAK_MIB, REST_MIB = 400, 100

POST = b"POST /session HTTP/1.1\r\nHost: localhost\r\n"
GET = b"GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"


def chunks(size):
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * size


# Each way: the bytes that are sent on a connection, by the size that is asked for.
WAYS = {
    "idle": lambda size: b"",
    "heads": lambda size: POST + b"X-Filler: " + b"a" * size,
    "lines": lambda size: POST + b"a:\r\n" * (size // 4),
    "targets": lambda size: b"GET /" + b"a" * size,
    "bodies": lambda size: POST + b"Content-Length: %d\r\n\r\n" % (size + 1) + b" " * size,
    "unknown bodies": lambda size: POST.replace(b"/session", b"/users")
    + b"Content-Length: %d\r\n\r\n" % (size + 1) + b" " * size,
    "chunks": chunks,
    "extensions": lambda size: POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * size,
    "pipelined": lambda size: GET + b"GET / HTTP/1.1\r\nA:\r\n\r\n" * (size // 22),
    "unread": lambda size: GET * max(1, size // len(GET)),
}


class Watch(threading.Thread):
    """Looks at the server's memory ten times a second."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.peak, self.goes_on = server, 0, True

    def run(self):
        while self.goes_on and self.server.process.poll() is None:
            self.peak = max(self.peak, self.server.memory())
            time.sleep(0.1)


def attack(server, data, count, hold):
    """Opens the connections and sends as much as is taken; answers them when `hold` seconds have passed."""
    selector = selectors.DefaultSelector()
    connections = []

    def push(wait):
        for key, _ in selector.select(wait):
            try:
                sent = key.fileobj.send(data[key.data[0] : key.data[0] + 65_536])
            except BlockingIOError:
                continue
            except OSError:
                selector.unregister(key.fileobj)
                continue
            key.data[0] += sent
            if key.data[0] >= len(data):
                selector.unregister(key.fileobj)

    for number in range(count):
        connection = socket.socket()
        # Not more than some thousand from each, for the range of ports.
        connection.bind((f"127.0.0.{2 + number % 8}", 0))
        # A little buffer, so that what is not read stays with the server.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        try:
            connection.connect(("127.0.0.1", server.port))
        except OSError as error:
            print(f"  refused after {number}: {error}")
            connection.close()
            break
        connection.setblocking(False)
        connections.append(connection)
        if data:
            selector.register(connection, selectors.EVENT_WRITE, [0])
        if number % 50 == 0:
            push(0)
    deadline = time.monotonic() + hold
    while time.monotonic() < deadline:
        push(0.1)
        if not selector.get_map():
            time.sleep(0.1)
    selector.close()
    return connections


def main():
    parser = argparse.ArgumentParser(description="Many requests that do not end.")
    parser.add_argument("--count", type=int, default=15_000)
    parser.add_argument("--size", type=int, default=16_384)
    parser.add_argument("--hold", type=float, default=10)
    parser.add_argument("--rest", type=float, default=60)
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("ways", nargs="*", choices=[[], *WAYS], default=[])
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(options.count, 20_000, (hard if hard > 0 else 20_000) - 200)
    is_over = False
    for way in options.ways or WAYS:
        with Server() as server:
            before = server.memory()
            watch = Watch(server)
            watch.start()
            connections = attack(server, WAYS[way](options.size), count, options.hold)
            slowest = max(server.is_ready() for _ in range(20))
            opened = len(connections)
            for connection in connections:
                connection.close()
            time.sleep(options.rest)
            watch.goes_on = False
            watch.join()
            server.assert_alive()
            rest = server.memory()
            print(
                f"{way}: {opened} connections of {options.size} bytes: {before:.0f} MiB before, "
                f"{watch.peak:.0f} at the peak, {rest:.0f} after {options.rest:.0f} s; "
                f"slowest answer meanwhile {slowest * 1000:.0f} ms",
                flush=True,
            )
            is_over |= watch.peak > PEAK_MIB or rest > REST_MIB
    return 1 if options.limits and is_over else 0


if __name__ == "__main__":
    sys.exit(main())
