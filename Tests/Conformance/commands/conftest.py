"""Machines for the tests of the command line."""

import pytest
from folders import CHEAP
from machine import Machine

from muster import Muster


@pytest.fixture
def machine(muster, tmp_path):
    """An administrator at a machine, with the server of the run."""
    return Machine(tmp_path / "machine", muster)


@pytest.fixture
def stranger(muster, tmp_path):
    """Somebody with the address of the server of the run, and nothing else."""
    return Machine(tmp_path / "stranger", muster, is_anonymous=True)


@pytest.fixture
def alone(tmp_path):
    """A machine without a server, where hashing is cheap."""
    machine = Machine(tmp_path / "alone")
    machine.environment |= CHEAP
    return machine


@pytest.fixture(scope="module")
def own_server():
    """A server of one file of tests."""
    with Muster(CHEAP) as server:
        yield server


@pytest.fixture
def own(own_server, tmp_path):
    """A machine with the server of its file of tests."""
    machine = Machine(tmp_path / "own", own_server)
    machine.server = own_server
    return machine
