"""Machines for the tests of the command line."""

import pytest
from machine import Machine


@pytest.fixture
def machine(muster, tmp_path):
    """An administrator at a machine, with the server of the run."""
    return Machine(tmp_path / "machine", muster)


@pytest.fixture
def stranger(muster, tmp_path):
    """Somebody with the address of the server of the run, and nothing else."""
    return Machine(tmp_path / "stranger", muster, is_anonymous=True)
