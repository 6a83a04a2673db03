"""Searches, and pages of the audit log, on one connection: every answer is looked at, and how long each takes is kept."""

import json
import random
import socket
import time
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

import steady
from filled import NOTES, TEAMS
from names import ORDERS, beginning, beginnings, containing, in_order, pieces
from steady import Question, anywhere, http, ldap

LEAST, LIMITS = 5, (10, 50)
LIST, OLD_LIST, AUDIT = "/muster/v1/users", "/users", "/muster/v1/audit/events"
EXACT_TO = 10_000


@dataclass
class Asked:
    """One question again and again: its kind, what is looked for, and what else tells it from others."""

    peer: str
    kind: str
    what: str
    detail: str
    question: Question
    first: float
    """Milliseconds of the first time, when nobody had asked so before."""
    count: int
    """How many users or events are in the answer."""
    times: list = field(default_factory=list)


def wrong(what, found):
    raise SystemExit(f"bench: a wrong answer: {what}: {str(found)[:500]}")


class Finder:
    """Asks Muster and slapd for the same users; each answer is held against what is known of them."""

    def __init__(self, muster, slapd, people, made):
        self.muster, self.slapd, self.people, self.made = muster, slapd, people, made
        self.connection = muster.connection()
        self.ldap = socket.create_connection(("127.0.0.1", slapd.port), 600)

    def got(self, path, parameters):
        """The answer to a request, decoded, its CRC-32, and the milliseconds that it took."""
        path = f"{path}?{urlencode(parameters)}"
        began = time.monotonic()
        self.connection.request("GET", path, headers={"X-ApiKeys": self.muster.keys})
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.monotonic() - began) * 1000
        if answer.status != 200:
            wrong(path, body)
        return json.loads(body), Question(http(path, self.muster.keys), check=zlib.crc32(body)), took

    def searches(self, kinds):
        """Every search: by a beginning in both dialects and of slapd, by a piece in the native one and of slapd."""
        asked = []
        for kind, texts, meet in (("prefix", beginnings(self.people), beginning), ("substring", pieces(self.people), containing)):
            if kind not in kinds:
                continue
            for what, text in texts.items():
                found = meet(self.people, text)
                orders = {order: in_order(found, order, max(LIMITS)) for order in ORDERS}
                for limit in LIMITS:
                    asked += [self.native(kind, what, text, order, limit, ids, len(found)) for order, ids in orders.items()]
                    if kind == "prefix":
                        asked += [self.tenable(what, text, order, limit, ids) for order, ids in orders.items()]
                    asked.append(self.of_slapd(kind, what, text, limit, found))
        return asked

    def native(self, kind, what, text, order, limit, ids, total):
        asked = {"f": text if kind == "prefix" else f"*{text}*", "limit": limit, "sort": order}
        got, question, took = self.got(LIST, asked)
        is_estimate = got.get("total_is_estimate", False)
        if [one["id"] for one in got["users"]] != ids[:limit] or (got["total"] != total and not (is_estimate and total > EXACT_TO)):
            wrong(asked, got)
        return Asked("muster", f"{kind}, f", what, f"{limit} by {order}", question, took, len(got["users"]))

    def tenable(self, what, text, order, limit, ids):
        asked = {"q": text, "limit": limit, "sort": order}
        got, question, took = self.got(OLD_LIST, asked)
        if [one["id"] for one in got["users"]] != ids[:limit]:
            wrong(asked, got)
        return Asked("muster", "prefix, q", what, f"{limit} by {order}", question, took, len(got["users"]))

    def of_slapd(self, kind, what, text, limit, found):
        asked = ldap(anywhere(text, is_beginning=kind == "prefix"), limit)
        began = time.monotonic()
        status, entries, data = steady.answer(self.ldap, asked)
        took = (time.monotonic() - began) * 1000
        uids = {one.uid for one in found}
        count = len({entry["uid"] for entry in entries} & uids)
        # It says so only where there is one more.
        if count != len(entries) or count != min(limit, len(uids)) or status != (4 if len(uids) > limit else 0):
            wrong(f"slapd, {text}, {limit}", (status, entries))
        question = Question(asked, status, zlib.crc32(data))
        return Asked("slapd", kind, what, str(limit), question, took, count)

    def audit(self):
        """Pages of the audit log by everything that it can be asked for, at its beginning and deep in it."""
        made, actors = self.made, {name: actor["uuid"] for name, actor in self.made["actors"].items()}
        everything = self.got(AUDIT, {"limit": 1})[0]["total"]
        at = [self.got(AUDIT, {"limit": 1, "offset": everything * part // 100})[0]["events"][0]["received"] for part in (45, 55)]
        span = {"since": at[0], "until": at[1] + 1}
        target = self.people[len(self.people) // 2]
        # The parameters, and how many events there are, or at least.
        filters = {
            "all": ({}, None),
            "action, few": ({"action": "group.create"}, TEAMS),
            "action, hundreds": ({"action": "group.update"}, NOTES),
            "action, very many": ({"action": "user.create"}, len(self.people) + len(actors) + 1),
            "actor, few": ({"actor_id": actors["founder"]}, TEAMS),
            "actor, hundreds": ({"actor_id": actors["keeper"]}, 2 * NOTES),
            "actor, very many": ({"actor_id": actors["clerk"]}, made["by clerk"]),
            "actor's name, hundreds": ({"actor_name": "keeper"}, 2 * NOTES),
            "target, hundreds": ({"target_id": made["target"]["uuid"]}, made["target"]["events"]),
            "target's name, hundreds": ({"target_name": target.username}, made["target"]["events"]),
            "time": (span, None),
            "time and action": (span | {"action": "user.update"}, None),
        }
        asked = []
        for what, (parameters, total) in filters.items():
            for sort in ("received", "-received"):
                asked += self.pages(what, parameters | {"sort": sort}, total)
        return asked

    def pages(self, what, parameters, total):
        """The first page and one in the middle, which has to be the same as two halves of it."""
        first, question, took = self.got(AUDIT, parameters)
        there = first["total"]
        if total is not None and there != total or len(first["events"]) != min(50, there):
            wrong(parameters, first)
        order = "newest first" if parameters["sort"].startswith("-") else "oldest first"
        yield Asked("muster", "audit", what, f"first page, {order}", question, took, len(first["events"]))
        if there <= 100:
            return
        deep, question, took = self.got(AUDIT, parameters | {"offset": there // 2})
        halves = [self.got(AUDIT, parameters | {"offset": there // 2 + more, "limit": 25})[0]["events"] for more in (0, 25)]
        received = [event["received"] for event in first["events"] + deep["events"]]
        if deep["events"] != halves[0] + halves[1] or received != sorted(received, reverse=order == "newest first"):
            wrong(parameters, deep)
        if not all(is_meant(event, parameters) for event in first["events"] + deep["events"]):
            wrong(parameters, deep)
        yield Asked("muster", "audit", what, f"middle page, {order}", question, took, len(deep["events"]))


def is_meant(event, parameters):
    """Whether an event is one of those that were asked for."""
    known = {
        "action": event["action"],
        "actor_id": (event["actor"] or {}).get("id"),
        "target_id": (event["target"] or {}).get("id"),
    }
    since, until = parameters.get("since", 0), parameters.get("until", 1 << 62)
    return since <= event["received"] < until and all(parameters.get(name, value) == value for name, value in known.items())


def measure(program, work, servers, asked, samples, budget):
    """Asks all of one server's questions in a random order, each as often as its budget of milliseconds allows."""
    for peer in servers:
        own = [one for one in asked if one.peer == peer]
        if not own:
            continue
        order = [one for one in own for _ in range(max(LEAST, min(samples, int(budget / one.first))))]
        random.shuffle(order)
        file = steady.write(work / "questions", [one.question for one in order])
        protocol = "ldap" if peer == "slapd" else "http"
        steady.seen(steady.asking(program, protocol, servers[peer].port, 1, 0, file, times=work / "times"))
        for one, took in zip(order, steady.times(work / "times"), strict=True):
            one.times.append(took)
