"""Codes that wait, over kills of the process: none lost, none late, none twice but where an answer was lost.

LETTERS=1000 is what docs/second-factor.md promises; fewer take less time.
"""

import collections
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

from conftest import CHEAP, serving
from post import SlowServer
from test_mail import code_in, guarded

from muster import until

LETTERS = int(os.environ.get("LETTERS", "100"))
KILLS = 5
LIFETIME = 300


def test_codes_survive_kills(tmp_path):
    settings = CHEAP | {
        "MUSTER_CODES_EMAIL_DELIVERY": "smtp",
        "MUSTER_SMTP_HOST": "127.0.0.1",
        "MUSTER_SMTP_TLS": "none",
        "MUSTER_SMTP_FROM": "muster@example.com",
    }
    # That codes are switched on is told, too: into a folder, while nothing is sent.
    with serving(CHEAP, data_dir=tmp_path / "data") as server, ThreadPoolExecutor(8) as pool:
        users = list(pool.map(lambda _: guarded(server), range(LETTERS)))
    with SlowServer(0.05) as slow, serving(
        settings | {"MUSTER_SMTP_PORT": slow.port}, data_dir=tmp_path / "data"
    ) as server:
        # By when each of them had its code.
        asked = {}
        with ThreadPoolExecutor(8) as pool:

            def ask(user):
                # A crowd of logins from one address is told to wait now and then.
                until(lambda: server.login(user["username"]).status_code == 401, 60, "a login")
                asked[user["username"]] = time.time()

            list(pool.map(ask, users))
        spool = server.outbox / "email"
        waiting = [*(spool / "new").iterdir(), *(spool / "sending").iterdir()]
        assert len(waiting) == LETTERS
        slow.released.set()
        for kill in range(1, KILLS + 1):
            until(lambda: len(slow.mails) >= LETTERS * kill // (KILLS + 1), LIFETIME, "mails")
            server.kill()
            server.start()
        names = {user["username"] for user in users}
        until(lambda: {mail["To"].strip("<>") for mail, _ in slow.mails} >= names, LIFETIME, "all mails")
        until(lambda: not [*(spool / "new").iterdir(), *(spool / "sending").iterdir()], 60, "an empty spool")
        assert not list((spool / "failed").iterdir())
        by_user = collections.defaultdict(list)
        for mail, at in slow.mails:
            name, made = mail["To"].strip("<>"), mail["Date"].datetime.timestamp()
            by_user[name].append(mail)
            assert made <= asked[name] + 1 and at < made + LIFETIME + 1
        twice = {name: mails for name, mails in by_user.items() if len(mails) > 1}
        # Two were on their way at each kill.
        assert len(twice) <= 2 * KILLS
        assert all(len({mail["Message-ID"] for mail in mails}) == 1 for mails in twice.values())
        codes = [code_in(mails[0]) for mails in by_user.values()]
        assert len(codes) == LETTERS and all(re.fullmatch(r"\d{6}", code) for code in codes)
        last = users[-1]["username"]
        assert server.login(last, verification_code=code_in(by_user[last][0])).status_code == 200
