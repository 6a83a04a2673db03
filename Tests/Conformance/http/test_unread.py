"""Long pages and lists: whole where they are read, and few for one caller where they are not."""

import json
import time
from contextlib import ExitStack

import pytest
from answers import assert_native
from wire import SECONDS, head, lazy

from muster import Muster, until

CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}
USERS = 1200
PLACES = 64
LIST = "/muster/v1/users?limit=10000"
# Long enough to take a place.
SHORTER = "/muster/v1/users?limit=400"


@pytest.fixture(scope="module")
def crowded():
    """A server with so many users that their list does not fit between it and a reader that stands still."""
    with Muster(CHEAP | {"MUSTER_HTTP_LIMITS_STALL_SECONDS": 600}) as server:
        lines = "".join(json.dumps({"username": f"user{n}@example.com"}) + "\n" for n in range(USERS))
        answer = server.request(
            "POST",
            "/muster/v1/users/import",
            body=lines,
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert json.loads(answer.text.splitlines()[-1])["created"] == USERS
        yield server


@pytest.mark.parametrize("sort", ["received:asc", "received:desc"])
def test_a_long_page_of_the_audit_log_is_its_short_pages_in_a_row(crowded, sort):
    def page(offset, limit):
        path = f"/audit-log/v1/events?sort={sort}&limit={limit}&offset={offset}"
        return crowded.request("GET", path).json()

    whole = page(0, 10_000)
    parts = [page(offset, 100)["events"] for offset in range(0, len(whole["events"]), 100)]
    assert whole["events"] == [event for part in parts for event in part]
    count = len(whole["events"])
    assert count > USERS
    assert whole["pagination"] == {"offset": 0, "limit": 10_000, "count": count, "total": count}
    middle = page(3, 1001)
    assert middle["events"] == whole["events"][3:1004]
    assert middle["pagination"]["next"] == "1004"


def test_of_long_answers_that_nobody_reads_one_caller_has_few(crowded):
    other = crowded.create(permissions=64)
    keys = crowded.keys_of(other["id"])

    def asked(keys):
        return crowded.request("GET", SHORTER, keys=keys, timeout=SECONDS)

    with ExitStack() as stack:

        def leave_unread():
            # What lies between the two takes some MiB before the server has to wait.
            stack.enter_context(lazy(crowded)).send(head(crowded, path=LIST) * 20)

        refusals = []

        def is_refused():
            answer = asked(crowded.admin_keys)
            if answer.status_code == 503:
                refusals.append(answer)
                return True
            # It may have had the last place, so that another one was refused, which stands still now without one.
            leave_unread()
            time.sleep(0.5)
            return False

        for _ in range(PLACES):
            leave_unread()
        until(is_refused, 600, "a refusal")
        refused = refusals[0]
        assert refused.headers["Retry-After"] == "2"
        assert_native(refused, 503)
        # What is short, and what others ask for, is answered.
        assert crowded.request("GET", "/users/2", timeout=SECONDS).status_code == 200
        assert asked(keys).status_code == 200
    until(lambda: asked(crowded.admin_keys).status_code == 200, SECONDS, "a place")
