"""LDAP: Muster beside OpenLDAP's slapd, with the same users, groups and load program. Ratios of one run."""

import json
import os
import time
from contextlib import ExitStack
from statistics import median

from processes import build, environment, finished, free_port, popen, said
from servers import Muster, Slapd, binary, hashing

GROUPS = 100
# The rest of the memory of idle connections is the kernel's, which is no process's.
IDLE = int(os.environ.get("IDLE", "10000"))
# name, operation, connections, bar, aim
CELLS = [
    ("look-up by uid, 16 connections", "get", 16, 1.0, 1.5),
    ("look-up by uid, 1 connection", "get", 1, 1.0, 1.3),
    ("search by mail", "mail", 16, 1.0, 2.0),
    ("search by memberOf, size limit 50", "group", 16, 1.0, 2.0),
    ("a piece of cn, size limit 50", "part", 4, 1.0, 2.0),
    ("everything in pages, entries a second", "all", 1, 1.0, 2.0),
    ("bind, Argon2id 19 MiB t=2", "bind", 16, 2.0, 2.5),
]


class DirectorySlapd(Slapd):
    """slapd with groups, and the indexes that these questions need."""

    def __init__(self, work, users, hashes, ldapload):
        super().__init__(work, users, hashes, ldapload)
        settings = (work / "slapd.conf").read_text()
        settings = settings.replace("moduleload argon2\n", "moduleload argon2\nmoduleload memberof\n")
        settings = settings.replace("index objectClass,uid eq\n", "index objectClass,uid,mail eq\nindex cn eq,sub\nindex memberOf eq\n")
        settings += "overlay memberof\n"
        (work / "slapd.conf").write_text(settings)
        said(["rm", "-rf", work / "data"])
        (work / "data").mkdir()
        entries = (work / "users.ldif").read_text().rstrip("\n").split("\n\n")
        with open(work / "users.ldif", "w") as file:
            file.write(entries[0] + "\n\ndn: ou=groups,dc=bench\nobjectClass: organizationalUnit\nou: groups\n\n")
            for number, entry in enumerate(entries[1:]):
                file.write(f"{entry}\nmemberOf: cn=group{number % GROUPS:02d},ou=groups,dc=bench\n\n")
            for group in range(GROUPS):
                file.write(f"dn: cn=group{group:02d},ou=groups,dc=bench\nobjectClass: groupOfNames\ncn: group{group:02d}\n")
                members = range(group, users, GROUPS)
                file.write("".join(f"member: uid=user{one:06d},dc=bench\n" for one in members or [0]) + "\n")
        said(["slapadd", "-q", "-f", work / "slapd.conf", "-l", work / "users.ldif"])

    def load(self, operation, connections, seconds):
        return popen(*self.asking(operation, connections, seconds))


class DirectoryMuster(Muster):
    """Muster that speaks LDAP at a port beside that of HTTP."""

    def __init__(self, work, users, hashes, ldapload):
        super().__init__(work, users, hashes)
        self.ldapload = ldapload
        self.ldap = free_port()
        self.secret = None

    def environment(self):
        values = {"MUSTER_LDAP_BIND": f"127.0.0.1:{self.ldap}", "MUSTER_LDAP_SUFFIX": "dc=bench"}
        return environment(values | {"MUSTER_LDAP_LIMITS_CONNECTIONS": IDLE + 100})

    def write_users(self):
        lines = self.work / "users.ndjson"
        with open(lines, "w") as file:
            for number in range(self.users):
                line = {
                    "username": f"user{number:06d}",
                    "email": f"user{number:06d}@bench.example",
                    "name": f"Bench User {number}",
                    "permissions": 16,
                    "password_hash": self.hashes[number % 16],
                    "groups": [f"group{number % GROUPS:02d}"],
                }
                file.write(json.dumps(line) + "\n")
        return lines

    def fill(self):
        """Makes the groups, imports the users and gives the service that searches its keys."""
        for group in range(GROUPS):
            status, text = self.request("POST", "/groups", json.dumps({"name": f"group{group:02d}"}))
            assert status == 200, text
        Muster.load(self, self.write_users())
        body = {"username": "svc", "permissions": 16, "readbm": 8}
        status, text = self.request("POST", "/muster/v1/users", json.dumps(body))
        assert status < 300, text
        status, text = self.request("PUT", f"/users/{json.loads(text)['id']}/keys")
        assert status == 200, text
        made = json.loads(text)
        self.secret = f"{made['accessKey']}:{made['secretKey']}"

    def load(self, operation, connections, seconds):
        values = {} if operation == "idle" else {"LDAPLOAD_NAME": "uid=svc,ou=people,dc=bench", "LDAPLOAD_SECRET": self.secret}
        return popen([self.ldapload, operation, self.ldap, connections, seconds, self.users, "none"], values)


def measure(work, settings):
    """Measures, and prints the table."""
    users, seconds, rounds = settings["USERS"], settings["SECONDS_EACH"], settings["ROUNDS"]
    ldapload = build("ldapload", work, "-lldap", "-llber", "-lpthread")
    hashes = hashing(work)[1]
    with ExitStack() as stack:
        servers = [DirectoryMuster(work / "muster", users, hashes, ldapload), DirectorySlapd(work / "slapd", users, hashes, ldapload)]
        for server in servers:
            stack.callback(server.stop)
            server.start()
        muster, slapd = servers
        muster.fill()
        # First of all: what searches and binds leave behind would hide it.
        rows = [idle(muster, seconds)]
        show(rows[-1])
        for name, operation, connections, bar, aim in CELLS:
            seen = [[finished(one.load(operation, connections, seconds)).rate for one in servers] for _ in range(rounds)]
            ratio = median(one / other for one, other in seen)
            rows.append((name, median(one for one, _ in seen), median(other for _, other in seen), ratio, bar, aim))
            show(rows[-1])
        rows.append(beside(muster, seconds, rounds))
        show(rows[-1])
    print(f"\n{users} users, {rounds} rounds of {seconds} s, {os.cpu_count()} processors, {binary().name}")
    print("| cell | Muster | slapd | measured | bar | aim |\n|---|---|---|---|---|---|")
    for name, own, other, ratio, bar, aim in rows:
        print(f"| {name} | {own:,.0f} | {other:,.0f} | {ratio:.2f} | {bar:g} | {aim:g} |")


def show(row):
    print(f"{time.strftime('%H:%M:%S')} {row[0]}: {row[1]:.0f} beside {row[2]:.0f}, {row[3]:.2f}", flush=True)


def beside(muster, seconds, rounds):
    """Look-ups while sixteen others bind, of those that nothing disturbs."""
    seen = []
    for _ in range(rounds):
        alone = finished(muster.load("get", 16, seconds)).rate
        others = muster.load("bind", 16, seconds + 2)
        time.sleep(1)
        disturbed = finished(muster.load("get", 16, seconds)).rate
        finished(others)
        seen.append((disturbed, alone))
    ratio = median(one / other for one, other in seen)
    return ("look-ups beside 16 binding, of undisturbed", *(median(column) for column in zip(*seen)), ratio, 0.5, 0.7)


def idle(muster, seconds):
    """What idle connections cost in memory."""
    before = muster.memory()[0]
    others = muster.load("idle", IDLE, max(10, seconds))
    time.sleep(5)
    cost = muster.memory()[0] - before
    finished(others)
    return (f"{IDLE:,} idle connections, MiB (less is better)", cost, 0, cost, 120, 80)
