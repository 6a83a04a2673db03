"""A server that answers sshd's questions on a machine of the tests' own."""

import json
import os
import socket

from machine import SECONDS, as_root
from muster import Muster, until


class Server(Muster):
    """The server as docs/ssh.md sets it up; it is ready when its socket is."""

    def __init__(self, machine, settings=None):
        self.machine = machine
        self.configuration = json.loads(machine.page('"socketGroup"'))
        self.group = self.configuration["local"]["socketGroup"]
        if os.geteuid() != 0:
            # Only root, or a member, gives a file to a group; below, root does it for us.
            del self.configuration["local"]["socketGroup"]
        file = machine.scratch / "muster.json"
        file.write_text(json.dumps(self.configuration))
        super().__init__({"MUSTER_LOG_LEVEL": "debug"} | (settings or {}), arguments=["--config", file])

    def start(self):
        super().start()
        until(lambda: is_answered(self.machine.socket), SECONDS, "an answering socket")
        if os.geteuid() != 0:
            as_root("chgrp", self.group, self.machine.socket)

    def questions(self, kind):
        """How many questions of a kind the server has answered so far."""
        return self.log().count(f"local.question=/{kind}")


def is_answered(path):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except PermissionError:
            return True
        except OSError:
            return False
        return True
