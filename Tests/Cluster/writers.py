"""Callers who write and read while something fails, and keep books: what was acknowledged, what is unknown, and when."""

import http.client
import itertools
import json
import threading
import time
import uuid
from collections import Counter
from urllib.parse import urlsplit

# Longer than a node waits for anything, so that what it says is heard.
ANSWER_SECONDS = 60
PAUSE_SECONDS = 0.02
# Whoever was told that a node cannot answer asks the next one only then: nodes say a second, and many who ask without a pause leave
# the processors to nobody else on a machine that has all of it.
REFUSED_SECONDS = 0.2


class Caller:
    """Somebody who asks nodes over a connection that is kept; after a failure the next node is asked."""

    def __init__(self, urls, keys, number=0):
        self.addresses = [(urlsplit(url).hostname, urlsplit(url).port) for url in urls]
        self.place = number % len(urls)
        self.headers = {"X-ApiKeys": f"accessKey={keys[0]};secretKey={keys[1]}", "Content-Type": "application/json"}
        self.connection = None

    def ask(self, method, path, body=None):
        """The status, the header fields and what the answer says; status 0 where there was none."""
        content = None if body is None else json.dumps(body)
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(*self.addresses[self.place], timeout=ANSWER_SECONDS)
            self.connection.request(method, path, content, self.headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.turn()
            return 0, {}, b""
        if answer.status >= 500:
            self.turn()
        return answer.status, answer.headers, text

    def turn(self):
        """Goes to the next node."""
        if self.connection:
            self.connection.close()
        self.connection = None
        self.place = (self.place + 1) % len(self.addresses)


class Writer(Caller):
    """Creates users, and gives them names and keys, one change after the other."""

    def __init__(self, urls, keys, number):
        super().__init__(urls, keys, number)
        self.number, self.names = number, itertools.count(1)
        # By login name: the UUID, the full name and the keys that were acknowledged last.
        self.users = {}
        # By login name: full names that may have been given since, and whether keys may have been.
        self.unsure_names, self.unsure_keys, self.unsure_users = {}, set(), set()
        self.acknowledged, self.answers, self.failure = [], Counter(), None

    def run(self, end):
        try:
            while not end.is_set():
                self.step()
        except Exception as failure:  # noqa: BLE001 - told by the thread that has started this one
            self.failure = failure

    def step(self):
        username = f"{uuid.uuid4().hex}@example.com"
        made = self.send("POST", "/muster/v1/users", {"username": username, "permissions": 16}, 201)
        if made is None:
            self.unsure_users.add(username)
            return
        self.users[username] = [made["uuid"], "", None]
        name = f"name {self.number}.{next(self.names)}"
        if self.send("PATCH", f"/muster/v1/users/{made['uuid']}", {"name": name}, 200) is None:
            self.unsure_names.setdefault(username, set()).add(name)
        else:
            self.users[username][1] = name
        pair = self.send("PUT", f"/users/{made['uuid']}/keys", None, 200)
        if pair is None:
            self.unsure_keys.add(username)
        else:
            self.users[username][2] = (pair["accessKey"], pair["secretKey"])

    def send(self, method, path, body, good):
        """What a change was answered with; None where it is not known to be made."""
        status, headers, text = self.ask(method, path, body)
        self.answers[status] += 1
        if status == good:
            self.acknowledged.append(time.monotonic())
            return json.loads(text)
        assert status in (0, 503), (method, path, status, text)
        assert status == 0 or "Retry-After" in headers, (method, path, text)
        time.sleep(REFUSED_SECONDS)
        return None


class Reader(Caller):
    """Looks up who it is, again and again, at one node."""

    # Whoever has good keys is never told that they are bad.
    path, good = "/session", {200, 503}

    def __init__(self, url, keys):
        super().__init__([url], keys)
        self.answered, self.answers, self.slowest, self.failure = [], Counter(), 0.0, None

    def run(self, end):
        try:
            while not end.wait(PAUSE_SECONDS):
                begin = time.monotonic()
                status, headers, text = self.ask("GET", self.path)
                self.answers[status] += 1
                self.slowest = max(self.slowest, time.monotonic() - begin)
                if status == 200:
                    self.answered.append(time.monotonic())
                assert status == 0 or status in self.good, (self.path, status, text)
                assert status != 503 or "Retry-After" in headers
        except Exception as failure:  # noqa: BLE001
            self.failure = failure


class Watcher(Reader):
    """Asks a node whether it is alive, which no database has to be asked about: nothing may hold that up."""

    path, good = "/healthz", {200}


class Callers:
    """Writers over all nodes, and a reader and a watcher at each: `with Callers(urls, keys, 16) as callers: ...`."""

    def __init__(self, urls, keys, writers):
        self.writers = [Writer(urls, keys, number) for number in range(writers)]
        self.readers = [Reader(url, keys) for url in urls]
        self.watchers = [Watcher(url, keys) for url in urls]
        self.all = [*self.writers, *self.readers, *self.watchers]
        self.end = threading.Event()
        self.threads = [threading.Thread(target=caller.run, args=[self.end]) for caller in self.all]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        for thread in self.threads:
            thread.join()
        for caller in self.all:
            if caller.failure:
                raise caller.failure

    @property
    def count(self):
        """How many changes were acknowledged so far."""
        return sum(len(writer.acknowledged) for writer in self.writers)

    def go_on(self, count, seconds=60):
        """Waits until so many more changes were acknowledged, however slow the machine is; for the next one no longer than given."""
        wanted, last = self.count + count, self.count
        deadline = time.monotonic() + seconds
        while (present := self.count) < wanted:
            if present > last:
                last, deadline = present, time.monotonic() + seconds
            assert time.monotonic() < deadline, f"no change was made within {seconds} s, and {wanted - present} are to come"
            assert not any(writer.failure for writer in self.writers), [writer.failure for writer in self.writers]
            time.sleep(PAUSE_SECONDS)

    def without_writes(self):
        """The longest time in which nobody's change was acknowledged, in seconds."""
        return longest_gap(moment for writer in self.writers for moment in writer.acknowledged)

    def without_reads(self):
        """The longest time without a good answer to a look-up, at the node where it was longest, in seconds."""
        return max(longest_gap(reader.answered) for reader in self.readers)

    def stalls(self):
        """The longest time that a node took to say that it is alive, in seconds."""
        return max(watcher.slowest for watcher in self.watchers)


def longest_gap(moments):
    moments = sorted(moments)
    return max((later - earlier for earlier, later in itertools.pairwise(moments)), default=0.0)


# The books against what the database says.

HALVES = {
    "users without the record of their creation, or with two": """
        SELECT count(*) FROM muster."user" AS u WHERE (
            SELECT count(*) FROM muster.audit_event AS e WHERE e.target_uuid = u.uuid AND e.action = 'user.create') <> 1""",
    "records of users who are not there": """
        SELECT count(*) FROM muster.audit_event AS e WHERE e.action = 'user.create'
            AND NOT EXISTS (SELECT 1 FROM muster."user" AS u WHERE u.uuid = e.target_uuid)""",
    "requests that were done twice": """
        SELECT count(*) FROM (SELECT 1 FROM muster.audit_event
            WHERE length(request_id) = 32 GROUP BY request_id, action HAVING count(*) > 1) AS twice""",
    "gaps in the numbers of groups": """
        SELECT coalesce(max(position) - min(position) + 1 - count(*), 0) FROM muster.change_group""",
    "groups that the counter has not counted": """
        SELECT (SELECT max(position) FROM muster.change_group) - position FROM muster.change_count""",
}


def losses(callers, sql):
    """What was acknowledged and is not there, in sentences; `sql` asks the database past the program."""
    listed = sql('SELECT username, uuid, coalesce(name, \'\') FROM muster."user"')
    present = {row[0]: row[1:] for row in (line.split("|") for line in listed.splitlines())}
    keyed = set(sql('SELECT access_key FROM muster.api_key').splitlines())
    lost = []
    for writer in callers.writers:
        for username, (identifier, name, keys) in writer.users.items():
            if username not in present:
                lost.append(f"user {username}")
                continue
            possible = {name} | writer.unsure_names.get(username, set())
            if present[username][0] != identifier or present[username][1] not in possible:
                lost.append(f"name of {username}: {present[username]}, not {identifier} {possible}")
            if keys and keys[0] not in keyed:
                lost.append(f"keys of {username}")
    return lost


def halves(sql):
    """What is half made, or made twice, in sentences."""
    found = {what: int(sql(text)) for what, text in HALVES.items()}
    return [f"{count} {what}" for what, count in found.items() if count]


def told(callers):
    """How the callers were answered, in a line."""
    writes, reads = Counter(), Counter()
    for writer in callers.writers:
        writes += writer.answers
    for reader in callers.readers:
        reads += reader.answers
    unknown = sum(
        len(writer.unsure_users) + len(writer.unsure_keys) + sum(map(len, writer.unsure_names.values()))
        for writer in callers.writers
    )
    return f"writes {dict(writes)}, {unknown} of them unknown, reads {dict(reads)}"
