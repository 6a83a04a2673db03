"""Two servers of PostgreSQL that Patroni looks after, with etcd beside them: who is the primary is decided there.

All of it is on ports of 127.0.0.1 and in folders that go with it; services of the system are not touched.
"""

import ctypes
import http.client
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from engine import OWNER, as_owner, children, folder_of, forget_memory, is_dead, programs, send
from node import free_port, until

SECONDS = 60
SCOPE = "directory"
# Seconds: for how long a primary that is not heard of stays one, how often agents look, and how long they try. Patroni 4 takes
# no ttl below 20; loop_wait + 2 * retry_timeout has to fit into it.
TIMES = {"ttl": 20, "loop_wait": 2, "retry_timeout": 3}
PR_SET_CHILD_SUBREAPER = 36


def missing():
    """The programs that this needs and that are not there."""
    return [name for name in ("etcd", "patroni", "patronictl") if not shutil.which(name)]


class Orphans:
    """Has servers, which their agents let go of, become children of this process, and waits for those that end.

    The first process of a system does so, that of a container may not, and an agent waits until its server is gone wholly.
    """

    def __enter__(self):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._wait)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()

    def _wait(self):
        while not self.is_over.wait(0.05):
            for process in children(os.getpid(), have_ended=True):
                if _name(process) == "postgres":
                    os.waitpid(process, os.WNOHANG)


def _name(process):
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return None


class Etcd:
    """What the agents agree in: one member, since it is not what fails here."""

    def __init__(self):
        self.folder, self.port, self.process = folder_of("etcd"), free_port(), None

    def __enter__(self):
        here, peers = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{free_port()}"
        words = ["etcd", "--name", "one", "--data-dir", self.folder / "data", "--log-level", "warn"]
        words += ["--listen-client-urls", here, "--advertise-client-urls", here, "--listen-peer-urls", peers]
        words += ["--initial-advertise-peer-urls", peers, "--initial-cluster", f"one={peers}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                as_owner(*words, ending="KILL"), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until(lambda: asked(self.port, "/health") == 200, SECONDS, "etcd that answers")
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait(SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


class Agent:
    """A Patroni, and the server that it starts and looks after.

    - name: what the agents call it.
    - etcd: the port of etcd.
    """

    def __init__(self, name, etcd):
        self.name, self.port, self.rest = name, free_port(), free_port()
        self.folder = folder_of(name)
        self.data, self.settings = self.folder / "data", self.folder / "patroni.json"
        self.process = None
        self.settings.write_text(json.dumps(self._settings(etcd)))
        if os.geteuid() == 0:
            shutil.chown(self.settings, OWNER, OWNER)

    def _settings(self, etcd):
        """Its file of settings: YAML, of which JSON is a part."""
        users = {"superuser": OWNER, "replication": "replicator", "rewind": "rewinder"}
        return {
            "scope": SCOPE,
            "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.rest}", "connect_address": f"127.0.0.1:{self.rest}"},
            "etcd3": {"hosts": f"127.0.0.1:{etcd}"},
            "bootstrap": {
                "dcs": TIMES | {"synchronous_mode": True, "postgresql": {"use_pg_rewind": True, "use_slots": True}},
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums", "no-sync"],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}",
                "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self.data),
                "bin_dir": str(programs()),
                "pgpass": str(self.folder / "passwords"),
                "pg_hba": [f"{line} trust" for line in ("local all all", "host all all 127.0.0.1/32", "host replication all 127.0.0.1/32")],
                "authentication": {way: {"username": user, "password": user} for way, user in users.items()},
                "parameters": {
                    "unix_socket_directories": str(self.folder),
                    "shared_buffers": "32MB",
                    "dynamic_shared_memory_type": "mmap",
                },
            },
        }

    def start(self):
        """Starts the agent, which starts its server."""
        with open(self.folder / "log", "ab") as log:
            # At its end it stops its server.
            self.process = subprocess.Popen(
                as_owner("patroni", self.settings, ending="TERM"), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def is_(self, what):
        """Whether it says that it is something, such as `primary` or `sync`."""
        return asked(self.rest, f"/{what}") == 200

    def server(self):
        """The ids of all processes of its server."""
        try:
            postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return []
        return [] if is_dead(postmaster) else [postmaster, *children(postmaster)]

    def kill(self):
        """Ends the agent and its server at once by SIGKILL, as a loss of power would."""
        self.process.send_signal(signal.SIGSTOP)
        server = self.server()
        # The first of them makes the others, so that it is stopped before they are listed again.
        send(server[:1], signal.SIGSTOP)
        server = self.server()
        send([self.process.pid, *server], signal.SIGKILL)
        self.process.wait(SECONDS)
        self.process = None
        until(lambda: all(map(is_dead, server)), SECONDS, "a server that is gone")

    def destroy(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(SECONDS)
        server = self.server()
        send(server, signal.SIGKILL)
        until(lambda: all(map(is_dead, server)), SECONDS, "a server that is gone")
        forget_memory(self.data)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        """The end of what it and its server have said."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]


def asked(port, path):
    """The status of an answer; None where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Managed:
    """A primary and a standby that every commit waits for, under agents: `with Managed() as pair: ...`, `pair.url`."""

    def __enter__(self):
        with ExitStack() as stack:
            stack.enter_context(Orphans())
            etcd = stack.enter_context(Etcd())
            self.agents = []
            for name in ("left", "right"):
                self.agents.append(Agent(name, etcd.port))
                stack.callback(self.agents[-1].destroy)
            for agent in self.agents:
                agent.start()
            self.wait_for_standby()
            self.sql("CREATE ROLE muster LOGIN", OWNER)
            self.sql("CREATE DATABASE directory OWNER muster", OWNER)
            ports = ",".join(str(agent.port) for agent in self.agents)
            self.url = f"host=127.0.0.1,127.0.0.1 port={ports} user=muster dbname=directory target_session_attrs=read-write"
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    @property
    def primary(self):
        """The agent whose server can be written; None if there is none at present."""
        return next((agent for agent in self.agents if agent.is_("primary")), None)

    @property
    def standby(self):
        """The agent whose server commits wait for; None if there is none at present."""
        # A new primary may say for a moment that it is what it was.
        return next((agent for agent in self.agents if agent.is_("sync") and not agent.is_("primary")), None)

    def wait_for_standby(self):
        """Waits until the agents agree in a standby, and commits wait for it."""
        until(lambda: self.standby and self._waits(), 2 * SECONDS, "a standby that commits wait for")

    def _waits(self):
        return self.sql("SELECT sync_state FROM pg_stat_replication", OWNER) == "sync"

    def kill_primary(self):
        """Kills the primary and its agent; returns the agent."""
        killed = self.primary
        killed.kill()
        return killed

    def switch_over(self):
        """Has the primary and the standby change places, as an operator does before work on a machine; returns the seconds."""
        begin = time.monotonic()
        leader, candidate = self.primary, self.standby
        words = ["patronictl", "-c", leader.settings, "switchover", SCOPE]
        words += ["--leader", leader.name, "--candidate", candidate.name, "--force"]
        done = subprocess.run(as_owner(*words), cwd=leader.folder, capture_output=True, text=True, timeout=2 * SECONDS)
        assert done.returncode == 0 and self.primary is candidate, done.stdout + done.stderr
        return time.monotonic() - begin

    def sql(self, text, database="directory"):
        """Asks the primary past the program."""
        primary = until(lambda: self.primary, SECONDS, "a primary")
        words = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
        words += ["--host=127.0.0.1", f"--port={primary.port}", f"--username={OWNER}", f"--dbname={database}"]
        done = subprocess.run([*words, "--command", text], capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
