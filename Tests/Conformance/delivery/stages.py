"""A mail server that goes away at a stage of its talk, with TLS and a password."""

import contextlib
import socket
import ssl
import threading

# Where it may leave, and what it has heard last by then.
STAGES = {
    "greeting": None,
    "hello": "EHLO",
    "starttls": "STARTTLS",
    "handshake": "STARTTLS",
    "hello again": "EHLO",
    "auth": "AG11",  # NUL and the first letters of the name, in base64
    "from": "MAIL",
    "to": "RCPT",
    "data": "DATA",
    "end": ".",
}


class LeavingServer:
    """Takes one connection after the other; each goes as far as the next of `leaving` says, the last for all that follow.

    - leaving: a stage at which it closes in place of answering, "no starttls" to offer none, or None for a whole talk.
    - heard: the lines that came, by connection, and `mails` how many messages were taken.
    """

    def __init__(self, certificate, leaving):
        self.context, self.leaving, self.heard, self.mails = certificate.context, list(leaving), [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        # A connection that is open ends accept(), which closing the socket does not.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                leave = self.leaving[0] if len(self.leaving) == 1 else self.leaving.pop(0)
                self.heard.append([])
                with contextlib.suppress(OSError, ssl.SSLError, _Left):
                    with connection:
                        self._talk(connection, leave)

    def _talk(self, connection, leave):
        def stage(name):
            if leave == name:
                raise _Left

        def say(*lines):
            connection.sendall("".join(line + "\r\n" for line in lines).encode())

        def hear():
            line = reader.readline()
            self.heard[-1].append(line.decode().strip())
            if not line:
                raise _Left
            return line

        reader = connection.makefile("rb")
        stage("greeting")
        say("220 leaving.example ESMTP")
        hear()
        stage("hello")
        if leave == "no starttls":
            say("250-leaving.example", "250 AUTH PLAIN LOGIN")
            hear()
            return
        say("250-leaving.example", "250 STARTTLS")
        hear()
        stage("starttls")
        say("220 go on")
        stage("handshake")
        connection = self.context.wrap_socket(connection, server_side=True)
        with connection:
            reader = connection.makefile("rb")
            hear()
            stage("hello again")
            say("250-leaving.example", "250 AUTH PLAIN LOGIN")
            hear()
            say("334 ")
            hear()
            stage("auth")
            say("235 welcome")
            for name in ("from", "to", "data"):
                hear()
                stage(name)
                say("354 go on" if name == "data" else "250 OK")
            while hear().strip() != b".":
                pass
            stage("end")
            self.mails += 1
            say("250 queued")
            hear()
            say("221 bye")


class _Left(Exception):
    """The server has gone."""
