"""What may happen between a cluster and its database, or within it, each a function as in `scenes`."""

import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager

from crowd import Crowd
from engine import OWNER, Engine
from node import Nodes, free_port, until
from proxy import Link
from scenes import ANSWER_SECONDS, BACK_SECONDS, WRITERS, is_away, require_books, until_told
from writers import Callers, told

DISK = "320m"


def links(times):
    """A node's link to the database is cut, silently or not: it says so, the others go on, and nobody is let in too late."""
    told_after, back_after = [], []
    with Engine("links", free_port()) as engine:
        database = engine.create().database()
        with Link(engine.port) as near, Link(engine.port) as far:
            url = f"user=muster dbname={database} host=127.0.0.1 port="
            with Nodes([f"{url}{engine.port}", f"{url}{near.port}", f"{url}{far.port}"]) as nodes:
                first, second, third = nodes
                for fail in [near.cut, near.drop] * times:
                    user, keys = first.create()
                    assert [node.status("GET", "/session", keys=keys) for node in nodes] == [200] * 3
                    fail()
                    begin = time.monotonic()
                    assert first.enable(user, False) == 200
                    disabled = time.monotonic()
                    asked = disabled
                    while True:
                        status, _, _ = second.ask("GET", "/session", keys=keys)
                        assert status in (200, 503) and (status == 503 or asked <= disabled + 1), "let in too late"
                        if status == 503:
                            break
                        asked = time.monotonic()
                    told_after.append(time.monotonic() - begin)
                    assert told_after[-1] < ANSWER_SECONDS
                    assert [node.status("GET", "/session", keys=keys) for node in (first, third)] == [401] * 2
                    assert third.enable(user, True) == 200
                    near.mend()
                    begin = time.monotonic()
                    until(lambda: second.status("GET", "/session", keys=keys) == 200, BACK_SECONDS, "a link that is used again")
                    until(second.is_ready, BACK_SECONDS, "a node that is ready again")
                    back_after.append(time.monotonic() - begin)
                # A slow link makes a node slow, and nothing else.
                near.delay = 0.05
                user, keys = second.create()
                assert second.enable(user, False) == 200
                assert [node.status("GET", "/session", keys=keys) for node in nodes] == [401] * 3
    return (
        f"{2 * times} cuts, told within {max(told_after):.1f} s, back within {max(back_after):.1f} s, "
        "nobody let in later than a second after being shut out"
    )


# How many connections of others there are.
CROWDED = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'crowd'"


def slots(times):
    """Others take all connections of the server: nodes go on with those that they have, and come back where they lost them."""
    with Engine("slots", max_connections=40) as engine:
        database = engine.create().database()
        with Nodes([engine.url(database)] * 3) as nodes, Crowd(engine, database) as crowd:
            with Callers([node.url for node in nodes], nodes[0].keys, WRITERS) as callers:
                callers.go_on(100)
            for _ in range(times):
                user, keys = nodes[0].create()
                for node in nodes:
                    warm(node, keys)
                    # Its connection for changes, too.
                    assert node.enable(user, True) == 200
                count = crowd.fill()
                assert [node.status("GET", "/session", keys=keys) for node in nodes] == [200] * 3
                assert nodes[1].enable(user, False) == 200 and nodes[2].enable(user, True) == 200
                # One server loses what it has, and the crowd is there first.
                end = threading.Event()
                taker = threading.Thread(target=lambda: [crowd.fill() for _ in iter(end.is_set, True)])
                taker.start()

                def are_away():
                    # Where a node was faster than the crowd, it loses what it has again.
                    engine.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'")
                    return any(is_away(node, keys=keys) for node in nodes)

                try:
                    until(are_away, 2 * ANSWER_SECONDS, "nodes without connections")
                finally:
                    end.set()
                    taker.join()
                crowd.leave()
                until(lambda: engine.sql(CROWDED) == "0", BACK_SECONDS, "an engine that has let go of the others")
                # Of a node's threads each one that could not connect lets half a second pass before it tries again.
                time.sleep(0.5)
                for node in nodes:
                    until(node.is_ready, BACK_SECONDS, "a node that has connections again")
                    until(lambda node=node: node.status("GET", "/session", keys=keys) == 200, BACK_SECONDS, "an answer")
            require_books(callers, lambda text: engine.sql(text, database))
    return f"{times} times, {count} connections taken, nodes went on with theirs, said 503 without, and came back"


def warm(node, keys, seconds=30):
    """Has a node open all its connections for look-ups."""
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=lambda: [node.status("GET", "/session", keys=keys) for _ in range(10)]) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() < end


@contextmanager
def small_disk(folder):
    """A disk of its own for a folder, of so little room that it can be filled."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700,uid={OWNER}", "disk", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        # What a disk is mounted at cannot go with the server.
        shutil.rmtree(folder, ignore_errors=True)


def full(times):
    """The disk of the database is full: what cannot be kept is not acknowledged, look-ups go on while it lives, and all comes back."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "left out: only root can mount the small disk"
    ends = 0
    for _ in range(times):
        engine = Engine("full", max_wal_size="64MB", min_wal_size="32MB")
        with small_disk(engine.folder), engine:
            database = engine.create().database()
            with Nodes([engine.url(database)] * 3) as nodes:
                with Callers([node.url for node in nodes], nodes[0].keys, WRITERS) as callers:
                    callers.go_on(100)
                    fill(engine.folder / "filler")
                    until(
                        lambda: sum(writer.answers[503] for writer in callers.writers) >= 3 * WRITERS, 120, "writers who are told"
                    )
                    (engine.folder / "filler").unlink()
                    ends += revive(engine, callers, callers.count + 100)
                require_books(callers, lambda text: engine.sql(text, database))
    return f"{times} times, the database ended by itself {ends} times and was started again; 0 lost, 0 half made"


def revive(engine, callers, wanted):
    """Starts a server again where it ends, as its operator does, until so many changes are made; returns how often it ended.

    It may end only after there is room again: while it recovered from its end before, it has found none.
    """
    ends = 0

    def is_well():
        nonlocal ends
        if engine.process.poll() is not None:
            ends += 1
            engine.start()
        return callers.count >= wanted

    until(is_well, 180, "changes that are made again")
    return ends


def fill(path):
    """Writes a file until there is no room for more."""
    with open(path, "wb", buffering=0) as file:
        size = 1 << 20
        while size >= 512:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2


@contextmanager
def session(engine, database, text):
    """Somebody else's transaction, which has run statements and is left open."""
    command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", f"--host={engine.folder}"]
    process = subprocess.Popen(
        [*command, f"--port={engine.number}", f"--username={OWNER}", f"--dbname={database}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        process.stdin.write(f"BEGIN; {text}; SELECT 'done';\n")
        process.stdin.flush()
        while (line := process.stdout.readline().strip()) != "done":
            assert process.poll() is None, line
        yield
    finally:
        process.stdin.close()
        process.wait(60)


def strangers(times):
    """Others in the database: a newer schema under running nodes, an old transaction, locks that somebody keeps."""
    waits = {"changes": [], "a table": []}
    with Engine("strangers") as engine:
        database = engine.create().database()

        def sql(text):
            return engine.sql(text, database)

        with Nodes([engine.url(database)] * 3) as nodes:
            urls = [node.url for node in nodes]
            for number in range(times):
                with Callers(urls, nodes[0].keys, 4) as callers:
                    callers.go_on(60)
                    for table in ('"user"', "session", "api_key", "password", "audit_event"):
                        sql(f"ALTER TABLE muster.{table} ADD COLUMN later_{number} text NOT NULL DEFAULT 'later'")
                    callers.go_on(60)
                    with session(engine, database, 'SELECT count(*) FROM muster."user"'):
                        callers.go_on(60)
                assert all(set(caller.answers) <= {200, 201} for caller in callers.all), told(callers)
                require_books(callers, sql)
                # The lock that all changes take: look-ups need none.
                with Callers(urls, nodes[0].keys, 4) as callers:
                    callers.go_on(30)
                    with session(engine, database, "SELECT pg_advisory_xact_lock(5581494256950968321)"):
                        waits["changes"].append(until_told(callers.writers))
                    callers.go_on(30)
                assert all(set(reader.answers) == {200} for reader in callers.readers), told(callers)
                require_books(callers, sql)
                # The table that everything reads.
                with Callers(urls, nodes[0].keys, 4) as callers:
                    callers.go_on(30)
                    with session(engine, database, 'LOCK TABLE muster."user" IN ACCESS EXCLUSIVE MODE'):
                        waits["a table"].append(until_told(callers.writers))
                    callers.go_on(30)
                require_books(callers, sql)
    told_after = " and ".join(f"{max(seconds):.1f} s for that of {what}" for what, seconds in waits.items())
    return f"{times} times; who had to wait for a lock was told within {told_after}, 0 lost, 0 half made"
