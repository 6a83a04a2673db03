"""Whom files belong to: what root makes in the folder of the server's user is that user's, and stands in nobody's way."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from folders import CHEAP

from muster import binary, environment, until

NOBODY = 65534


@pytest.fixture
def rooted(tmp_path):
    """A folder of somebody, in which root (or, where the tests are nobody's, their own user) works; and a way to be somebody."""
    place = Path(tempfile.mkdtemp(prefix="muster-test-"))
    place.chmod(0o755)
    shutil.copyfile(binary(), place / "muster")
    (place / "muster").chmod(0o755)
    (place / "data").mkdir()
    (place / "data").chmod(0o700)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    if user:
        for path in (place, place / "data"):
            os.chown(path, NOBODY, NOBODY)
    yield place, user
    shutil.rmtree(place)


def owners(place):
    """Whom all files below a folder belong to."""
    return {str(path.relative_to(place)): path.stat().st_uid for path in place.rglob("*")}


def begun(place, user, *arguments):
    """A server that answers at its socket, and what it has logged."""
    log = open(place.parent / (place.name + ".log"), "w+b")
    process = subprocess.Popen(
        [place / "muster", "serve", "--data-dir", "data", "--bind", "127.0.0.1:0", *arguments],
        cwd=place,
        env=environment(CHEAP),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        **user,
    )

    def said():
        return Path(log.name).read_text()

    until(lambda: "socket=" in said() or process.poll() is not None, 60, "a server")
    return process, said


def test_what_root_makes_in_the_folder_of_the_server_s_user_is_that_user_s(rooted):
    place, user = rooted
    line = ("init", "--data-dir", "data", "--admin", "a@example.com", "--format", "json")
    done = subprocess.run([place / "muster", *line], cwd=place, env=environment(CHEAP), capture_output=True, text=True)
    assert done.returncode == 0, done
    mine = (place / "data").stat().st_uid
    assert set(owners(place / "data").values()) == {mine}, owners(place / "data")
    # A server of root's that is killed leaves its outbox and its socket.
    process, _ = begun(place, {})
    assert set(owners(place / "data").values()) == {mine}, owners(place / "data")
    process.kill()
    process.wait()
    assert {"outbox", "agent.sock"} <= set(owners(place / "data"))
    # Which do not stand in the way of the one that should have run.
    process, said = begun(place, user)
    assert process.poll() is None and "another program" not in said(), said()
    process.terminate()
    assert process.wait(60) == 0
    done = subprocess.run(
        [place / "muster", "check", "--data-dir", "data", "--format", "json"],
        cwd=place,
        env=environment(CHEAP),
        capture_output=True,
        text=True,
        **user,
    )
    assert ["ok"] == [item["severity"] for item in json.loads(done.stdout) if item["part"] == "files"], done


def test_a_socket_that_this_user_may_not_open_is_not_said_to_be_another_program(rooted):
    place, user = rooted
    line = ("init", "--data-dir", "data", "--admin", "a@example.com")
    subprocess.run([place / "muster", *line], cwd=place, env=environment(CHEAP), check=True, capture_output=True)
    for name in ("data/agent.sock", "elsewhere.sock"):
        with closing(socket.socket(socket.AF_UNIX)) as dead:
            dead.bind(str(place / name))
        (place / name).chmod(0)
    # In the data folder, whose lock the server holds, it is no other server's.
    process, said = begun(place, user)
    assert process.poll() is None and "socket=" in said(), said()
    process.terminate()
    assert process.wait(60) == 0
    process, said = begun(place, user, "--set", "local.socket=elsewhere.sock")
    assert process.wait(60) == 69
    assert (
        "Cannot answer at the socket elsewhere.sock: a socket lies there that this user may not open. "
        "Remove it, if no program answers there."
    ) in said()
