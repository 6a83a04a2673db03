"""What is measured: each cell asks the same of every peer that can do it."""

import json
import os
import time
from dataclasses import dataclass, field

from processes import finished, parse, popen, said
from servers import password

FLOOD_HEAD_START = 1
LOOK_UP, PAGE = "/users/#", "/users?limit=50&after=#"
LOGIN = json.dumps({"username": "user#user@bench.example", "password": password(0).replace("00", "#word")})
CHECK = json.dumps(json.loads(LOGIN) | {"ip_address": "127.0.0.1"})
CREATION = json.dumps({"username": "#new@bench.example", "permissions": 32, "name": "Bench User"})


@dataclass
class Cell:
    """One row of the table: for each peer, by its name, a function of the seconds that returns a `Load`."""

    key: str
    title: str
    connections: int | None
    asks: dict
    shows_p99: bool = False
    compared_with: dict = field(default_factory=dict)
    """Peers whose figure is that of another cell: their name and that cell's key."""


class Peers:
    """The servers and generators that the cells ask."""

    def __init__(self, muster, slapd, nginx, argon2, before=None):
        self.muster, self.slapd, self.nginx, self.argon2, self.before = muster, slapd, nginx, argon2, before
        self.token = f"X-Cookie: token={muster.token()}"
        self.creations = 0

    @property
    def servers(self):
        found = {server.name: server for server in (self.muster, self.slapd, self.nginx)}
        return found | ({"before": self.before} if self.before else {})

    def cells(self):
        muster, slapd, nginx = self.muster, self.slapd, self.nginx

        def look_up(connections):
            return Cell(
                f"look-up-{connections}",
                "look up a user by id, API keys",
                connections,
                {
                    "nginx": lambda s: nginx.ask("/user.json", connections, s),
                    "slapd": lambda s: slapd.ask("get", connections, s),
                    "muster": lambda s: muster.ask(LOOK_UP, connections, s),
                },
            )

        def activelogic(connections):
            return Cell(
                f"activelogic-{connections}",
                "the same in the ActiveLogic dialect",
                connections,
                {"muster": lambda s: muster.ask("/activelogic/v1/users/#", connections, s)},
                compared_with={"slapd": f"look-up-{connections}", "nginx": f"look-up-{connections}"},
            )

        return [
            look_up(1),
            look_up(16),
            activelogic(1),
            activelogic(16),
            Cell(
                "token-16",
                "look up a user by id, session token",
                16,
                {"muster": lambda s: muster.ask(LOOK_UP, 16, s, self.token)},
                compared_with={"slapd": "look-up-16", "nginx": "look-up-16"},
            ),
            Cell(
                "page-16",
                "page of 50 at random depth (slapd: the first)",
                16,
                {
                    "nginx": lambda s: nginx.ask("/page.json", 16, s),
                    "slapd": lambda s: slapd.ask("list", 16, s),
                    "muster": lambda s: muster.ask(PAGE, 16, s, count=max(muster.users - 50, 1)),
                    **self._pages_before(),
                },
            ),
            Cell(
                "create-16",
                "create a user, acknowledged after fsync",
                16,
                {"slapd": self._slapd_creates, "muster": self._muster_creates},
            ),
            Cell(
                "password-16",
                "check a password, Argon2id 19 MiB, 2 passes",
                16,
                {
                    "libsodium": self._libsodium_checks,
                    "slapd": lambda s: slapd.ask("bind", 16, s),
                    "muster": lambda s: muster.ask("/activelogic/v1/authenticate", 16, s, BODY=CHECK),
                },
            ),
            Cell(
                "flood",
                "look up on one connection while 16 log in",
                1,
                {
                    "slapd": lambda s: during(
                        slapd.asking("bind", 16, s + 2 * FLOOD_HEAD_START), lambda: slapd.ask("get", 1, s)
                    ),
                    "muster": lambda s: during(
                        muster.asking("/session", 16, s + 2 * FLOOD_HEAD_START, BODY=LOGIN),
                        lambda: muster.ask(LOOK_UP, 1, s),
                    ),
                },
                shows_p99=True,
            ),
        ]

    def _pages_before(self):
        old = self.before
        return {"before": lambda s: old.ask(PAGE, 16, s, count=max(old.users - 50, 1))} if old else {}

    def _libsodium_checks(self, seconds):
        return parse(said([self.argon2, "check", os.cpu_count(), seconds]), "argon2")

    def _next_name(self):
        self.creations += 1
        return f"new{self.creations}"

    def _muster_creates(self, seconds):
        return self.muster.ask("/muster/v1/users", 16, seconds, BODY=CREATION, RUN=self._next_name())

    def _slapd_creates(self, seconds):
        return self.slapd.ask("add", 16, seconds, self._next_name())


def during(disturbance, ask):
    """Asks while another generator runs, which has to have had good answers only."""
    generator = popen(*disturbance)
    try:
        time.sleep(FLOOD_HEAD_START)
        load = ask()
        if generator.poll() is not None:
            raise SystemExit("bench: the flood was over before the look-ups")
        finished(generator)
        return load
    finally:
        generator.kill()
