#!/usr/bin/env python3
"""Calls a server from many threads until /run/load-ends is there, and says how many calls failed.

Usage: load.py HOST PORT, with the callers' X-ApiKeys in KEYS. Half of the readers open a connection for each call; the others
keep theirs, and open another one where it ended before an answer began (RFC 9112, section 9.3.1). A writer adds users;
at the end each that was acknowledged has to be there."""

import http.client
import itertools
import json
import os
import sys
import threading
import time

END = "/run/load-ends"
READERS = 8
FIELDS = {"X-ApiKeys": os.environ["KEYS"], "Content-Type": "application/json"}


class Caller(threading.Thread):
    def __init__(self, keeps):
        super().__init__()
        self.keeps = keeps
        self.connection = None
        self.served = self.failed = self.reopened = 0
        self.slowest = 0.0
        self.problems = set()

    def run(self):
        for number in itertools.count():
            if os.path.exists(END):
                break
            begin = time.monotonic()
            try:
                self.call(number)
                self.served += 1
            except (OSError, http.client.HTTPException, AssertionError) as problem:
                self.failed += 1
                self.problems.add(repr(problem))
                self.connection = None
            self.slowest = max(self.slowest, time.monotonic() - begin)
            # Some hundred calls in a second, for some seconds.
            time.sleep(0.01)

    def call(self, number):
        self.ask("GET", "/users?limit=1")

    def ask(self, method, path, body=None):
        """Makes a request, and returns what was answered."""
        was_open = self.connection is not None
        connection = self.connection or http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=30)
        fields = dict(FIELDS) if self.keeps else {**FIELDS, "Connection": "close"}
        try:
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            if not was_open:
                raise
            self.reopened += 1
            self.connection = None
            return self.ask(method, path, body)
        text = answer.read()
        assert answer.status == 200, (method, answer.status, text[:200])
        self.connection = connection if self.keeps and not answer.will_close else None
        return text


class Writer(Caller):
    def __init__(self):
        super().__init__(keeps=False)
        self.names = set()

    def call(self, number):
        name = f"caller-{os.getpid()}-{number}@example.com"
        self.ask("POST", "/users", json.dumps({"username": name, "password": "correct horse", "permissions": 16}))
        self.names.add(name)


writer = Writer()
callers = [writer, *(Caller(number % 2 == 0) for number in range(READERS))]
for caller in callers:
    caller.start()
for caller in callers:
    caller.join()
there = {each["username"] for each in json.loads(Caller(False).ask("GET", "/users"))["users"]}
lost = len(writer.names - there)
print(
    f"load: {sum(each.served for each in callers)} calls served, {sum(each.failed for each in callers)} failed, "
    f"{len(writer.names)} users added, {lost} lost, {sum(each.reopened for each in callers)} kept connections reopened, "
    f"slowest {max(each.slowest for each in callers):.2f} s",
    *sorted(set().union(*(each.problems for each in callers))),
)
