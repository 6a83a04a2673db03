"""A pool of connections to PostgreSQL, as operators put between it and programs: each client gets one for as long as it stays, or
for one transaction."""

import itertools
import os
import select
import socket
import struct
import threading

# What a client asks before it says who it is: for a cancelled statement, for TLS, and for GSSAPI.
CANCEL, TLS, GSSAPI = 80877102, 80877103, 80877104


class Peer:
    """One side of a connection, whose messages are taken apart."""

    def __init__(self, connection):
        self.connection, self.rest = connection, b""

    def startup(self):
        """The first message of a client, which has no letter: its code, or what it wants."""
        while True:
            (size,) = struct.unpack("!I", self._exactly(4))
            (code,) = struct.unpack("!I", self._exactly(4))
            self._exactly(size - 8)
            if code not in (TLS, GSSAPI):
                return code
            self.connection.sendall(b"N")

    def _exactly(self, count):
        found = b""
        while len(found) < count:
            piece = self.connection.recv(count - len(found))
            if not piece:
                raise EOFError
            found += piece
        return found

    def messages(self):
        """The messages that are whole once more was read."""
        piece = self.connection.recv(65536)
        if not piece:
            raise EOFError
        self.rest += piece
        found = []
        while len(self.rest) >= 5:
            (size,) = struct.unpack("!I", self.rest[1:5])
            if len(self.rest) < 1 + size:
                break
            found.append(self.rest[: 1 + size])
            self.rest = self.rest[1 + size :]
        return found


class Pool:
    """Listens at a port of 127.0.0.1: `with Pool(path, "muster", database, is_shared=True) as pool: ... pool.port`.

    - path: the server's socket, which asks for no password.
    - is_shared: whether a connection is given to the next one after each transaction.
    """

    def __init__(self, path, user, database, is_shared):
        self.path, self.is_shared = str(path), is_shared
        self.startup = f"user\0{user}\0database\0{database}\0\0".encode()
        self.free, self.lock, self.numbers = [], threading.Lock(), itertools.count(1)
        self.told = b""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self._give(self._take())
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for server in self.free:
            server.connection.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[Peer(client)], daemon=True).start()

    def _take(self):
        """A connection to the server: the one that was given back last, or a new one."""
        with self.lock:
            if self.free:
                return self.free.pop()
        server = Peer(socket.socket(socket.AF_UNIX))
        server.connection.connect(self.path)
        server.connection.sendall(struct.pack("!II", 8 + len(self.startup), 3 << 16) + self.startup)
        found = []
        while not found or found[-1][:1] != b"Z":
            found += server.messages()
        self.told = b"".join(message for message in found if message[:1] == b"S")
        return server

    def _give(self, server):
        with self.lock:
            self.free.append(server)

    def _serve(self, client):
        server = None
        with client.connection:
            try:
                if client.startup() == CANCEL:
                    return
                # The numbers are the pool's own.
                key = struct.pack("!IIi", 12, next(self.numbers), int.from_bytes(os.urandom(3), "big"))
                client.connection.sendall(b"R" + struct.pack("!II", 8, 0) + self.told + b"K" + key + b"Z\0\0\0\5I")
                waiting = sent = 0
                while True:
                    sides = [client.connection] + ([server.connection] if server else [])
                    ready, _, _ = select.select(sides, [], [])
                    if client.connection in ready:
                        for message in client.messages():
                            if message[:1] == b"X":
                                raise EOFError
                            server = server or self._take()
                            server.connection.sendall(message)
                            is_end = message[:1] in b"SQ"
                            waiting, sent = waiting + is_end, 0 if is_end else sent + 1
                    elif server:
                        for message in server.messages():
                            client.connection.sendall(message)
                            if message[:1] == b"Z":
                                waiting -= 1
                                is_over = self.is_shared and message[5:] == b"I" and waiting == sent == 0
                                if is_over:
                                    self._give(server)
                                    server = None
            except (EOFError, OSError):
                pass
            finally:
                if server:
                    server.connection.close()
