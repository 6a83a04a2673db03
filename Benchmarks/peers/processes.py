"""Programs that the benchmark starts, watches and stops."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
READY_SECONDS = 60
STOP_SECONDS = 20


def free_port():
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(values=None):
    """The caller's environment without settings for Muster, which runs with its defaults, and with `values`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    return kept | {name: str(value) for name, value in (values or {}).items()}


def said(command):
    """What a program prints; its failure ends the benchmark."""
    done = subprocess.run([str(word) for word in command], env=environment(), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: {command[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Server:
    """A server on loopback: start, stop, memory. `is_ready` says whether it answers."""

    name = "server"

    def __init__(self, work):
        self.work = work
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return environment()

    def is_ready(self):
        raise NotImplementedError

    def start(self):
        """Starts it; returns the seconds until its first answer."""
        with open(self.work / f"{self.name}.log", "ab") as log:
            began = time.monotonic()
            # A session of its own: Ctrl-C goes to the benchmark, which then stops its servers.
            self.process = subprocess.Popen(
                self.command(),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - began > READY_SECONDS:
                text = (self.work / f"{self.name}.log").read_text(errors="replace")
                raise SystemExit(f"bench: {self.name} does not answer\n{text[-2000:]}")
            time.sleep(0.001)
        return time.monotonic() - began

    def _answers(self):
        try:
            return self.is_ready()
        except (OSError, http.client.HTTPException):
            return False

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def memory(self):
        """Resident memory now and at its peak, in MiB, of the process and its children."""
        return tuple(sum(_status(pid, key) for pid in self._pids()) / 1024 for key in ("VmRSS", "VmHWM"))

    def forget_peak(self):
        """Lets the peak begin again (proc(5), clear_refs)."""
        for pid in self._pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def _pids(self):
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]


def _status(pid, key):
    return int(re.search(rf"^{key}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


@dataclass
class Load:
    """What a load generator saw: answers per second, median and 99th percentile in milliseconds."""

    rate: float
    p50: float
    p99: float


def parse(output, what):
    """Reads a generator's line `measured RATE P50 P99 BAD`; a bad answer ends the benchmark."""
    line = re.search(r"^measured (\S+) (\S+) (\S+) (\d+)$", output, re.M)
    if line is None or int(line[4]) > 0:
        raise SystemExit(f"bench: {what}: {line[4] + ' bad answers' if line else output}")
    return Load(*map(float, line.groups()[:3]))


def popen(command, values=None):
    """Starts a load generator and leaves it running."""
    return subprocess.Popen(
        [str(word) for word in command],
        env=environment(values),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(generator):
    """Waits for a load generator to end; returns what it saw."""
    try:
        output = generator.communicate()[0]
        if generator.returncode != 0:
            raise SystemExit(f"bench: {generator.args[0]}: {output}")
        return parse(output, generator.args[0])
    finally:
        generator.kill()
        generator.wait()


def wrk(port, connections, seconds, **requests):
    """The command of wrk for these requests, and the environment that tells them; see requests.lua."""
    threads = 1 if connections == 1 else 2
    script = HERE / "requests.lua"
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", script]
    return [*command, f"http://127.0.0.1:{port}"], requests


def build(name, work, *flags):
    """Compiles one of the C programs beside this file; returns its path."""
    program = work / name
    said(["gcc", "-O2", "-o", program, HERE / f"{name}.c", *flags])
    return program
