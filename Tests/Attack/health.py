"""Asks a server for its health, over and over, in a process of its own: `health.py PORT PROCESS PAUSE`.

The threads of an attack share one interpreter, in which an answer that came at once may be looked at a second late. Each
answer is a line: the seconds that it took, a space, and what was wrong with it, if anything. It ends with its input. While it
or the server waits for a processor, the machine has other things to do, and the seconds are not the server's.
"""

import os
import select
import socket
import sys
import time
from pathlib import Path

REQUEST = b"GET /server/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
# So many seconds without an answer are none.
PATIENCE = 10


def ask(connection):
    """What is wrong with the answer; nothing if it is as it should be."""
    connection.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b"}"):
        data = connection.recv(4096)
        if not data:
            return f"the watch's connection was closed after {answer[:200]!r}"
        answer += data
    return "" if answer.startswith(b"HTTP/1.1 200") else f"the health is {answer[:200]!r}"


def waits(process):
    """How long each thread of a process has waited for a processor so far, in seconds."""
    found = {}
    for thread in os.listdir(f"/proc/{process}/task"):
        try:
            found[thread] = int(Path(f"/proc/{process}/task/{thread}/schedstat").read_text().split()[1]) / 1e9
        except (OSError, IndexError):
            continue
    return found


def main(port, process, pause):
    connection = None
    goes_on = True
    while goes_on:
        before, own = waits(process), waits(os.getpid())
        begin = time.monotonic()
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            wrong = ask(connection)
        except OSError as error:
            wrong = f"no answer for the watch: {error!r}"
        took = time.monotonic() - begin
        for former, present in ((before, waits(process)), (own, waits(os.getpid()))):
            took -= max((since - former.get(thread, 0) for thread, since in present.items()), default=0)
        print(f"{max(0, took):.6f} {wrong}", flush=True)
        goes_on = not wrong and not select.select([sys.stdin], [], [], pause)[0]


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    except (BrokenPipeError, KeyboardInterrupt, FileNotFoundError):
        sys.exit(0)
