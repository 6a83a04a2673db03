"""A server that speaks LDAP, with some people and groups in it, and OpenLDAP's own programs to ask it."""

import json
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme

from muster import PASSWORD, Muster, until
from tree import PEOPLE, SUFFIX


@dataclass
class Answer:
    """What a program of OpenLDAP said."""

    code: int
    out: str
    err: str

    @property
    def entries(self):
        """The entries of an LDIF, each a dictionary of lists of texts, the name as `dn`."""
        found = []
        unfolded = self.out.replace("\n ", "")
        for block in unfolded.split("\n\n"):
            entry = {}
            for line in block.splitlines():
                name, colon, value = line.partition(": ")
                if colon and not line.startswith("#"):
                    entry.setdefault(name.rstrip(":"), []).append(value)
            if "dn" in entry:
                found.append(entry)
        return found

    @property
    def names(self):
        """The names of the entries."""
        return [entry["dn"][0] for entry in self.entries]


class Directory:
    """A server over LDAP, and what is in it."""

    def __init__(self, muster, port, secure_port, authority):
        self.muster = muster
        self.url = f"ldap://127.0.0.1:{port}"
        self.secure_url = f"ldaps://127.0.0.1:{secure_port}"
        self.port = int(port)
        self.secure_port = int(secure_port)
        self.authority = authority

    @property
    def resident(self):
        """How many KiB of memory the server has."""
        lines = Path(f"/proc/{self.muster.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))

    def run(self, program, *arguments, bind=None, password=PASSWORD, url=None, stdin="", timeout=120):
        """Runs one of OpenLDAP's programs, by default as the service that may read users."""
        who = "svc@example.com" if bind is None else bind
        name = who if not who or "=" in who else f"uid={who},{PEOPLE}"
        proof = ["-D", name, "-w", password] if name else []
        done = subprocess.run(
            [program, "-x", "-H", url or self.url, *proof, *arguments],
            env={"LDAPTLS_CACERT": str(self.authority), "PATH": "/usr/bin:/bin"},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def search(self, *arguments, base=SUFFIX, scope="sub", **how):
        """Searches, without comments and folding."""
        fixed = ["-LLL", "-o", "ldif-wrap=no", "-b", base, "-s", scope]
        return self.run("ldapsearch", *fixed, *arguments, **how)


@contextmanager
def serving(folder, more):
    """A server with a certificate of its own below a folder, and the people and groups of the tests."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "key.pem").chmod(0o600)
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "chain.pem", append=True)
    settings = {
        "MUSTER_LDAP_BIND": "127.0.0.1:0",
        "MUSTER_LDAP_TLS_BIND": "127.0.0.1:0",
        "MUSTER_LDAP_SUFFIX": SUFFIX,
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": "1024",
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": "1",
    }
    with Certified(folder, settings | more) as muster:
        ports = until(lambda: listening(muster), 60, "both addresses in the log")
        found = Directory(muster, ports["ldap"], ports["ldaps"], folder / "authority.pem")
        fill(muster)
        yield found
        assert PASSWORD not in muster.log()


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    """The server of the run: jane in the groups ops and "R&D, Berlin", bob in ops, svc who may read users."""
    with serving(tmp_path_factory.mktemp("certificate"), {}) as found:
        yield found


@pytest.fixture(scope="session")
def writable(tmp_path_factory):
    """Another server with the same people, over which root@example.com, an administrator, writes."""
    with serving(tmp_path_factory.mktemp("writable"), {"MUSTER_LDAP_WRITES": "on"}) as found:
        made = found.muster.request(
            "POST",
            "/muster/v1/users",
            json={"username": "root@example.com", "password": PASSWORD, "permissions": 64, "readbm": 8, "writebm": 8},
        )
        assert made.status_code < 300, made.text
        yield found


@pytest.fixture(scope="session")
def strict(tmp_path_factory):
    """Another server with the same people, which takes no password without TLS, not even from its own machine."""
    with serving(tmp_path_factory.mktemp("strict"), {"MUSTER_LDAP_PLAINTEXT_BIND": "never"}) as found:
        yield found


class Certified(Muster):
    """A server over HTTPS, whose certificate the tests' requests believe."""

    def __init__(self, folder, settings):
        super().__init__(
            settings
            | {
                "MUSTER_HTTP_TLS_CERTIFICATE": str(folder / "chain.pem"),
                "MUSTER_HTTP_TLS_PRIVATE_KEY": str(folder / "key.pem"),
            }
        )
        self.authority = folder / "authority.pem"

    def request(self, method, path, **how):
        return over_tls(self, method, path, **how)


def over_tls(server, method, path, json=None, keys="admin", timeout=60):
    """One request over HTTPS; `keys` is a pair, None for nobody, or the administrator's where it is anything else."""
    if keys is not None and not isinstance(keys, tuple):
        keys = server.admin_keys
    headers = {"X-ApiKeys": f"accessKey={keys[0]};secretKey={keys[1]}"} if keys else {}
    return requests.request(
        method,
        f"https://127.0.0.1:{server.port}{path}",
        json=json,
        headers=headers,
        verify=str(server.authority),
        timeout=timeout,
    )


def listening(muster):
    """The ports of the log's lines, by scheme; None until both are there."""
    found = dict(re.findall(r"message=ldap url=(ldaps?)://127\.0\.0\.1:(\d+)", muster.log()))
    return found if len(found) == 2 else None


def fill(muster):
    """Makes the people and groups of the run."""

    def ask(method, path, body=None):
        answer = muster.request(method, path, json=body)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else {}

    people = [
        {"username": "svc@example.com", "name": "Service", "readbm": 8},
        {"username": "jane@example.com", "name": "Jane van Dyke", "email": "Jane.Dyke@mail.example.org"},
        {"username": "bob+ops=x@example.com", "name": "Zoë Bob"},
        {"username": "carl", "name": "Carl"},
    ]
    for person in people:
        ask("POST", "/muster/v1/users", person | {"password": PASSWORD, "permissions": 16})
    for name, members in [
        ("ops", ["jane@example.com", "bob+ops=x@example.com"]),
        ("R&D, Berlin", ["jane@example.com"]),
        ("empty", []),
    ]:
        group = ask("POST", "/groups", {"name": name})
        for member in members:
            user = ask("GET", f"/muster/v1/users/{member}")
            ask("POST", f"/groups/{group['id']}/users/{user['id']}")


def bring(directory, names):
    """Imports users of some names, without passwords."""
    access, secret = directory.muster.admin_keys
    answer = requests.post(
        f"https://127.0.0.1:{directory.muster.port}/muster/v1/users/import",
        data="\n".join(json.dumps({"username": name}) for name in names),
        headers={"X-ApiKeys": f"accessKey={access};secretKey={secret}", "Content-Type": "application/x-ndjson"},
        verify=str(directory.authority),
        timeout=600,
    )
    assert '"failed":0' in answer.text[-1000:], answer.text[-1000:]
