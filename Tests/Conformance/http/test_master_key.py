"""The master key: gone, cut off, or open to others."""

import os
import re

import pytest
from program import CHEAP, SECONDS, content, init, run, sentence
from test_process import served

from muster import ADMINISTRATOR, until


@pytest.fixture
def founded(tmp_path):
    """A directory that is initialised, and its administrator."""
    return tmp_path / "data", init(tmp_path / "data", settings=CHEAP)


@pytest.mark.parametrize("left", [None, 0, 20], ids=["missing", "empty", "truncated"])
def test_one_that_is_gone_or_cut_off_is_refused_and_nothing_is_put_in_its_place(founded, left):
    directory, _ = founded
    key = directory / "master.key"
    if left is None:
        key.unlink()
    else:
        os.truncate(key, left)
    before = content(directory)
    for line in (("serve", "--bind", "127.0.0.1:0"), ("users", "list"), ("users", "unlock", ADMINISTRATOR)):
        done = run(*line, "--data-dir", directory, settings=CHEAP)
        assert done.returncode == 66
        assert f"{key} is not there or holds no master key. Put your copy of it back" in sentence(done)
    assert content(directory) == before


def test_one_that_others_may_read_is_told_with_the_command_that_shuts_it(founded, tmp_path):
    key = founded[0] / "master.key"
    key.chmod(0o644)
    log = tmp_path / "log"
    with open(log, "wb") as output, served(founded, stderr=output):
        told = until(lambda: re.search(r"advice=.*chmod 600 \S+master\.key", log.read_text()), SECONDS, "a line")
        assert "Others may read the master key, mode 0644" in told[0]
    assert key.stat().st_mode & 0o777 == 0o644
