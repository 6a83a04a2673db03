"""What may happen to a cluster, each a function that makes it happen and returns what was seen, in a line."""

import signal
import time
from contextlib import contextmanager

from engine import Engine
from node import Nodes, until
from pair import Pair
from writers import Callers, halves, losses, told

WRITERS = 16
# What a node may take to say that its database is away: an answer is waited for 10 s, a lock 8 s.
ANSWER_SECONDS = 15
# After so many everybody who changes something was told, whoever waits behind others, too: answers to a change are waited for 12 s
# together, in vain, and whoever had waited 3 s for a turn by then is told at once.
TOLD_SECONDS = 15
BACK_SECONDS = 15
# What a node may take at most to say that it is alive, on a busy machine.
STALL_SECONDS = 2


def require_books(callers, sql):
    """Nothing that was acknowledged is lost, nothing is half made or made twice, and no node stood still."""
    lost, half = losses(callers, sql), halves(sql)
    assert not lost, f"lost: {lost[:5]} and {len(lost)} together"
    assert not half, half
    assert callers.stalls() < STALL_SECONDS, callers.stalls()


def is_away(node, method="GET", path="/session", body=None, **options):
    """Whether a node says, as it should, that it cannot answer."""
    status, headers, _ = node.ask(method, path, body, **options)
    return status == 503 and int(headers["Retry-After"]) >= 1


def until_told(callers):
    """Waits until each of some callers was told that a node cannot answer, and returns how long that took, in seconds."""
    begin, before = time.monotonic(), [caller.answers[503] for caller in callers]
    until(
        lambda: all(caller.answers[503] > known for caller, known in zip(callers, before, strict=True)),
        TOLD_SECONDS, lambda: f"callers who are told, {[dict(caller.answers) for caller in callers]}",
    )
    return time.monotonic() - begin


def require_new_numbers(pair, nodes):
    """A number that was told is nobody else's after a failover, also where whoever had it is gone and nobody came since."""
    gone, _ = nodes[0].create()
    assert nodes[0].status("DELETE", f"/users/{gone}") == 200
    pair.fail_over()
    for node in nodes:
        until(node.is_ready, BACK_SECONDS, "a node that found the new primary")
    came, _ = nodes[1].create()
    assert came > gone, (gone, came)


def failover(times):
    """The primary is killed under writes at all nodes, and the standby is promoted; again and again with the same nodes."""
    writes, reads, count = [], [], 0
    with Pair() as pair, Nodes([pair.url] * 3) as nodes:
        urls = [node.url for node in nodes]
        for number in range(1, times + 1):
            with Callers(urls, nodes[0].keys, WRITERS) as callers:
                callers.go_on(300)
                taken = pair.fail_over()
                callers.go_on(300)
            require_books(callers, pair.sql)
            for node in nodes:
                until(node.is_ready, BACK_SECONDS, "a node that found the new primary")
            writes.append(callers.without_writes())
            reads.append(callers.without_reads())
            count += callers.count
            print(
                f"  {number}: {writes[-1]:.2f} s without writes, {reads[-1]:.2f} s without reads, {taken:.2f} s of them until "
                f"the standby was promoted; {told(callers)}",
                flush=True,
            )
            pair.attach()
        require_new_numbers(pair, nodes)
    return (
        f"{times} times, {count} acknowledged changes, 0 lost, 0 half made; at most {max(writes):.2f} s without writes "
        f"and {max(reads):.2f} s without reads"
    )


def standby(times):
    """The standby is gone that commits wait for: nobody is told that a change was made, and all comes back.

    Look-ups go on where the database is trusted; else nodes say that they cannot know whether it is the living one.
    """
    waits = []
    with Pair() as pair:
        for rule in ("trust", "ask"):
            pair.sql("DROP SCHEMA IF EXISTS muster CASCADE")
            with Nodes([pair.url] * 3, MUSTER_STORE_REPLICA=rule) as nodes:
                for _ in range(times):
                    with Callers([node.url for node in nodes], nodes[0].keys, WRITERS) as callers:
                        callers.go_on(100)
                        pair.standby.kill()
                        told_so = callers.writers if rule == "trust" else [*callers.writers, *callers.readers]
                        waits.append(until_told(told_so))
                        until(lambda: not any(node.is_ready() for node in nodes), ANSWER_SECONDS, "nodes that are not ready")
                        if rule == "trust":
                            until_answered(callers.readers)
                        pair.standby.start()
                        pair.wait_for_standby()
                        callers.go_on(100)
                    require_books(callers, pair.sql)
    return (
        f"{2 * times} times, all {WRITERS} writers told within {max(waits):.1f} s, look-ups answered all the time where the "
        "database is trusted and refused where it is not, 0 lost, 0 half made"
    )


def until_answered(readers):
    """Waits until each of some readers was answered ten times."""
    known = [len(reader.answered) for reader in readers]
    until(
        lambda: all(len(reader.answered) > before + 10 for reader, before in zip(readers, known, strict=True)),
        ANSWER_SECONDS, "look-ups that go on",
    )


@contextmanager
def three_nodes(name):
    """A database, three nodes on it, and what asks it past them."""
    with Engine(name) as engine:
        database = engine.create().database()
        with Nodes([engine.url(database)] * 3) as nodes:
            yield engine, nodes, lambda text: engine.sql(text, database)


def restart(times):
    """The database is stopped and started in the way of an operator, and killed, under writes."""
    gaps = []
    with three_nodes("restart") as (engine, nodes, sql):
        for _ in range(times):
            with Callers([node.url for node in nodes], nodes[0].keys, WRITERS) as callers:
                for end in (engine.stop, lambda: engine.stop(signal.SIGQUIT), engine.kill):
                    callers.go_on(100)
                    end()
                    engine.start()
                callers.go_on(100)
            require_books(callers, sql)
            gaps.append(callers.without_writes())
    return f"{times} times stopped, ended at once, and killed; at most {max(gaps):.2f} s without writes, 0 lost, 0 half made"


def hang(times):
    """All processes of the database are stopped where they are, under writes, for longer than anybody waits."""
    waits = []
    with three_nodes("hang") as (engine, nodes, sql):
        for _ in range(times):
            with Callers([node.url for node in nodes], nodes[0].keys, WRITERS) as callers:
                callers.go_on(100)
                engine.suspend()
                waits.append(until_told([*callers.writers, *callers.readers]))
                engine.resume()
                callers.go_on(100)
            require_books(callers, sql)
            for node in nodes:
                until(node.is_ready, BACK_SECONDS, "a node that is ready again")
    return f"{times} times, all callers told within {max(waits):.1f} s, 0 lost, 0 half made"
