"""Stand-ins for a server: what they answer is up to the test, and some do not answer at all."""

import json
import os
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer


# A user with all that every record of one has.
RECORD = {
    "id": 7, "uuid": "00000000-0000-4000-8000-000000000007", "username": "jane", "name": None, "email": None,
    "permissions": 16, "administers_by": [], "enabled": True, "expires_at": None, "expired": False, "note": None,
    "locked": False, "hosts": [], "readbm": 0, "writebm": 0, "lviewbm": 0, "timeout": 0, "api_permitted": True,
    "password_permitted": True, "saml_permitted": True,
    "two_factor": {"required": False, "email_enabled": False, "sms_enabled": False, "phone_verified": False,
                   "apps": 0, "passkeys": 0, "recovery_codes": 0},
    "failed_logins": 0, "total_failed_logins": 0, "last_login": None, "last_login_failure": None,
    "last_key_use": None, "created_at": 0, "changed_at": 0, "groups": [], "ssh_keys": 0, "has_api_keys": True,
    "has_password": True, "password_change_required": False,
}  # fmt: skip


@contextmanager
def served(server):
    """Lets a server run in a thread of its own, until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def handler(answer):
    """Answers each request with `answer(method, path)`: a status, a body and more fields of the header.

    A body that is no bytes is sent as JSON; None ends the connection without an answer.
    """

    class Handler(BaseHTTPRequestHandler):
        def reply(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Transfer-Encoding") == "chunked":
                while size := int(self.rfile.readline(), 16):
                    self.rfile.read(size + 2)
                self.rfile.readline()
            status, body, *fields = answer(self.command, self.path)
            self.close_connection = True
            if body is None:
                return
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(fields[0] if fields else {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = reply

        def address_string(self):
            return "somebody"

        def log_message(self, *arguments):
            pass

    return Handler


@contextmanager
def standin(answer):
    """A stand-in on a port; yields its address."""
    with served(ThreadingHTTPServer(("127.0.0.1", 0), handler(answer))) as server:
        yield f"http://127.0.0.1:{server.server_port}"


class SocketServer(HTTPServer):
    address_family = socket.AF_UNIX

    def server_bind(self):
        if os.path.exists(self.server_address):
            os.unlink(self.server_address)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "socket", 0


@contextmanager
def socket_standin(path, answer):
    """A stand-in at a Unix domain socket."""
    with served(SocketServer(str(path), handler(answer))):
        yield


@contextmanager
def mute():
    """A port that takes connections and says nothing; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
