"""Health: what the server says of itself when its database is damaged, its disk is full, or a limit is reached."""

import json
import os
import re
import resource
import socket
import sqlite3
from contextlib import closing

import pytest
from answers import assert_json
from program import CHEAP, SECONDS, init, run, sentence
from test_process import rename, served
from wire import Wire, head

from muster import ADMINISTRATOR, until

PAGE = 4096


@pytest.fixture
def founded(tmp_path):
    """A directory that is initialised, and its administrator."""
    return tmp_path / "data", init(tmp_path / "data", settings=CHEAP)


def look(server, path="/readyz", **fields):
    """What is answered without any credentials."""
    with Wire(server) as wire:
        wire.send(head(server, path=path, keys=False, **fields))
        return wire.answer()


def check(directory, code=0, settings=None):
    """What `muster check` finds, as (severity, part, sentence); a server that runs has its local socket."""
    if code == 0:
        until((directory / "agent.sock").exists, SECONDS, "a local socket")
    done = run("check", "--data-dir", directory, "--format", "json", settings=CHEAP | (settings or {}))
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return [(item["severity"], item["part"], item["finding"]) for item in json.loads(done.stdout)]


def zeros_in_the_middle(path):
    with open(path, "r+b") as file:
        file.seek(PAGE)
        file.write(bytes(os.path.getsize(path) - 2 * PAGE))


def cut_short(path):
    os.truncate(path, os.path.getsize(path) // PAGE // 2 * PAGE)


def something_else(path):
    path.write_bytes(b"These are the minutes of the last meeting.\n" * 500)


def nothing_in_it(path):
    path.write_bytes(b"")


def another_program(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as data:
        data.execute("CREATE TABLE song (title TEXT)")
        data.commit()


def a_table_is_gone(path):
    with closing(sqlite3.connect(path)) as data:
        data.execute("DROP TABLE login_source")
        data.commit()


def a_bit_turned_in_a_name(path):
    """A bit of a value that an index knows, too: each page is whole, and only a comparison of the two finds it."""
    whole = path.read_bytes()
    for place in re.finditer(re.escape(ADMINISTRATOR.encode()), whole):
        turned = bytearray(whole)
        turned[place.start()] ^= 1
        path.write_bytes(turned)
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as data:
            quick, full = (data.execute(f"PRAGMA {kind}_check").fetchall() for kind in ("quick", "integrity"))
        if quick == [("ok",)] and full != quick:
            return
    raise AssertionError("no such place")


DAMAGE = [
    a_bit_turned_in_a_name,
    zeros_in_the_middle,
    cut_short,
    something_else,
    nothing_in_it,
    another_program,
    a_table_is_gone,
]


@pytest.mark.parametrize("spoil", DAMAGE, ids=lambda spoil: spoil.__name__)
def test_a_database_that_is_damaged_is_not_served_and_both_commands_say_what_to_do(founded, spoil):
    path = founded[0] / "muster.sqlite"
    spoil(path)
    for left in ("-wal", "-shm"):
        (founded[0] / f"muster.sqlite{left}").unlink(missing_ok=True)
    before = path.read_bytes()
    done = run("serve", "--data-dir", founded[0], "--bind", "127.0.0.1:0", settings=CHEAP)
    said = sentence(done)
    assert done.returncode == 69 and said.startswith("muster: "), done
    assert "damaged" in said and "muster check" in said and "muster restore" in said
    assert path.read_bytes() == before
    found = [item for item in check(founded[0], code=2) if item[:2] == ("error", "database")]
    assert found and all("muster restore" in text for _, _, text in found), found


def test_a_large_database_is_served_at_once_and_its_damage_is_told_meanwhile(founded, tmp_path):
    names = (json.dumps({"username": f"somebody.{number}@example.com"}) for number in range(4_000))
    with served(founded) as (server, _), Wire(server) as wire:
        lines = "\n".join(names).encode()
        fields = {"Content-Type": "application/x-ndjson", "Content-Length": len(lines)}
        wire.send(head(server, "POST", "/muster/v1/users/import", **fields) + lines)
        assert wire.answer().status_code == 200
    path, log = founded[0] / "muster.sqlite", tmp_path / "log"
    with closing(sqlite3.connect(path)) as data:
        data.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    # Above this no start waits for all of it to be read.
    assert size > 1 << 20
    with open(path, "r+b") as file:
        # The last sixteen pages, of which one alone might be free.
        file.seek(size - 16 * PAGE)
        file.write(b"\xff" * 16 * PAGE)
    with open(log, "wb") as output, served(founded, stderr=output) as (server, _):
        until(lambda: "damaged" in log.read_text(), SECONDS, "a line about the damage")


def test_a_server_that_is_well_says_so_without_credentials_and_no_more_to_strangers(founded):
    with served(founded, settings={"MUSTER_HTTP_TRUSTED_PROXIES": "127.0.0.1"}) as (server, _):
        assert assert_json(look(server, "/healthz"), 200) == {"status": "alive"}
        assert assert_json(look(server), 200) == {"status": "ready", "failed": []}
        elsewhere = look(server, X_Forwarded_For="198.51.100.9")
        assert assert_json(elsewhere, 200) == {"status": "ready"}
        assert assert_json(look(server, "/server/status"), 200) == {"code": 200, "status": "ready"}


def test_a_server_whose_database_is_taken_away_is_alive_and_not_ready(founded):
    with served(founded) as (server, _):
        (founded[0] / "muster.sqlite").rename(founded[0] / "elsewhere")
        until(lambda: look(server).status_code == 503, SECONDS, "not ready")
        until(lambda: "files" in json.loads(look(server).text)["failed"], SECONDS, "the reason")
        assert look(server, "/healthz").status_code == 200


def test_a_server_that_cannot_write_is_not_ready_says_why_once_and_check_names_it(founded, tmp_path):
    log = tmp_path / "log"
    with open(log, "wb") as output, served(founded, stderr=output) as (server, process):
        with Wire(server) as wire:
            assert rename(wire, server, "Before").status_code == 200
            # From here on no file grows, as on a full disk.
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
            assert rename(wire, server, "After").status_code == 503
        until(lambda: look(server).status_code == 503, SECONDS, "not ready")
        assert "write" in json.loads(look(server).text)["failed"]
        assert look(server, "/healthz").status_code == 200
        lines = lambda: [line for line in log.read_text().splitlines() if "limit=disk" in line]  # noqa: E731
        until(lines, SECONDS, "a line in the log")
        assert len(lines()) == 1 and "Make room" in lines()[0]
        there = [item for item in check(founded[0], code=2) if item[1] == "server"]
        assert any(severity == "warning" and "disk" in text for severity, _, text in there), there
        assert any(severity == "error" and "is not ready (write)" in text for severity, _, text in there), there


def test_connections_that_are_all_taken_are_told_once_and_named_by_the_check(founded, tmp_path):
    log = tmp_path / "log"
    settings = {"MUSTER_HTTP_LIMITS_CONNECTIONS": "16"}
    with open(log, "wb") as output, served(founded, settings, stderr=output) as (server, _):
        fine = "The running server has reached no limit since it started."
        assert ("ok", "server", fine) in check(founded[0], settings=settings)
        strangers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(64)]
        lines = lambda: [line for line in log.read_text().splitlines() if "limit=connections" in line]  # noqa: E731
        until(lines, SECONDS, "a line in the log")
        named = [item for item in check(founded[0], settings=settings) if item[1] == "server"]
        for stranger in strangers:
            stranger.close()
        assert len(named) == 1 and named[0][0] == "warning"
        assert "http.limits.connections" in named[0][2]
        assert re.search(r" Met \d+ times? since the start, last at 20", named[0][2]), named
        until(lambda: look(server).status_code == 200, SECONDS, "a free connection")
        assert len(lines()) == 1


def test_requests_beyond_the_rate_are_refused_and_told_in_one_line(founded, tmp_path):
    log = tmp_path / "log"
    settings = {"MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE": "1"}
    with open(log, "wb") as output, served(founded, settings, stderr=output) as (server, _):
        with Wire(server) as wire:
            statuses = []
            for _ in range(30):
                wire.send(head(server, path="/session"))
                statuses.append(wire.answer().status_code)
        assert statuses.count(429) >= 28
        lines = lambda: [line for line in log.read_text().splitlines() if "limit=request_rate" in line]  # noqa: E731
        until(lines, SECONDS, "a line in the log")
        named = [item[2] for item in check(founded[0], settings=settings) if item[1] == "server"]
        assert len(named) == 1 and "http.limits.requestsPerMinute" in named[0]
        assert len(lines()) == 1
