"""Clients for the tests: `tio` is the first administrator, `connect(account)` anybody else."""

import pytest

pytest.register_assert_rewrite("client")

from client import client_of  # noqa: E402


@pytest.fixture
def connect(muster):
    """Builds clients on the server of the run and closes them after the test."""
    opened = []

    def build(account=None, server=muster, **options):
        opened.append(client_of(server, account and account.keys, **options))
        return opened[-1]

    yield build
    for tio in opened:
        tio._session.close()


@pytest.fixture
def tio(connect):
    """A client with the first administrator's keys, for this test alone."""
    return connect()
