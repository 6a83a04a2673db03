"""A run that stands still with everything up, until it is killed. test_apart.py starts it; nobody else collects it."""

import sys


def test_the_run_that_is_killed(person, comes_in):
    assert comes_in(person())
    print("held", flush=True)
    sys.stdin.read()
