"""A reader who types what a document says: one shell at one terminal, from the first block to the last."""

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import termios
import time
import urllib.error
import urllib.request

from muster import PASSWORD, REPOSITORY, binary, environment, free_port

SECONDS = 180
READY_SECONDS = 120
KEY = REPOSITORY / "Tests/Conformance/commands/keys/jane.pub"

# Takes names of files, runs each as if its lines were typed, and says when it is done.
SHELL = """
set -E -o pipefail
trap 'printf "%s: exit code %s\\n" "$BASH_COMMAND" "$?" >> "$FAILURES"' ERR
while IFS= read -r -u "$ASKED" file; do . "$file" > "$file.out"; echo >&"$DONE"; done
"""
QUESTION = re.compile(r"(New password for (\S+)|Present password|Password|The same again|[^\n]*\[y/N\])[^\n]{0,40}\Z")


class Reader:
    """The shell, its folder and its terminal. It knows what was printed to it: a password, a pair of keys.

    - folder: everything is in here: the home, the work, and what the document calls `/var/lib` and so on.
    """

    def __init__(self, folder):
        self.folder = folder
        self.home, self.work = folder / "home", folder / "work"
        self.programs = folder / "bin"
        machine = folder / "machine"
        for path in (self.home / ".ssh", self.work, self.programs):
            path.mkdir(parents=True)
        for path in ("etc", "tmp", "var/lib", "backup"):
            (machine / path).mkdir(parents=True)
        (self.programs / "muster").symlink_to(binary())
        shutil.copy(KEY, self.home / ".ssh/id_ed25519.pub")
        # An answer that is a refusal counts as one.
        (self.home / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
        self.ports = [free_port(), free_port()]
        self.known = {}
        self.shown = ""
        self.count = 0
        self.messages = 0
        self._answered = 0
        self.services = []

    def __enter__(self):
        asked, self.asking = os.pipe()
        self.done, done = os.pipe()
        self.failures = self.folder / "failures"
        self.failures.touch()
        self.environment = environment() | {
            "HOME": str(self.home),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "TMPDIR": str(self.folder / "machine/tmp"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "MUSTER_HTTP_BIND": f"127.0.0.1:{self.ports[0]}",
            "MUSTER_URL": self.url,
            # For `make serve` and `make install`: what was built for the tests.
            "BINARY": str(binary()),
        }
        self.environment.pop("XDG_CONFIG_HOME", None)
        self.master, follower = pty.openpty()
        self.shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-c", SHELL],
            cwd=self.work,
            env=self.environment
            | {"ASKED": str(asked), "DONE": str(done), "FAILURES": str(self.failures)},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            pass_fds=(asked, done),
            start_new_session=True,
        )
        for descriptor in (asked, done, follower):
            os.close(descriptor)
        return self

    def __exit__(self, kind, error, trace):
        for process in [self.shell, *self.services]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for descriptor in (self.asking, self.done, self.master):
            os.close(descriptor)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.ports[0]}"

    def own(self, text):
        """A text of the document with what is the reader's own: places, ports, keys."""
        text = text.replace("127.0.0.1:8834", f"127.0.0.1:{self.ports[0]}")
        text = text.replace("127.0.0.1:9000", f"127.0.0.1:{self.ports[1]}")
        for place in ("/var/lib/muster", "/etc/muster.json", "/etc/muster/", "/backup/", "/tmp/then"):
            text = re.sub(rf"(?<![\w/]){place}", f"{self.folder}/machine{place}", text)
        for word, value in self.known.items():
            text = re.sub(rf"(?<![\w$]){word}(?=[';\"])", lambda _, value=value: value, text)
        return text

    def write(self, path, text):
        """Gives the reader a file."""
        place = self.work / self.own(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self.own(text))

    def types(self, commands):
        """Runs commands in the shell. Returns what they printed, and what failed."""
        self.count += 1
        file = self.folder / f"typed-{self.count}"
        file.write_text(self.own(commands))
        self.failures.write_text("")
        if commands.lstrip().startswith("CODE=$(cat muster-data/outbox/*"):
            self._waits_for_a_message()
        os.write(self.asking, f"{file}\n".encode())
        deadline = time.monotonic() + SECONDS
        while self.done not in (ready := select.select([self.done, self.master], [], [], 1)[0]):
            assert time.monotonic() < deadline, f"no end:\n{commands}\n{self.shown[-2000:]}"
            assert self.shell.poll() is None, f"the shell ended:\n{commands}\n{self.shown[-2000:]}"
            if self.master in ready:
                self._look()
        os.read(self.done, 100)
        while select.select([self.master], [], [], 0)[0]:
            self._look()
        printed = (self.folder / f"typed-{self.count}.out").read_text()
        self._learn(printed)
        if "outbox/*" in commands:
            self.messages = len(self._sent())
        if re.search(r"muster serve.* &$", commands, re.M):
            self.waits(self.ports[:1])
        return printed, self.failures.read_text()

    def starts(self, command):
        """Runs a command in another terminal, until a server is ready; it goes on."""
        self.count += 1
        path = self.folder / f"typed-{self.count}.out"
        with open(path, "wb") as output:
            self.services.append(
                subprocess.Popen(
                    ["bash", "-c", self.own(command)],
                    cwd=self.work,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            )
        try:
            self.waits(self.ports, self.services[-1])
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{path.read_text()}") from None
        self._learn(path.read_text())

    def ends(self):
        """Ends what was started last, as a manager of services does."""
        process = self.services.pop()
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    def waits(self, ports, process=None):
        """Waits for a server that is ready at one of the ports."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            for port in ports:
                with contextlib.suppress(OSError, urllib.error.URLError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/server/status", timeout=10)
                    return
            assert process is None or process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, f"no server is ready\n{self.shown[-2000:]}"
            time.sleep(0.02)

    def _waits_for_a_message(self):
        """Looks for a code only once it is there, as people do: there is one more than last time."""
        deadline = time.monotonic() + READY_SECONDS
        while len(self._sent()) <= self.messages:
            assert time.monotonic() < deadline, "no message with a code"
            time.sleep(0.02)

    def _sent(self):
        letters = (self.work / "muster-data/outbox").glob("*.txt")
        return [letter for letter in letters if "verification code" in letter.read_text()]

    def _look(self):
        """Reads the terminal, and answers a question."""
        self.shown += os.read(self.master, 65536).decode(errors="replace")
        question = QUESTION.search(self.shown)
        if not question or question.end() == self._answered:
            return
        self._answered = question.end()
        answer = self.known.get("PASSWORD", PASSWORD)
        if "[y/N]" in question[0]:
            answer = "y"
        elif question[0].startswith("New password") or question[0].startswith("The same"):
            answer = PASSWORD
            if "admin@" in question[0]:
                self.known["PASSWORD"] = PASSWORD
        self._type(answer, is_silent="[y/N]" not in question[0])

    def _type(self, text, is_silent):
        """Types a line; a secret only once it does not appear, as what is typed before is thrown away."""
        deadline = time.monotonic() + READY_SECONDS
        while is_silent and termios.tcgetattr(self.master)[3] & termios.ECHO:
            assert time.monotonic() < deadline, f"a secret would appear\n{self.shown[-500:]}"
            # It is silenced when all that was said has been read.
            if select.select([self.master], [], [], 0.002)[0]:
                self.shown += os.read(self.master, 65536).decode(errors="replace")
        os.write(self.master, f"{text}\n".encode())

    def _learn(self, text):
        for word, name in (("PASSWORD", "password"), ("ACCESS", "access key"), ("SECRET", "secret key")):
            found = re.search(rf"^  {name} +(\S+)$", text, re.M)
            if found:
                self.known[word] = found[1]
