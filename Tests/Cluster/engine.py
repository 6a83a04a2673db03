"""A PostgreSQL server that a test starts, stops, suspends, kills and promotes, by the ids of its processes alone.

It keeps what it is told, waits for its disk, and is found at a socket in its folder or at a port of 127.0.0.1.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

SECONDS = 60
OWNER = "postgres"


def programs():
    """The folder of PostgreSQL's own programs, of the newest version that is there."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if found:
        return found[-1]
    place = shutil.which("initdb")
    assert place, "there is no PostgreSQL; please run scripts/install.sh test"
    return Path(place).resolve().parent


def as_owner(*command, ending="QUIT"):
    """A command as the account that may run PostgreSQL, which root may not; it is sent a signal when this process ends."""
    account = ["--reuid", OWNER, "--regid", OWNER, "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", "--pdeathsig", ending, *account, *(str(word) for word in command)]


def room():
    """Where folders of servers are made: in memory, where there is enough of it."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= 2**30
    return memory if has_room else Path(tempfile.gettempdir())


def folder_of(name):
    """A new folder that PostgreSQL may use."""
    folder = Path(tempfile.mkdtemp(prefix=f"muster-{name}-", dir=room()))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    return folder


def children(process, have_ended=False):
    """The ids of the processes that a process has started and that still run, or of those that nobody has waited for."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == process and (fields[0] == "Z") == have_ended:
                found.append(int(place.name))
    return found


def send(processes, number):
    """Sends a signal to processes, of which some may have ended."""
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


def forget_memory(data):
    """Gives back the shared memory of a server that was killed, which it has noted in the seventh line of a file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        identifier = lines[6].split()[1]
    except (OSError, IndexError):
        return
    subprocess.run(["ipcrm", "--shmem-id", identifier], capture_output=True, timeout=SECONDS)


class Engine:
    """One server, with a folder of its own, which goes with it.

    - port: the port of 127.0.0.1 at which it answers, too; None for its socket alone.
    - settings: what is set on its command line.
    """

    def __init__(self, name="engine", port=None, **settings):
        self.name, self.port, self.settings = name, port, settings
        self.folder = folder_of(name)
        self.data = self.folder / "data"
        self.process = self.waker = None
        self.numbers = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.destroy()

    # Life

    def create(self):
        """Makes the server's files, with the role muster."""
        self._run(
            programs() / "initdb", f"--pgdata={self.data}", f"--username={OWNER}", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )
        self.start()
        self.sql("CREATE ROLE muster LOGIN")
        return self

    def follow(self, primary):
        """Makes the server's files as those of a standby of another one, which knows it by its name."""
        to = f"host={primary.folder} port={primary.number} user={OWNER} application_name={self.name}"
        self._run(
            programs() / "pg_basebackup", f"--pgdata={self.data}", f"--dbname={to}", "--wal-method=stream",
            "--checkpoint=fast", "--write-recovery-conf", "--no-sync",
        )
        self.start()
        return self

    @property
    def number(self):
        """The port in the name of its socket."""
        return self.port or 5432

    def start(self):
        """Starts the server, and returns when it takes connections."""
        settings = {
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": self.number,
            "unix_socket_directories": self.folder,
            "shared_buffers": "32MB",
            "dynamic_shared_memory_type": "mmap",
            "max_connections": 100,
        } | self.settings
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                as_owner(programs() / "postgres", "-D", self.data, *options),
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + SECONDS
        while not self.answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def answers(self):
        """Whether it takes connections."""
        asked = [programs() / "pg_isready", "--quiet", f"--host={self.folder}", f"--port={self.number}", f"--username={OWNER}"]
        return subprocess.run(asked, timeout=SECONDS).returncode == 0

    def stop(self, how=signal.SIGINT):
        """Ends the server in order; its connections are closed."""
        self.process.send_signal(how)
        self.process.wait(SECONDS)
        self.process = None

    def kill(self):
        """Ends all processes of the server at once by SIGKILL, as a loss of power would."""
        self.process.send_signal(signal.SIGSTOP)
        present = [self.process.pid, *children(self.process.pid)]
        send(present, signal.SIGKILL)
        self.process.wait(SECONDS)
        self.process = None
        deadline = time.monotonic() + SECONDS
        while any(Path(f"/proc/{each}").exists() and not is_dead(each) for each in present):
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def suspend(self):
        """Stops all processes of the server where they are: it takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        present = [self.process.pid, *children(self.process.pid)]
        # They go on once nobody has the other end of this any more, however this process ends.
        waker = ["sh", "-c", f"cat > /dev/null; kill -CONT {' '.join(map(str, present))}"]
        self.waker = subprocess.Popen(waker, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        send(present, signal.SIGSTOP)

    def resume(self):
        """Lets it go on."""
        waker, self.waker = self.waker, None
        if waker:
            waker.communicate(timeout=SECONDS)

    def promote(self):
        """Makes a standby the primary, and returns when it can be written."""
        self._run(programs() / "pg_ctl", "promote", f"--pgdata={self.data}", f"--timeout={SECONDS}")

    def empty(self):
        """Removes the files of a server that does not run."""
        forget_memory(self.data)
        shutil.rmtree(self.data, ignore_errors=True)

    def destroy(self):
        """Ends the server, with all that is in it."""
        if self.process and self.process.poll() is None:
            self.resume()
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(SECONDS)
        self.empty()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        """The end of what it has said."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def _run(self, *command):
        done = subprocess.run(
            as_owner(*command), cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr

    # What it is asked

    def sql(self, text, database="postgres"):
        """Runs statements as the server's owner and returns what they print, without decoration."""
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
            + [f"--host={self.folder}", f"--port={self.number}", f"--username={OWNER}", f"--dbname={database}"]
            + ["--command", text],
            capture_output=True, text=True, timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def database(self):
        """Makes a database that the role muster owns, and returns its name."""
        name = f"directory_{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name} OWNER muster")
        return name

    def url(self, database, user="muster"):
        """The address of a database, at the socket."""
        return f"host={self.folder} port={self.number} user={user} dbname={database}"


def is_dead(process):
    """Whether a process has ended, also where nobody has waited for it yet."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True
