"""The memory of a server: for hashing passwords threads times a hash's, and none of it for long; of the program what is run."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from answers import assert_json

from muster import Muster, until

THREADS = 2
HASH_MIB = 64
SETTINGS = {
    "MUSTER_PASSWORD_ARGON2_KIBIBYTES": HASH_MIB * 1024,
    "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1,
    "MUSTER_PASSWORD_HASHING_THREADS": THREADS,
}
# What else a server that works may take.
OTHER_MIB = 40
SECONDS = 120


def resident(server, kind="RssAnon"):
    """Memory of the server's own, in MiB; the program's text, which is RssFile, is not counted."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(rf"^{kind}:\s+(\d+) kB$", status, re.MULTILINE)[1]) / 1024


def test_a_storm_of_logins_takes_as_much_as_the_threads_need_and_gives_it_back():
    with Muster(SETTINGS) as server:
        user = server.create()
        until(lambda: resident(server) < HASH_MIB, SECONDS, "memory of the first hashes given back")
        before = resident(server)
        most = 0
        with ThreadPoolExecutor(16) as pool:
            logins = [pool.submit(server.login, user["username"]) for _ in range(100)]
            while not all(login.done() for login in logins):
                most = max(most, resident(server))
        for login in logins:
            assert_json(login.result(), 200)
        assert most > before + HASH_MIB, "the storm was not seen"
        assert most < before + THREADS * HASH_MIB + OTHER_MIB
        until(
            lambda: resident(server) < before + OTHER_MIB / 2,
            SECONDS,
            "memory of the storm given back",
        )
        assert_json(server.login(user["username"]), 200)


class Starting(Muster):
    """A server of which is known how much of its program it had in memory at most while it started."""

    most = 0

    def _is_ready(self):
        is_ready = super()._is_ready()
        self.most = max(self.most, resident(self, "RssFile"))
        return is_ready


def test_what_the_start_alone_needed_of_the_program_is_given_back():
    with Starting() as server:
        before = server.most
        until(lambda: resident(server, "RssFile") < before * 0.7, SECONDS, "the program's text given back")
        user = server.create()
        assert_json(server.login(user["username"]), 200)
