"""Two clients on one directory: `tio` is pyTenable, `swift` the Swift client, both as the administrator."""

import pytest
from swift_client import SwiftClient
from tenable.io import TenableIO


@pytest.fixture
def connect(muster):
    """Logs in with the Swift client and ends it after the test."""
    opened = []

    def build(username=None, password=None):
        account = muster.admin
        opened.append(
            SwiftClient(
                muster.url, username or account["username"], password or account["password"]
            )
        )
        return opened[-1]

    yield build
    for client in opened:
        client.end()


@pytest.fixture
def swift(connect):
    return connect()


@pytest.fixture
def tenable(muster):
    """Builds pyTenable clients from keys, or from a name and a password."""

    def build(keys=None, **options):
        access, secret = keys or (None, None)
        return TenableIO(access, secret, url=muster.url, retries=0, **options)

    return build


@pytest.fixture
def tio(tenable, muster):
    return tenable(muster.admin_keys)
