"""Muster and the servers it is measured beside, all with the same users."""

import http.client
import json
import os
import re
import socket
import time
from pathlib import Path

from processes import REPOSITORY, Server, build, finished, popen, said, wrk

ADMINISTRATOR = "admin@example.com"
FIRST_ID = 3  # the administrator made by `init` has the id 2


def binary():
    """The server's binary: environment `MUSTER_BINARY`, else the release build."""
    return Path(os.environ.get("MUSTER_BINARY") or REPOSITORY / ".build/release/muster").resolve()


def password(number):
    """The password of a user, one of 16: checking one costs the same however many share it."""
    return f"Passw0rd-{number % 16:02d}!x"


def hashing(work):
    """The program that hashes, and a hash of each of the 16 passwords."""
    program = build("argon2", work, "-lsodium", "-lpthread")
    words = [password(number) for number in range(16)]
    return program, said([program, "hash", *words]).split()


class Muster(Server):
    """Muster with its default settings on a data directory of its own; another build of it where a program is named."""

    name = "muster"
    program = None

    def __init__(self, work, users, hashes, program=None):
        work.mkdir(exist_ok=True)
        super().__init__(work)
        self.users, self.hashes, self.program = users, hashes, program
        init = [program or binary(), "init", "--data-dir", work / "data", "--admin", ADMINISTRATOR, "--format", "json"]
        made = json.loads(said(init))
        self.keys = f"accessKey={made['access_key']};secretKey={made['secret_key']}"
        self.password = made["password"]

    def command(self):
        return [self.program or binary(), "serve", "--data-dir", self.work / "data", "--bind", f"127.0.0.1:{self.port}"]

    def is_ready(self):
        return self.request("GET", "/users/2")[0] == 200

    def log(self):
        return (self.work / f"{self.name}.log").read_text(errors="replace")

    def metrics(self):
        """The address of its metrics, as it has told it last."""
        return re.findall(r"http://127\.0\.0\.1:\d+/metrics", self.log())[-1]

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def request(self, method, path, body=None, **fields):
        connection = self.connection()
        try:
            connection.request(method, path, body, {"X-ApiKeys": self.keys} | fields)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def write_users(self):
        """Writes the users as lines for the import, with hashes made elsewhere."""
        lines = self.work / "users.ndjson"
        with open(lines, "w") as file:
            for number in range(self.users):
                file.write(
                    f'{{"username":"user{number:06d}@bench.example","permissions":32,'
                    f'"name":"Bench User {number}","password_hash":"{self.hashes[number % 16]}"}}\n'
                )
        return lines

    def load(self, lines):
        """Imports the users in one request."""
        with open(lines, "rb") as body:
            fields = {"Content-Type": "application/x-ndjson", "Content-Length": str(lines.stat().st_size)}
            status, text = self.request("POST", "/muster/v1/users/import?mode=create", body, **fields)
        last = FIRST_ID + self.users - 1
        if status != 200 or self.request("GET", f"/users/{last}")[0] != 200:
            raise SystemExit(f"bench: the import has failed: {status} {text[-500:].decode()}")

    def token(self):
        """A session token of the administrator."""
        body = json.dumps({"username": ADMINISTRATOR, "password": self.password})
        return json.loads(self.request("POST", "/session", body)[1])["token"]

    def ask(self, path, connections, seconds, header=None, **requests):
        """Loads the server with requests of one kind; # in the path becomes the id of a user."""
        return finished(popen(*self.asking(path, connections, seconds, header, **requests)))

    def asking(self, path, connections, seconds, header=None, first=FIRST_ID, count=None, **requests):
        values = {"PATHS": path, "FIRST": first, "COUNT": count or self.users}
        values["HEADER"] = header or f"X-ApiKeys: {self.keys}"
        return wrk(self.port, connections, seconds, **values, **requests)


class Slapd(Server):
    """OpenLDAP's slapd with back-mdb and its default durability."""

    name = "slapd"
    indexes = "objectClass,uid eq"
    room = 4 << 30
    more = ""

    def __init__(self, work, users, hashes, ldapload):
        work.mkdir(exist_ok=True)
        super().__init__(work)
        self.users = users
        self.ldapload = ldapload
        (work / "data").mkdir(exist_ok=True)
        self.write_settings()
        self.fill(hashes)

    def write_settings(self):
        schemas = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson"))
        (self.work / "slapd.conf").write_text(
            f"{schemas}\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload argon2\nloglevel none\n"
            f"sizelimit unlimited\nthreads 16\n{self.more}database mdb\nmaxsize {self.room}\nsuffix dc=bench\n"
            f"rootdn cn=admin,dc=bench\nrootpw bench\ndirectory {self.work}/data\nindex {self.indexes}\n"
            # The rules of Debian's package: nobody reads hashes.
            "access to attrs=userPassword by self write by anonymous auth by * none\naccess to * by * read\n"
        )

    def entry(self, number):
        """What the entry of a user has, beside its class and its password."""
        user = f"user{number:06d}"
        return f"uid: {user}\ncn: Bench User {number}\nsn: {number}\nmail: {user}@bench.example\n"

    def fill(self, hashes):
        """Brings the users in, while it does not run; keeps how many seconds slapadd took."""
        with open(self.work / "users.ldif", "w") as file:
            file.write("dn: dc=bench\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: bench\n\n")
            for number in range(self.users):
                file.write(
                    f"dn: uid=user{number:06d},dc=bench\nobjectClass: inetOrgPerson\n{self.entry(number)}"
                    f"userPassword: {{ARGON2}}{hashes[number % 16]}\n\n"
                )
        began = time.monotonic()
        said(["slapadd", "-q", "-f", self.work / "slapd.conf", "-l", self.work / "users.ldif"])
        self.filled_in = time.monotonic() - began

    def command(self):
        # -d 0 keeps it in the foreground.
        return ["slapd", "-d", "0", "-h", f"ldap://127.0.0.1:{self.port}", "-f", self.work / "slapd.conf"]

    def is_ready(self):
        anonymous_bind = bytes.fromhex("300c020101600702010304008000")  # RFC 4511 section 4.2
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(anonymous_bind)
            return connection.recv(64)[:1] == b"\x30"

    def ask(self, operation, connections, seconds, name="none"):
        """Loads the server with one kind of operation; see ldapload.c."""
        return finished(popen(*self.asking(operation, connections, seconds, name)))

    def asking(self, operation, connections, seconds, name="none"):
        return [self.ldapload, operation, self.port, connections, seconds, self.users, name], {}


class Nginx(Server):
    """nginx serving from files what Muster answers: the floor under any HTTP server."""

    name = "nginx"

    def __init__(self, work, files):
        work.mkdir(exist_ok=True)
        super().__init__(work)
        work.chmod(0o755)
        (work / "www").mkdir()
        for name, content in files.items():
            (work / "www" / name).write_bytes(content)
        paths = "".join(
            f"{name}_temp_path {work}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (work / "nginx.conf").write_text(
            f"worker_processes {os.cpu_count()}; pid {work}/pid; error_log {work}/nginx.log; daemon off;\n"
            "events { worker_connections 256; }\n"
            "http { access_log off; default_type application/json; keepalive_requests 10000000;\n"
            f"{paths}\nserver {{ listen 127.0.0.1:{self.port}; root {work}/www; }} }}\n"
        )

    def command(self):
        return ["nginx", "-c", self.work / "nginx.conf"]

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/user.json")
        return connection.getresponse().status == 200

    def ask(self, file, connections, seconds):
        """Loads the server with requests for one file."""
        return finished(popen(*wrk(self.port, connections, seconds, PATHS=file)))
