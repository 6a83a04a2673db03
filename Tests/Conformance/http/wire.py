"""Plain sockets, for requests that no HTTP client would send."""

import json
import select
import socket
import time

# Less than the half minute that a request has where nothing else is set.
SECONDS = 25


class Answer:
    """One HTTP answer as it came over the wire."""

    def __init__(self, status, headers, content):
        self.status_code = status
        self.headers = headers
        self.content = content

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.content)


class Headers(dict):
    """Header fields under their names in any spelling."""

    def get(self, name, default=None):
        return super().get(name.lower(), default)

    def __contains__(self, name):
        return super().__contains__(name.lower())

    def __getitem__(self, name):
        return super().__getitem__(name.lower())


class Wire:
    """One connection to a server. Every wait ends at a deadline and then fails."""

    def __init__(self, server, seconds=SECONDS, wrap=None):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=seconds)
        if wrap:
            self.socket = wrap(self.socket)
        self.seconds = seconds
        self.buffer = b""
        self.is_reset = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends bytes; answers whether the server still took them."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            return False
        return True

    def finish(self):
        """Says that nothing more will be sent."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def has_input(self, seconds):
        """Waits until there is something to read, the end too; answers whether there is."""
        # Over TLS, some of it may have been read from the network already.
        if getattr(self.socket, "pending", int)():
            return True
        # poll, and not select, which knows only the first 1024 files of a process.
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _more(self, deadline, what):
        left = deadline - time.monotonic()
        assert left > 0 and self.has_input(left), f"not within {self.seconds} s: {what}"
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            self.is_reset = True
            return False
        self.buffer += data
        return bool(data)

    def _until(self, mark, deadline):
        while mark not in self.buffer:
            if not self._more(deadline, repr(mark)):
                return None
        line, _, self.buffer = self.buffer.partition(mark)
        return line

    def _exactly(self, count, deadline):
        while len(self.buffer) < count:
            assert self._more(deadline, f"{count} bytes"), "the server closed inside a body"
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def asked_for_body(self):
        """Whether the next thing that comes is the question for the body; an answer is left to be read."""
        deadline = time.monotonic() + self.seconds
        question = b"HTTP/1.1 100 Continue\r\n\r\n"
        while len(self.buffer) < len(question):
            assert self._more(deadline, "an answer or a question"), "the server closed"
        if not self.buffer.startswith(question):
            return False
        self.buffer = self.buffer[len(question) :]
        return True

    def answer(self, has_body=True):
        """The next answer, or None where the server closed instead."""
        deadline = time.monotonic() + self.seconds
        head = self._until(b"\r\n\r\n", deadline)
        if head is None:
            assert not self.buffer, f"half an answer: {self.buffer!r}"
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = Headers()
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        status = int(first.split(" ")[1])
        assert status != 100, "asked for a body that is here"
        if not has_body:
            return Answer(status, headers, b"")
        if headers.get("Transfer-Encoding", "").lower() == "chunked":
            content = b""
            while size := int(self._until(b"\r\n", deadline).split(b";")[0], 16):
                content += self._exactly(size, deadline)
                assert self._exactly(2, deadline) == b"\r\n"
            while self._until(b"\r\n", deadline):
                pass
            return Answer(status, headers, content)
        content = self._exactly(int(headers.get("Content-Length", "0")), deadline)
        return Answer(status, headers, content)

    def assert_closed(self):
        """Waits until the server has closed the connection; whatever comes before is returned."""
        deadline = time.monotonic() + self.seconds
        while self._more(deadline, "a closed connection"):
            pass
        return self.buffer


def head(server, method="GET", path="/users", keys=True, **headers):
    """The head of a request, with the administrator's keys, as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if keys:
        access, secret = server.admin_keys
        lines.append(f"X-ApiKeys: accessKey={access};secretKey={secret}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def lazy(server):
    """A connection that takes next to nothing."""
    wire = Wire(server)
    wire.socket.close()
    wire.socket = socket.socket()
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.socket.settimeout(SECONDS)
    wire.socket.connect(("127.0.0.1", server.port))
    return wire


def ask(server, data, finish=False, **options):
    """Sends bytes on a connection of their own and returns the answer, or None."""
    with Wire(server, **options) as wire:
        wire.send(data)
        if finish:
            wire.finish()
        return wire.answer()


def assert_answers(server):
    """The server is alive and reads its store."""
    assert server.process.poll() is None, server.log_tail()
    answer = server.request("GET", f"/users/{server.admin['id']}", timeout=SECONDS)
    assert answer.status_code == 200, (answer.status_code, answer.text)
    assert answer.json()["username"] == server.admin["username"]
