"""A primary and a standby that every commit waits for, which change places when the primary is killed."""

import time
from contextlib import ExitStack

from engine import Engine
from node import free_port, until

SECONDS = 60


class Pair:
    """Two servers of PostgreSQL: `primary` is the one that can be written."""

    def __enter__(self):
        with ExitStack() as stack:
            first, second = (
                stack.enter_context(Engine(name, free_port(), wal_keep_size="256MB", wal_retrieve_retry_interval="100ms"))
                for name in ("left", "right")
            )
            self.primary, self.standby = first.create(), second
            self.database = first.database()
            self.url = (
                f"host=127.0.0.1,127.0.0.1 port={first.port},{second.port} user=muster dbname={self.database} "
                "target_session_attrs=read-write"
            )
            self.attach()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def sql(self, text):
        """Asks the primary past the program."""
        return self.primary.sql(text, self.database)

    def attach(self):
        """Makes the standby again from the primary, and has every commit wait for it from then on."""
        self.standby.empty()
        self.standby.follow(self.primary)
        # What was copied from the primary would have the standby wait for itself once it is promoted.
        self.standby.sql("ALTER SYSTEM RESET synchronous_standby_names")
        self.standby.sql("SELECT pg_reload_conf()")
        self.primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{self.standby.name}'")
        self.primary.sql("SELECT pg_reload_conf()")
        self.wait_for_standby()

    def wait_for_standby(self):
        until(
            lambda: self.primary.sql("SELECT sync_state FROM pg_stat_replication") == "sync",
            SECONDS, "a standby that commits wait for",
        )

    def fail_over(self):
        """Kills the primary and promotes the standby, which is the primary then; returns how long that took, in seconds."""
        begin = time.monotonic()
        self.primary.kill()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary
        return time.monotonic() - begin
