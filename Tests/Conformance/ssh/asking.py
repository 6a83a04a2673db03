"""Runs of the three commands as sshd and PAM would run them, and a server that misbehaves."""

import ctypes
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

from muster import PASSWORD

SECONDS = 60


@dataclass
class Answer:
    """What a command said, and how long it took."""

    code: int
    output: bytes
    trouble: str
    seconds: float

    @property
    def is_late(self):
        """Whether the command has given up on a server that was there."""
        return self.code == -signal.SIGALRM or "deadline" in self.trouble.lower()

    @property
    def is_yes(self):
        return self.code == 0

    @property
    def is_plain_no(self):
        """A refusal, which is no trouble of the command's."""
        return (self.code, self.output, self.trouble) == (1, b"", "muster: refused\n")

    def sentence(self):
        """The one sentence of trouble; the command has to have failed, quietly."""
        assert self.code == 1 and self.output == b"", self
        lines = self.trouble.splitlines()
        assert len(lines) == 1 and lines[0].startswith("muster: "), self
        assert lines[0] != "muster: refused" and lines[0].endswith("."), self
        return lines[0]


class Asking:
    """Runs the commands of a machine against its socket."""

    def __init__(self, machine):
        self.machine = machine

    def keys(self, *words, socket=None, variables=None):
        path = ["--socket", socket or self.machine.socket]
        return patiently(lambda: self.run("authorized-keys", *path, "--", *words, variables=variables or {}), socket)

    def password(self, user, password=PASSWORD, host=None, socket=None, more=(), stdin=None):
        """`password` goes out as it is if it is bytes; `stdin` is a file instead of it."""
        text = password.encode() if isinstance(password, str) else password
        return self.pam("pam-auth", "auth", user, host, socket, more, stdin or text)

    def account(self, user, host=None, socket=None, more=()):
        return patiently(lambda: self.pam("pam-account", "account", user, host, socket, more, subprocess.DEVNULL), socket)

    def pam(self, command, phase, user, host, socket, more, stdin):
        variables = [("PAM_TYPE", phase), ("PAM_SERVICE", "sshd")]
        if user is not None:
            variables.append(("PAM_USER", user))
        if host is not None:
            variables.append(("PAM_RHOST", host))
        path = ["--socket", socket or self.machine.socket]
        return self.run(command, *path, variables=[*more, *variables], stdin=stdin)

    def run(self, *words, variables=(), stdin=subprocess.DEVNULL):
        """Runs a command with exactly these variables, which may stand there twice, as a list."""
        pairs = variables.items() if isinstance(variables, dict) else variables
        words = [str(self.machine.program), *(str(word) for word in words)]
        begin = time.monotonic()
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE if isinstance(stdin, bytes) else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: execute(words, list(pairs)),
        )
        try:
            given = stdin if isinstance(stdin, bytes) else None
            output, trouble = process.communicate(given, timeout=SECONDS)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.monotonic() - begin
        return Answer(process.returncode, output, trouble.decode(), seconds)


def patiently(ask, socket):
    """What the machine's own server says, asked again where it had so much else to do that it did not in two seconds."""
    for _ in range(5):
        answer = ask()
        if socket is not None or not answer.is_late:
            break
    return answer


def execute(words, pairs):
    """Becomes a program. Python's own call takes a dictionary, where no name stands twice."""
    variables = [f"{name}={value}".encode() for name, value in pairs]
    arguments = (ctypes.c_char_p * (len(words) + 1))(*(word.encode() for word in words), None)
    environment = (ctypes.c_char_p * (len(variables) + 1))(*variables, None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    ctypes.CDLL(None).execve(words[0].encode(), arguments, environment)
    os._exit(127)


@contextmanager
def impostor(path, answer):
    """A server with one answer to everything, in bytes, or None: silence. Yields what it heard."""
    heard = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    open_connections = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_connections.append(connection)
            heard.append(connection.recv(65536))
            if answer is not None:
                connection.sendall(answer)
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(SECONDS)
        for connection in open_connections:
            connection.close()
        path.unlink()


def http(body, status="200 OK"):
    """An answer in HTTP/1.1."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode()
