"""SCIM servers with the same users: Muster, scim2-server and Canaille."""

import http.client
import json
import os
import sqlite3
import subprocess
import uuid
from pathlib import Path

from processes import HERE, REPOSITORY, Server, environment, said
from servers import Muster

ROOT = "/scim/v2"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
TOKEN = "bench-token-000000000000"
ENVIRONMENTS = REPOSITORY / ".build/venvs"


def username(number):
    return f"user{number:06d}@bench.example"


def request(path, token, body=None, method=None):
    """A request of SCIM as it goes over the wire, with a token."""
    method = method or ("GET" if body is None else "POST")
    content = b"" if body is None else json.dumps(body).encode()
    fields = f"Content-Type: application/scim+json\r\nContent-Length: {len(content)}\r\n" if content else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{fields}\r\n".encode() + content


class Provisioned:
    """What the servers have in common: a token, and pages of users."""

    root = ROOT

    def page(self, start, count):
        """A request for a page from the user of this number on, counted from 1."""
        return request(f"{self.root}/Users?startIndex={start}&count={count}", self.token)

    def asked(self, text):
        """The answer to a request, decoded, with its bytes."""
        head, _, body = text.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ", 2)
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body or None, fields)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise SystemExit(f"bench: {self.name}: {method} {path}: {answer.status} {data[:500]!r}")
        return (json.loads(data) if data else {}), data, answer.status


class SCIMMuster(Provisioned, Muster):
    """Muster that speaks SCIM; the token is a pair of API keys."""

    @property
    def token(self):
        parts = dict(part.split("=") for part in self.keys.split(";"))
        return parts["accessKey"] + parts["secretKey"]

    def environment(self):
        return environment({"MUSTER_SCIM_ENABLED": "true"})


class Scim2Server(Provisioned, Server):
    """scim2-server in memory, served by waitress with four threads."""

    name, root, token = "scim2-server", "/v2", TOKEN

    def __init__(self, work, users):
        work.mkdir(exist_ok=True)
        super().__init__(work)
        self.users = users

    def command(self):
        return [ENVIRONMENTS / "bench-scim2-server/bin/python", "-B", HERE / "scim2_serve.py", str(self.port), self.token]

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", f"{self.root}/ServiceProviderConfig", headers={"Authorization": f"Bearer {self.token}"})
        return connection.getresponse().status == 200

    def fill(self):
        """Makes the users, over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        fields = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        for number in range(self.users):
            user = {
                "schemas": [USER],
                "userName": username(number),
                "displayName": f"Bench User {number}",
                "name": {"formatted": f"Bench User {number}", "familyName": str(number), "givenName": "Bench User"},
                "active": True,
                "emails": [{"value": username(number), "type": "work", "primary": True}],
                "roles": [{"value": "Standard"}],
            }
            connection.request("POST", f"{self.root}/Users", json.dumps(user), fields)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 201:
                raise SystemExit(f"bench: {self.name}: {answer.status} {text[:500]!r}")
        connection.close()


class Canaille(Provisioned, Server):
    """Canaille on SQLite, served by gunicorn: two processes of four threads."""

    name, token = "canaille", TOKEN

    def __init__(self, work, users):
        work.mkdir(exist_ok=True)
        super().__init__(work)
        self.users = users
        self.programs = ENVIRONMENTS / "bench-canaille/bin"
        (work / "canaille.toml").write_text(
            f'SECRET_KEY = "bench"\nSERVER_NAME = "127.0.0.1:{self.port}"\nPREFERRED_URL_SCHEME = "http"\n'
            '[CANAILLE]\nDATABASE = "sql"\nTIMEZONE = "UTC"\n[CANAILLE.ACL.ADMIN]\n'
            'PERMISSIONS = ["edit_self", "use_oidc", "manage_users", "manage_all_groups", "manage_oidc"]\n'
            'READ = ["user_name", "groups", "lock_date"]\nWRITE = ["given_name", "family_name"]\nFILTER = {user_name = "admin"}\n'
            f'[CANAILLE_SQL]\nDATABASE_URI = "sqlite:///{work}/db.sqlite"\n'
            "[CANAILLE_OIDC]\n[CANAILLE_SCIM]\nENABLE_SERVER = true\n"
        )

    def environment(self):
        return environment() | {"CANAILLE_CONFIG": str(self.work / "canaille.toml")}

    def command(self):
        served = ["-w", "2", "-k", "gthread", "--threads", "4", "--keep-alive", "60", "--log-level", "error"]
        return [self.programs / "gunicorn", *served, "-b", f"127.0.0.1:{self.port}", "canaille:create_app()"]

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        fields = {"Authorization": f"Bearer {self.token}", "Host": f"127.0.0.1:{self.port}"}
        connection.request("GET", f"{self.root}/ServiceProviderConfig", headers=fields)
        return connection.getresponse().status == 200

    def page(self, start, count):
        # A GET with a count is answered with 500.
        body = {"schemas": [SEARCH], "startIndex": start, "count": count}
        asked = request(f"{self.root}/.search", self.token, body)
        return asked.replace(b"Host: localhost", f"Host: 127.0.0.1:{self.port}".encode())

    def fill(self):
        """Makes the tables by its own commands, and writes users and a token into them, while it does not run."""
        person = ["--given-name", "A", "--family-name", "B", "--emails", "admin@bench.example", "--password", "adminpw-long-12"]
        for words in (
            ["install"],
            ["create", "user", "--user-name", "admin", *person],
            ["create", "client", "--client-id", "bench", "--client-name", "bench", "--client-uri", "http://127.0.0.1"],
        ):
            command = [self.programs / "canaille", *words]
            done = subprocess.run(command, env=self.environment(), cwd=self.work, capture_output=True, text=True)
            if done.returncode != 0:
                raise SystemExit(f"bench: canaille {words[0]}: {(done.stderr or done.stdout)[-2000:]}")
        with sqlite3.connect(self.work / "db.sqlite") as database:
            for number in range(self.users):
                self.insert(database, "user", self.person(number))
            client = database.execute("SELECT id FROM client LIMIT 1").fetchone()[0]
            holder = database.execute("SELECT id FROM user WHERE user_name = 'admin'").fetchone()[0]
            token = {"token_id": "bench", "access_token": self.token, "client_id": client, "subject_id": holder}
            more = {"type": "access_token", "scope": "[]", "issue_date": MOMENT, "lifetime": 10**9}
            self.insert(database, "token", {"id": str(uuid.uuid4())} | token | more)

    @staticmethod
    def person(number):
        return {
            "id": str(uuid.UUID(int=number + 1)),
            "user_name": username(number),
            "given_name": "Bench User",
            "family_name": str(number),
            "formatted_name": f"Bench User {number}",
            "display_name": f"Bench User {number}",
            "emails": json.dumps([username(number)]),
        }

    @staticmethod
    def insert(database, table, values):
        values = {"created": MOMENT, "last_modified": MOMENT} | values
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


MOMENT = "2026-01-01 00:00:00.000000"
