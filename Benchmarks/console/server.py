"""A server on a directory that stays, and what asks it."""

import http.client
import json
import os
import re
import socket
import subprocess
import time

BINARY = os.environ["MUSTER_BINARY"]
# The server takes every variable of its prefix for a setting.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}


class Server:
    """Serves from the beginning of a `with` to its end."""

    def __init__(self, directory, is_new=False):
        self.data, told = directory / "data", directory / "admin.json"
        if is_new:
            self._refuse_leftovers()
            command = [BINARY, "init", "--data-dir", self.data, "--admin", "admin@example.com", "--format", "json"]
            told.touch(mode=0o600)
            made = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=ENVIRONMENT)
            told.write_bytes(made.stdout)
        self.admin = json.loads(told.read_text())
        self.admin.setdefault("username", "admin@example.com")
        self.keys = f"accessKey={self.admin['access_key']}; secretKey={self.admin['secret_key']}"

    def _refuse_leftovers(self):
        if self.data.exists():
            raise SystemExit(f"bench-console: {self.data} is half built; remove it and begin again")

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [BINARY, "serve", "--data-dir", self.data, "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        for _ in range(600):
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("bench-console: the server does not begin")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, fields=None):
        peer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            peer.request(method, path, body, fields or {})
            answer = peer.getresponse()
            return answer.status, answer.read()
        finally:
            peer.close()

    def import_lines(self, lines):
        fields = {"X-ApiKeys": self.keys, "Content-Type": "application/x-ndjson"}
        status, body = self.ask("POST", "/muster/v1/users/import", lines, fields)
        assert status == 200, body[:400]

    def look_ups(self, seconds):
        """How many look-ups by the API are answered in a second."""
        command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-H", f"X-ApiKeys: {self.keys}"]
        told = subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}/users/2"], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        assert "Non-2xx" not in told, told
        return float(re.search(r"Requests/sec: *([0-9.]+)", told).group(1))

    def __getstate__(self):
        """What another process needs to ask it."""
        return {"port": self.port, "admin": self.admin, "keys": self.keys}
