"""Muster and slapd with the users of `names`, and the audit log that goes with them: made once, kept, and copied for each run."""

import json
import os
import shutil
import time
from pathlib import Path

from processes import Server, build, said
from servers import FIRST_ID, Muster, Slapd, hashing

FORM = 2
"""Counts up when other users or events are made here, so that what an earlier form made is not used again."""
NOTES, TEAMS = 300, 10
ACTORS = ("clerk", "keeper", "founder")
CALLERS = ("caller1", "caller2", "caller3", "caller4")
"""Administrators of whom the audit log has nothing until the run."""


class FilledMuster(Muster):
    """Muster on a copy of a directory that was made before."""

    def __init__(self, work, users, made):
        work.mkdir(exist_ok=True)
        Server.__init__(self, work)
        self.users, self.keys, self.password, self.actors = users, made["keys"], made["password"], made["actors"]

    def counted(self):
        """How many users there are, with administrators and whoever else came."""
        return json.loads(self.request("GET", "/muster/v1/users?limit=1")[1])["total"]


class FilledSlapd(Slapd):
    """slapd with indexes for all that is asked for, on a directory that is made here, or was before."""

    indexes = "objectClass eq\nindex uid,cn,mail eq,sub"
    room = 32 << 30
    more = "tool-threads 2\n"

    def __init__(self, work, ldapload, people, hashes=None):
        self.people = people
        super().__init__(work, len(people), hashes, ldapload)

    def fill(self, hashes):
        if hashes:
            super().fill(hashes)

    def entry(self, number):
        one = self.people[number]
        return f"uid: {one.uid}\ncn: {one.name}\nsn: {one.family.title()}\nmail: {one.email}\n"


def kept(settings, work, people):
    """Both servers on copies of their directories, which are made if there are none of this size."""
    users, events = len(people), settings["EVENTS"]
    folder = Path(os.environ.get("DIRECTORY") or f".build/bench-searches-{users}-{events}").resolve()
    ldapload = build("ldapload", work, "-lldap", "-llber", "-lpthread")
    if not (folder / "made.json").exists() or json.loads((folder / "made.json").read_text())["form"] != FORM:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fill(work, folder, settings, people, events, ldapload)
    made = json.loads((folder / "made.json").read_text())
    for name in ("muster", "slapd"):
        said(["cp", "-r", "--reflink=auto", "--sparse=always", folder / name, work / name])
    return FilledMuster(work / "muster", users, made), FilledSlapd(work / "slapd", ldapload, people), made


def fill(work, folder, settings, people, events, ldapload):
    """Makes both directories."""
    hashes = hashing(work)[1]
    began = time.monotonic()
    FilledSlapd(folder / "slapd", ldapload, people, hashes)
    told(f"slapd has {len(people):,} users", began)
    (folder / "slapd/users.ldif").unlink()
    muster = NewMuster(folder / "muster", people, hashes)
    try:
        muster.start()
        made = muster.fill(events, settings["FILL_SECONDS"])
    finally:
        muster.stop()
    (folder / "made.json").write_text(json.dumps(made))


def told(what, began):
    print(f"{time.strftime('%H:%M:%S')} {what}, {time.monotonic() - began:.0f} s", flush=True)


class NewMuster(Muster):
    """Muster while its directory is made, all of it through its API."""

    def __init__(self, work, people, hashes):
        super().__init__(work, len(people), hashes)
        self.people = people

    def made(self, method, path, body=None, keys=None):
        """What an answer of the API says, which has to be a good one."""
        fields = {"Content-Type": "application/json"} | ({"X-ApiKeys": keys} if keys else {})
        status, text = self.request(method, path, None if body is None else json.dumps(body), **fields)
        if status >= 300:
            raise SystemExit(f"bench: {method} {path}: {status} {text.decode()}")
        return json.loads(text) if text else None

    def bring(self, lines, keys, mode):
        """Has lines imported, every one of which has to make a user or to change one."""
        file = self.work / "lines"
        with open(file, "w") as out:
            count = sum(1 for line in lines if out.write(line))
        with open(file, "rb") as body:
            fields = {"Content-Type": "application/x-ndjson", "Content-Length": str(file.stat().st_size), "X-ApiKeys": keys}
            path = f"/muster/v1/users/import?mode={mode}&on_error=continue"
            status, text = self.request("POST", path, body, **fields)
        file.unlink()
        end = json.loads(text.splitlines()[-1])
        if status != 200 or end.get("created", 0) + end.get("updated", 0) != count or not end["done"]:
            raise SystemExit(f"bench: the import has failed: {status} {text[-500:].decode()}")

    def fill(self, events, most_seconds):
        """Users, and events of several actors, actions and targets; what is to be known of them."""
        began = time.monotonic()
        self.bring(map(self.line, self.people), self.keys, "create")
        told(f"Muster has {self.users:,} users", began)
        actors = {name: self.actor(name) for name in ACTORS + CALLERS}
        few = [self.made("POST", "/muster/v1/groups", {"name": f"Team {n}"}, actors["founder"]["keys"]) for n in range(TEAMS)]
        target = self.people[self.users // 2]
        for number in range(NOTES):
            # Of a note nobody is told, which would be an event of its own.
            changed = {"note": f"Note {number}"}
            self.made("PATCH", f"/muster/v1/users/{target.id}", changed, actors["keeper"]["keys"])
            self.made("PATCH", f"/muster/v1/groups/{few[0]['id']}", {"name": f"Team 0.{number}"}, actors["keeper"]["keys"])
        changes, passes, of_target = self.users + len(actors) + TEAMS + 2 * NOTES, 0, NOTES + 1
        before, began = changes, time.monotonic()
        # The last pass is not begun where it would end too late by what the ones before took.
        while changes < events and (time.monotonic() - began) * (1 + 1 / max(passes, 1)) < most_seconds:
            passes += 1
            part = self.people[: events - changes]
            lines = (f'{{"username":"{one.username}","timeout":{60 * passes}}}\n' for one in part)
            self.bring(lines, actors["clerk"]["keys"], "upsert")
            changes += len(part)
            of_target += self.users // 2 < len(part)
        told(f"Muster's audit log has {changes:,} events and some", began)
        return {
            "form": FORM,
            "keys": self.keys,
            "password": self.password,
            "actors": actors,
            "target": {"uuid": self.made("GET", f"/muster/v1/users/{target.id}")["uuid"], "events": of_target},
            "by clerk": changes - before,
        }

    def actor(self, name):
        """An administrator who comes in by API keys."""
        user = self.made("POST", "/muster/v1/users", {"username": name, "permissions": 64})
        made = self.made("PUT", f"/muster/v1/users/{user['id']}/keys")
        return {"uuid": user["uuid"], "keys": f"accessKey={made['access_key']};secretKey={made['secret_key']}"}

    def line(self, one):
        """A user as a line of the import."""
        return (
            f'{{"username":"{one.username}","permissions":32,"name":"{one.name}","email":"{one.email}",'
            f'"password_hash":"{self.hashes[(one.id - FIRST_ID) % 16]}"}}\n'
        )
