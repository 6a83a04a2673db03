"""`make serve` where a released program is at hand: it needs no toolchain, and builds nothing."""

import os
import shutil
import subprocess

import pytest
from muster import REPOSITORY, binary, environment, until

SECONDS = 120
NEEDED = ["bash", "dirname", "env", "cat"]


@pytest.fixture
def checkout(tmp_path):
    """A checkout that has built nothing, and a folder of programs among which there is no swift."""
    (tmp_path / "scripts").mkdir()
    for name in ("serve.sh", "install.sh", "release.sh", "progress.py"):
        shutil.copy(REPOSITORY / "scripts" / name, tmp_path / "scripts" / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in NEEDED:
        (programs / name).symlink_to(shutil.which(name))
    return tmp_path, programs


def serve(checkout, **variables):
    place, programs = checkout
    settings = {"PATH": str(programs), "MUSTER_HTTP_BIND": "127.0.0.1:0"} | variables
    return subprocess.Popen(
        [place / "scripts/serve.sh"],
        env={name: text for name, text in environment().items() if name != "BINARY"} | settings,
        stdout=open(place / "output", "wb"),
        stderr=subprocess.STDOUT,
    )


def test_the_released_program_is_served_and_named(checkout):
    place, programs = checkout
    (programs / "muster").symlink_to(binary())
    process = serve(checkout)
    try:
        until(lambda: b"listening" in (place / "output").read_bytes(), SECONDS, "a server")
        told = (place / "output").read_text()
        version = subprocess.run([binary(), "--version"], capture_output=True, text=True).stdout.strip()
        assert told.startswith(f"serve: {programs}/muster {version}; BUILD=1 builds this checkout instead\n")
        assert "access_key" in told.lower() or "accessKey" in told
        assert (place / "muster-data/muster.sqlite").exists() and not (place / ".build").exists()
    finally:
        process.terminate()
        process.wait(SECONDS)


@pytest.mark.parametrize("build", ["", "1"])
def test_without_a_program_and_a_toolchain_it_says_what_to_install(checkout, build):
    place, programs = checkout
    if build:
        (programs / "muster").symlink_to(binary())
    assert serve(checkout, BUILD=build).wait(SECONDS) == 1
    told = (place / "output").read_text()
    assert told.startswith("serve: there is no swift to build this checkout with.")
    assert "https://www.swift.org/install/linux/" in told and not os.path.exists(place / "muster-data")
