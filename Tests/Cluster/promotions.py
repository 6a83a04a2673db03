"""What becomes of a cluster where a standby is promoted, each a function as in `scenes`."""

import time

from agents import SECONDS, TIMES, Managed, missing
from node import Nodes, until
from pair import Pair
from scenes import ANSWER_SECONDS, BACK_SECONDS, WRITERS, is_away, require_books
from writers import Callers, told

# Until a primary that is gone has a successor: what the agents give it, a look of theirs more, and the promotion.
PROMOTION_SECONDS = TIMES["ttl"] + TIMES["loop_wait"] + SECONDS


def patroni(times):
    """The primary is killed with its agent, comes back as the standby, and then changes places as planned: all by Patroni alone."""
    if lacking := missing():
        return f"left out: there is no {', '.join(lacking)}; scripts/install.sh cluster"
    count, gaps = 0, {"killed": [], "planned": []}
    with Managed() as pair, Nodes([pair.url] * 3) as nodes:
        for number in range(1, times + 1):
            for what in gaps:
                with Callers([node.url for node in nodes], nodes[0].keys, WRITERS) as callers:
                    callers.go_on(300)
                    killed = pair.kill_primary() if what == "killed" else pair.switch_over()
                    callers.go_on(300, seconds=PROMOTION_SECONDS)
                require_books(callers, pair.sql)
                for node in nodes:
                    assert node.process.poll() is None, node.log()
                    until(node.is_ready, BACK_SECONDS, "a node that found the new primary")
                gaps[what].append((callers.without_writes(), callers.without_reads()))
                count += callers.count
                writes, reads = gaps[what][-1]
                print(f"  {number}, {what}: {writes:.2f} s without writes, {reads:.2f} s without reads; {told(callers)}", flush=True)
                if what == "killed":
                    killed.start()
                pair.wait_for_standby()
    killed, planned = (map(max, zip(*gaps[what], strict=True)) for what in gaps)
    return (
        f"{times} times killed and {times} times as planned, {count} acknowledged changes, 0 lost, 0 half made; at most "
        "{:.1f} s without writes and {:.1f} s without reads where it was killed, ".format(*killed)
        + "{:.1f} s and {:.1f} s as planned".format(*planned)
    )


def two_primaries(times):
    """The standby is promoted while the primary lives on, as where its agent hangs: what that one says counts for nothing."""
    late, over = [], []
    with Pair() as pair:
        for rule in ["ask", "refuse"] * times:
            ports = [pair.primary.port, pair.standby.port]
            lately, soon = (
                f"user=muster dbname={pair.database} host=127.0.0.1,127.0.0.1 port={first},{second}"
                for first, second in (ports, reversed(ports))
            )
            pair.sql("DROP SCHEMA IF EXISTS muster CASCADE")
            with Nodes([lately, soon], MUSTER_STORE_REPLICA=rule) as (left, right):
                user, keys = left.create()
                assert [node.status("GET", "/session", keys=keys) for node in (left, right)] == [200] * 2
                old, new = pair.primary, pair.standby
                new.promote()
                # Commits at the old one are not answered any more, by which nodes know; one looks for the new one first.
                until(lambda: right.enable(user, False) == 200, ANSWER_SECONDS + BACK_SECONDS, "a node that found the new primary")
                disabled = time.monotonic()
                assert right.status("GET", "/session", keys=keys) == 401

                def is_refused():
                    # The old one answers questions for as long as it lives.
                    asked = time.monotonic()
                    status = left.status("GET", "/session", keys=keys)
                    assert status in (200, 401, 503), status
                    if status == 200:
                        late.append(asked - disabled)
                    return status == 401

                until(is_refused, ANSWER_SECONDS + BACK_SECONDS, "the other node, which goes over to the new primary")
                over.append(time.monotonic() - disabled)
                assert not late or max(late) <= 1, "let in too late"
                until(left.is_ready, ANSWER_SECONDS + BACK_SECONDS, "a node that is ready again")
                # Nothing leads it back.
                for _ in range(20):
                    assert left.status("GET", "/session", keys=keys) == 401
                    assert left.status("PUT", f"/users/{user}", {"name": "Somebody"}) == 200
                assert new.sql("SELECT count(*) FROM muster.\"user\" WHERE name = 'Somebody'", pair.database) == "1"
                old.kill()
                until(left.is_ready, ANSWER_SECONDS + BACK_SECONDS, "a node that is ready without the old primary")
                assert left.status("GET", "/session", keys=keys) == 401
            pair.primary, pair.standby = new, old
            pair.attach()
    return (
        f"{2 * times} times; let in at the old one at most {max(late, default=0):.1f} s after being shut out at the new one, "
        f"which was found within {max(over):.1f} s while the old one lived on"
    )
