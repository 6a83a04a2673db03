"""Look-ups on one connection while others search, list, export, look at the audit log, import, back up and log in."""

import random
import subprocess
import threading
import time
from dataclasses import dataclass, replace

import steady
from cells import LOGIN
from filled import CALLERS
from processes import environment, finished, popen
from servers import binary
from steady import Question, http

HEAD_START = 1
PACE = 1000
LOOK_UPS = 20_000
BLOCK = 10_000
# Of slapd an export is a list, too, and it keeps no audit log.
CROWDS = {
    "nobody": "nobody asks for anything else",
    "search": "4 search",
    "list": "2 list everything",
    "export": "2 export",
    "query": "2 look at the audit log",
    "import": "one imports (slapd: adds)",
    "backup": "one backs up (slapd: slapcat)",
    "login": "16 log in (slapd: bind)",
    "all": "all of these at once",
}
SAME_AS = {"export": "list"}
NAMED = b'"username":"'


@dataclass
class Running:
    """Something that goes on meanwhile: whether it still does, a function that waits and says how much it did, and one that ends it."""

    goes_on: object
    finished: object
    end: object


def running(process, said):
    def end():
        process.kill()
        process.wait()

    return Running(lambda: process.poll() is None, said, end)


class Copies(threading.Thread):
    """Has a program make a copy of a directory, again and again; a copy that fails ends the benchmark."""

    def __init__(self, command):
        super().__init__(daemon=True)
        self.command, self.count, self.failed, self.is_over = [str(word) for word in command], 0, None, threading.Event()
        self.process = None

    def run(self):
        while not self.is_over.is_set():
            self.process = subprocess.Popen(
                self.command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            text = self.process.communicate()[1]
            if self.is_over.is_set():
                return
            if self.process.returncode != 0:
                self.failed = text
                return
            self.count += 1

    def end(self):
        self.is_over.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()
        self.join()

    def finished(self):
        self.end()
        if self.failed is not None:
            raise SystemExit(f"bench: {self.command[0]} has failed: {self.failed}")
        return f"{self.count} whole copies"


class Crowds:
    """Both servers, and what is asked of them at the same time."""

    def __init__(self, program, work, muster, slapd, people, asked):
        self.program, self.work, self.muster, self.slapd, self.people = program, work, muster, slapd, people
        self.servers = {"muster": muster, "slapd": slapd}
        self.count = 0
        # What can be real-time goes before others when it has its answer: its own wait for a processor is nobody's answer.
        self.first = ("chrt", "-f", "1")
        if subprocess.run([*self.first, "true"], capture_output=True).returncode != 0:
            self.first = ()
        self.files = {}
        self.prepare_look_ups()
        self.prepare_crowds(asked)

    def file(self, name, questions):
        self.files[name] = steady.write(self.work / name.replace(" ", "-"), questions)

    def prepare_look_ups(self):
        some = random.choices(self.people, k=LOOK_UPS)
        keys = self.muster.keys
        own = [Question(http(f"/users/{one.id}", keys), wanted=f'"username":"{one.username}"'.encode()) for one in some]
        self.file("muster look-up", own)
        other = [(steady.ldap(steady.equal("uid", one.uid)), f"uid={one.uid},dc=bench".encode()) for one in some]
        self.file("slapd look-up", [Question(text, 0, wanted=wanted) for text, wanted in other])

    def prepare_crowds(self, asked):
        """Questions of the crowds; answers may change while others log in and import, but not how many users or events they have."""
        asked = random.sample(asked, len(asked))
        searches = {peer: [one for one in asked if one.peer == peer and one.kind != "audit"] for peer in self.servers}
        found = [replace(one.question, check=0, wanted=NAMED, count=one.count) for one in searches["muster"]]
        self.file("muster search", self.by_each(found))
        self.file("slapd search", [replace(one.question, check=0, wanted=b"uid=user", count=one.count) for one in searches["slapd"]])
        events = [one for one in asked if one.kind == "audit"]
        self.file("muster query", self.by_each([replace(one.question, check=0, wanted=b'"received":', count=one.count) for one in events]))
        bodies, keys = [self.block(turn) for turn in range(2)], self.muster.keys
        path = "/muster/v1/users/import?mode=upsert&on_error=continue"
        self.file("muster import", [Question(http(path, keys, body), wanted=b'"failed":0') for body in bodies])
        # Those who are imported are there from the beginning, so that lists stay as long as they are.
        made = self.muster.request("POST", path, bodies[1], **{"Content-Type": "application/x-ndjson"})
        everybody = int(self.muster.counted())
        for name, path in (("list", "/muster/v1/users"), ("export", "/muster/v1/users/export")):
            self.file(f"muster {name}", self.by_each([Question(http(path, keys), wanted=NAMED, count=everybody)]))
        if made[0] != 200 or b'"failed":0' not in made[1]:
            raise SystemExit(f"bench: the import has failed: {made}")

    def by_each(self, questions):
        """The questions, each asked by every one of four administrators, none of whom is the one who looks users up."""
        keys = [self.muster.actors[name]["keys"].encode() for name in CALLERS]
        own = self.muster.keys.encode()
        return [replace(one, text=one.text.replace(own, other)) for one in questions for other in keys]

    def block(self, turn):
        """Lines that change the name and more of users beside those who are looked for."""
        word = ("Amber", "Coral")[turn]
        lines = (
            f'{{"username":"import{number:06d}@bench.example","name":"{word} {number}","timeout":{60 + turn}}}\n'
            for number in range(min(BLOCK, len(self.people)))
        )
        return "".join(lines).encode()

    def asking(self, peer, name, connections, seconds):
        protocol = "ldap" if peer == "slapd" else "http"
        return steady.asking(self.program, protocol, self.servers[peer].port, connections, seconds, self.files[f"{peer} {name}"])

    def begin(self, peer, crowd, seconds):
        """Has a crowd begin."""
        if crowd == "nobody":
            return []
        if crowd == "all":
            return [one for name in CROWDS if name not in ("nobody", "all") for one in self.begin(peer, name, seconds)]
        begun = getattr(self, f"{peer}_{crowd}", None)
        return [begun(seconds)] if begun else []

    def steady(self, peer, name, connections, seconds, unit, each=1):
        process = self.asking(peer, name, connections, seconds)

        def done():
            seen = steady.seen(process)
            return f"{seen.bytes / seconds / 1e6:.1f} MB/s" if unit is None else f"{seen.rate * each:,.0f} {unit}/s"

        return running(process, done)

    def load(self, generator, unit):
        return running(generator, lambda: f"{finished(generator).rate:,.1f} {unit}/s")

    def muster_search(self, seconds):
        return self.steady("muster", "search", 4, seconds, "searches")

    def muster_list(self, seconds):
        return self.steady("muster", "list", 2, seconds, None)

    def muster_export(self, seconds):
        return self.steady("muster", "export", 2, seconds, None)

    def muster_query(self, seconds):
        return self.steady("muster", "query", 2, seconds, "pages")

    def muster_import(self, seconds):
        return self.steady("muster", "import", 1, seconds, "lines", min(BLOCK, len(self.people)))

    def muster_backup(self, _):
        return self.copies([binary(), "backup", "--data-dir", self.muster.work / "data", "--force", self.work / "backup"])

    def muster_login(self, seconds):
        return self.load(popen(*self.muster.asking("/session", 16, seconds, BODY=LOGIN)), "logins")

    def slapd_search(self, seconds):
        return self.steady("slapd", "search", 4, seconds, "searches")

    def slapd_list(self, seconds):
        return self.load(popen(*self.slapd.asking("all", 2, seconds)), "entries")

    slapd_export = slapd_list

    def slapd_import(self, seconds):
        self.count += 1
        return self.load(popen(*self.slapd.asking("add", 1, seconds, f"add{self.count}")), "entries")

    def slapd_backup(self, _):
        return self.copies(["slapcat", "-f", self.slapd.work / "slapd.conf", "-l", self.work / "slapcat"])

    def slapd_login(self, seconds):
        return self.load(popen(*self.slapd.asking("bind", 16, seconds)), "binds")

    def copies(self, command):
        thread = Copies(command)
        thread.start()
        return Running(thread.is_alive, thread.finished, thread.end)

    def measure(self, peer, crowd, seconds):
        """Milliseconds of each look-up, and what the crowd had meanwhile."""
        end = time.monotonic() + seconds + 2 * HEAD_START
        crowds = self.begin(peer, crowd, seconds + 2 * HEAD_START)
        try:
            time.sleep(HEAD_START if crowds else 0)
            protocol, port = ("ldap", self.slapd.port) if peer == "slapd" else ("http", self.muster.port)
            file, times = self.files[f"{peer} look-up"], self.work / "times"
            steady.seen(steady.asking(self.program, protocol, port, 1, seconds, file, PACE, times, self.first))
            for one in crowds:
                if not one.goes_on() and time.monotonic() < end:
                    one.finished()
                    raise SystemExit(f"bench: {crowd} was over before the look-ups")
            return steady.times(times), ", ".join([one.finished() for one in crowds])
        finally:
            for one in crowds:
                one.end()
