"""What Patroni does to a cluster, each a function as in `scenes`."""

from agents import SECONDS, TIMES, Managed, missing
from node import Nodes, until
from scenes import BACK_SECONDS, WRITERS, require_books
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
