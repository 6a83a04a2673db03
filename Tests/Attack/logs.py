"""A log that cannot be written: a full disk, a reader that dies, a reader that stands still."""

import fcntl
import os
import random

from crowd import Crowd
from floods import stranger
from guard import Guard
from server import CHEAP, Server

LOUD = CHEAP | {"MUSTER_LOG_LEVEL": "trace"}
WAYS = ("full disk", "dead reader", "standing reader")


def logs(seed, seconds):
    """A log on a full disk, on a pipe whose reader dies, and on one whose reader stands still, in a flood."""
    said = []
    for way in random.Random(f"{seed}/logs").sample(WAYS, len(WAYS)):
        reading, writing = os.pipe()
        full = os.open("/dev/full", os.O_WRONLY)
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        open_files = {reading, writing, full}
        try:
            with Server(LOUD, stderr=full if way == "full disk" else writing) as server:
                os.close(writing)
                open_files.remove(writing)
                with Guard(server) as guard:
                    if way == "dead reader":
                        os.close(reading)
                        open_files.remove(reading)
                    crowd = Crowd(server, guard, 100, spoilt, f"{seed}/logs/{way}", sources=10)
                    crowd.run(seconds / len(WAYS))
                    server.ask("PUT", "/users/2", {"name": "Written"})
                    guard.has_recovered()
                server.stop()
            said.append(f"{way}: {crowd.answers}, {guard}")
        finally:
            for file in open_files:
                os.close(file)
    return "; ".join(said)


def spoilt(random, number):
    """What makes the server say something: logins of strangers, and what is no HTTP."""
    return (b"nonsense\r\n\r\n", 1) if random.random() < 0.3 else stranger(random, number)
