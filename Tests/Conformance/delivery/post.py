"""Mail servers and gateways that keep what they get, on loopback ports."""

import asyncio
import contextlib
import json
import ssl
import subprocess
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from muster import free_port

USER, SECRET = "muster-relay", "Relay-71-Pelican"


class Certificate:
    """An authority and a server's certificate for 127.0.0.1 and localhost, made by openssl."""

    def __init__(self, folder):
        self.authority, self.key, self.chain = (folder / name for name in ("ca.pem", "key.pem", "chain.pem"))
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        for line in (
            f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=CA "
            f"-keyout {folder}/ca.key -out {self.authority}",
            f"openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost "
            f"-addext {names} -keyout {self.key} -out {folder}/request.pem",
            f"openssl x509 -req -days 2 -in {folder}/request.pem -CA {self.authority} -CAkey {folder}/ca.key "
            f"-CAcreateserial -copy_extensions copyall -out {self.chain}",
        ):
            subprocess.run(line.split(), check=True, capture_output=True)

    @property
    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


class Inbox:
    """Keeps mails; `handle_RCPT` refuses what it is told to refuse."""

    def __init__(self):
        self.mails = []
        self.refusing = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refusing:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        mail.envelope = (envelope.mail_from, list(envelope.rcpt_tos))
        mail.was_guarded = session.ssl is not None
        mail.was_signed_in = bool(session.authenticated)
        mail.raw = envelope.content
        self.mails.append(mail)
        return f"250 queued as {len(self.mails)}"

    def to(self, address):
        """The codes; what is told of changes is not among them."""
        return [mail for mail in self.mails if mail.envelope[1] == [address] and not is_notice(mail)]

    def notices_to(self, address):
        return [mail for mail in self.mails if mail.envelope[1] == [address] and is_notice(mail)]


def is_notice(mail):
    return "tell whoever runs the server" in mail.get_content()


def authenticator(server, session, envelope, mechanism, data):
    good = data.login == USER.encode() and data.password == SECRET.encode()
    return AuthResult(success=good, handled=good)


@contextlib.contextmanager
def relay(certificate, security="starttls", port=None, **options):
    """aiosmtpd with TLS and AUTH, both demanded; gives the inbox, with its port."""
    inbox = Inbox()
    inbox.port = port or free_port()
    kept = dict(auth_required=True, authenticator=authenticator) | options
    if security == "starttls":
        kept |= dict(tls_context=certificate.context, require_starttls=True, auth_require_tls=True)
        controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **kept)
    else:
        kept = dict(auth_require_tls=False) | kept
        controller = Controller(
            inbox, hostname="127.0.0.1", port=inbox.port, ssl_context=certificate.context, **kept
        )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


class SlowServer:
    """A mail server without TLS that answers each command after a while, or not at all until it is released.

    It keeps each mail with a code and its moment; where `drops` is set the answer after the dot is lost for every so
    many mails.
    """

    def __init__(self, seconds, drops=0):
        self.seconds, self.drops, self.mails = seconds, drops, []
        self.released = threading.Event()
        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        started = threading.Event()
        self.loop.call_soon(started.set)
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self._talk, "127.0.0.1", self.port, backlog=100)
        )
        self.thread.start()
        started.wait()
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _talk(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while not self.released.is_set():
                await asyncio.sleep(0.05)
            await self._say(writer, "220 slow.example ESMTP")
            while line := await reader.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    await self._say(writer, "354 go on")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    mail = message_from_bytes(mail, policy=policy.default)
                    if not is_notice(mail):
                        self.mails.append((mail, time.time()))
                    if self.drops and len(self.mails) % self.drops == 0:
                        break
                    await self._say(writer, f"250 queued as {len(self.mails)}")
                elif word == b"QUIT":
                    await self._say(writer, "221 bye")
                    break
                else:
                    await self._say(writer, "250 OK")
        writer.close()

    async def _say(self, writer, text):
        await asyncio.sleep(self.seconds)
        writer.write(text.encode() + b"\r\n")
        await writer.drain()


class Gateway(ThreadingHTTPServer):
    """Keeps requests, and answers them with the next of `answers`, or as the service does that it stands for.

    An answer is a status and what is said: bytes, JSON, or a number of bytes that do not matter.
    """

    daemon_threads = True

    def __init__(self, usual):
        self.requests, self.answers, self.usual, self.flooded = [], [], usual, 0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.path, dict(self.headers), body))
        status, answer = self.server.answers.pop(0) if self.server.answers else self.server.usual
        content = answer if isinstance(answer, bytes | int) else json.dumps(answer).encode()
        length = content if isinstance(content, int) else len(content)
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        if status in (301, 302, 307, 308):
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            if isinstance(content, int):
                self._flood(content)
            else:
                self.wfile.write(content)

    def _flood(self, length):
        """So many bytes, a piece at a time, for as long as somebody reads."""
        piece = b"x" * 65_536
        for _ in range(length // len(piece)):
            self.wfile.write(piece)
            self.server.flooded += len(piece)

    do_GET = do_POST

    def log_message(self, *words):
        pass


TWILIO = (201, {"sid": "SM" + "0a" * 16, "status": "queued", "error_code": None})
VONAGE = (200, {"message-count": "1", "messages": [{"status": "0", "message-id": "1"}]})
WEBHOOK = (204, b"")
