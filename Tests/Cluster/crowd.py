"""Connections to PostgreSQL that do nothing but be there, until none is left for others.

Each sends the first message of the protocol (https://www.postgresql.org/docs/15/protocol-message-formats.html, StartupMessage)
and reads whether it is let in.
"""

import socket
import struct

VERSION = 196608


class Crowd:
    """Takes every connection that a role may have: `with Crowd(engine, database) as crowd: crowd.fill()`."""

    def __init__(self, engine, database, role="muster"):
        self.path = str(engine.folder / f".s.PGSQL.{engine.number}")
        words = f"user\0{role}\0database\0{database}\0application_name\0crowd\0\0".encode()
        self.hello = struct.pack("!ii", len(words) + 8, VERSION) + words
        self.taken = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()

    def fill(self):
        """Takes connections until one is refused."""
        while self._take():
            pass
        return len(self.taken)

    def leave(self):
        while self.taken:
            self.taken.pop().close()

    def _take(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(self.path)
        connection.sendall(self.hello)
        stream = connection.makefile("rb")
        # Messages until Z, which says that statements may come, or E, such as that there are too many clients already.
        while (kind := stream.read(1)) not in (b"Z", b"E", b""):
            (length,) = struct.unpack("!i", stream.read(4))
            stream.read(length - 4)
        if kind == b"Z":
            self.taken.append(connection)
            return True
        connection.close()
        return False
