"""A spool on a disk that is full, or that turns read-only, under the running server."""

import os
import subprocess

import pytest
from conftest import serving
from post import relay
from test_mail import code_in, guarded_before, mail_to

from muster import binary


class Disk:
    """A small file system that the server alone sees, where its messages wait."""

    def __init__(self, server, outbox):
        self.server, self.place = server, f"/proc/{server.process.pid}/root{outbox}"
        self.ballast = f"{self.place}/ballast"
        self.outbox = outbox

    def fill(self):
        with open(self.ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def make_room(self):
        os.unlink(self.ballast)

    def shut(self):
        """Makes it read-only, by itself in its own place: its files are open."""
        self._mount("--bind", self.outbox, self.outbox)
        self._mount("-o", "remount,bind,ro", self.outbox)

    def open(self):
        self._inside("umount", "--lazy", self.outbox)

    def _mount(self, *words):
        self._inside("mount", *words)

    def _inside(self, *command):
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        enter = ["nsenter", "--target", str(self.server.process.pid), "--mount", *user]
        subprocess.run([*enter, *command], check=True)


@pytest.fixture
def outbox(tmp_path, monkeypatch):
    """Where messages wait; a program in place of the server's mounts the disk there and becomes the server."""
    outbox, program = tmp_path / "outbox", tmp_path / "muster"
    outbox.mkdir(mode=0o700)
    user = "" if os.geteuid() == 0 else "--map-root-user "
    program.write_text(
        f"#!/bin/sh\nexec unshare {user}--mount sh -c "
        f"""'mount -t tmpfs -o size=256k,mode=700 small "$0" && exec "$@"' {outbox} {binary()} "$@"\n"""
    )
    program.chmod(0o700)
    monkeypatch.setenv("MUSTER_BINARY", str(program))
    return outbox


WAYS = {"full": (Disk.fill, Disk.make_room), "read-only": (Disk.shut, Disk.open)}


@pytest.mark.parametrize("way", WAYS)
def test_a_disk_that_takes_nothing_is_told_to_whoever_asks_until_it_does_again(
    certificate, mail_settings, outbox, tmp_path, way
):
    user = guarded_before(tmp_path / "data")
    with relay(certificate) as inbox:
        settings = mail_settings(inbox.port, MUSTER_CODES_OUTBOX=str(outbox))
        with serving(settings, data_dir=tmp_path / "data") as server:
            disk, (shut, open_again) = Disk(server, outbox), WAYS[way]
            shut(disk)
            for _ in range(2):
                answer = server.login(user["username"])
                assert answer.status_code == 503 and answer.headers["Retry-After"] == "30", answer.text
            server.assert_logged("a message cannot be sent")
            # Whoever needs no code comes in as ever.
            assert server.login(server.create()["username"]).status_code == 200
            open_again(disk)
            assert server.login(user["username"]).status_code == 401
            code = code_in(mail_to(inbox, user))
            assert server.login(user["username"], verification_code=code).status_code == 200
            assert len(inbox.to(user["username"])) == 1
