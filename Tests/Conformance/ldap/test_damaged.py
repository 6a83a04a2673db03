"""Messages that were damaged on their way: each is answered or ends its connection, and the server is none the worse.

How many is `MUSTER_TEST_MESSAGES`, 4,000 if unset. Where there is a finding, what was sent last is in .build/damaged, and
`MUSTER_TEST_REPLAY=FILE` gives that alone, one message after the other.
"""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from conftest import serving
from giving import call, replay
from muster import REPOSITORY, until

COUNT = int(os.environ.get("MUSTER_TEST_MESSAGES", "4000"))
REPLAY = os.environ.get("MUSTER_TEST_REPLAY")
# How many processes there are, and callers in each.
PROCESSES, CALLERS = 2, 8
KEPT = REPOSITORY / ".build/damaged"


def keys(directory):
    """API keys of the service, with which it binds without a hash."""
    answer = directory.muster.request("PUT", "/muster/v1/users/svc@example.com/keys")
    assert answer.status_code == 200, answer.text
    return ":".join(answer.json()[name] for name in ("access_key", "secret_key"))


def open_files(directory):
    return len(list(Path(f"/proc/{directory.muster.process.pid}/fd").iterdir()))


@pytest.fixture
def directory(tmp_path):
    """A server that takes changes, so that they are read, and are refused to whoever may only read."""
    with serving(tmp_path, {"MUSTER_LDAP_WRITES": "on"}) as found:
        yield found


def everything(directory, service):
    """All entries; with keys, since damaged passwords are guesses, which close passwords."""
    return directory.search("(objectClass=*)", "*", password=service).entries


def test_what_is_damaged_harms_nobody_and_holds_no_memory(directory):
    service = keys(directory)
    known, files = len(directory.muster.log()), open_files(directory)
    entries = everything(directory, service)
    assert entries
    if REPLAY:
        replay(directory.port, service, Path(REPLAY).read_text().splitlines())
        return
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)

    with ProcessPoolExecutor(PROCESSES) as processes:

        def give(first, count):
            """Lets new callers give so many messages."""
            each = -(-count // (PROCESSES * CALLERS))
            numbers = [range(first + one, first + PROCESSES * CALLERS, PROCESSES) for one in range(PROCESSES)]
            runs = [
                processes.submit(call, directory.port, service, some, each, KEPT / f"{some[0]}.jsonl") for some in numbers
            ]
            for run in runs:
                run.result()

        give(0, COUNT // 4)
        before = directory.resident
        give(PROCESSES * CALLERS, COUNT - COUNT // 4)
    until(lambda: directory.resident < before + 32 * 1024, 30, "the memory that the server had")
    until(lambda: open_files(directory) <= files + 8, 30, "the connections at their end")
    assert everything(directory, service) == entries
    assert "level=critical" not in directory.muster.log()[known:]
