"""Looks a user up over and over, at a steady pace, until a file appears; prints how it was answered.

Usage: reader.py URL FILE-WITH-KEYS LOOK-UPS-A-SECOND FILE-THAT-ENDS-IT
"""

import os
import re
import socket
import sys
import time

url, keys, pace, ending = sys.argv[1], open(sys.argv[2]).read().strip(), float(sys.argv[3]), sys.argv[4]
host, port = url.removeprefix("http://").split(":")
request = f"GET /users/2 HTTP/1.1\r\nHost: {host}\r\n{keys}\r\n\r\n".encode()


def look_up(peer):
    peer.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += peer.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
    while len(body) < length:
        body += peer.recv(65536)
    return head.startswith(b"HTTP/1.1 200")


with socket.create_connection((host, int(port))) as peer:
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waits, refused, begun = [], 0, time.monotonic()
    due = begun
    while not os.path.exists(ending):
        start = time.monotonic()
        refused += not look_up(peer)
        now = time.monotonic()
        waits.append((now - start) * 1000)
        due = max(due + 1 / pace, now - 1)
        time.sleep(max(0, due - now))
seconds = time.monotonic() - begun
waits.sort()
part = [waits[min(len(waits) - 1, int(len(waits) * share))] for share in (0.5, 0.99, 0.999)]
print(
    f"look-ups {len(waits)}, {len(waits) / seconds:.0f} a second, refused {refused}; "
    f"median {part[0]:.2f} ms, 99 % {part[1]:.2f} ms, 99.9 % {part[2]:.2f} ms, longest {waits[-1]:.0f} ms"
)
