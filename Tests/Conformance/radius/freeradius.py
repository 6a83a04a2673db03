"""A real FreeRADIUS, set up in a temporary folder by the commands of docs/radius.md, in front of a server."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from muster import REPOSITORY, free_port, until

sys.path.insert(0, str(REPOSITORY / "Tests/Conformance/documents"))
from markdown import blocks  # noqa: E402

SECRET = "wWZ8kq2Vd7mTnE4sXb9LpR6c"
DEBIAN = "/etc/freeradius/3.0"


class FreeRadius:
    """`with FreeRadius(folder, muster, keys) as radius: radius.ask(...)`."""

    def __init__(self, folder, muster, keys, authority=None, certificate=None, patience=None):
        self.folder = Path(folder) / "raddb"
        self.muster, self.keys = muster, keys
        self.authority, self.certificate = authority, certificate
        # How many seconds an answer may take; as the document has it if unset.
        self.patience = patience
        self.port = free_port(kind=socket.SOCK_DGRAM)
        self.process = None
        # The address of a client whose requests need not be signed.
        self.unsigned = "127.0.0.2"

    def __enter__(self):
        self.install()
        self.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stop()

    def install(self):
        """As the document says, on a copy of Debian's folder."""
        shutil.copytree(DEBIAN, self.folder, symlinks=True)
        commands = [
            block.text for block in blocks((REPOSITORY / "docs/radius.md").read_text())
            if block.mark == "not run"
        ]
        self.types(commands[0])
        self.fill("muster.conf", url=self.muster.url, ca_file=self.authority)
        self.change("muster.conf", "accessKey=ACCESS_KEY;secretKey=SECRET_KEY", "accessKey={};secretKey={}".format(*self.keys))
        self.change("clients.conf", "CHANGE_ME_TO_24_RANDOM_CHARACTERS", SECRET)
        (block,) = [
            block.text for block in blocks((REPOSITORY / "docs/radius.md").read_text())
            if "require_message_authenticator = no" in block.text
        ]
        with open(self.folder / "clients.conf", "a") as clients:
            clients.write(block.replace("192.0.2.20", self.unsigned).replace("CHANGE_ME_TO_24_RANDOM_CHARACTERS", SECRET))
        if self.patience:
            self.change("mods-available/muster", "\ttimeout = 3.0", f"\ttimeout = {self.patience}")
            self.change("mods-available/muster", "connect_timeout = 2.0", f"connect_timeout = {self.patience}")
            self.change("radiusd.conf", "\nmax_request_time = 30\n", "\nmax_request_time = 120\n")
        self.change("sites-available/muster", "ipaddr = *", "ipaddr = 127.0.0.1")
        self.change("sites-available/muster", "port = 1812", f"port = {self.port}")
        if self.certificate:
            place = self.folder / "certs/muster"
            place.mkdir()
            for name, text in self.certificate.items():
                (place / name).write_text(text)
            self.types(commands[2])
        # It runs beside whatever else the machine has, as whoever runs the tests.
        text = (self.folder / "radiusd.conf").read_text()
        for name, value in [
            ("raddbdir", self.folder),
            ("localstatedir", self.folder.parent),
            ("logdir", self.folder.parent),
            ("run_dir", self.folder.parent),
        ]:
            text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        text = re.sub(r"(?m)^\s*(user|group) = freerad$", "", text)
        (self.folder / "radiusd.conf").write_text(text)

    def types(self, commands):
        """Runs the commands of a block, on this folder and without what is the machine's own."""
        kept = [
            line.replace(DEBIAN, str(self.folder)) for line in commands.splitlines()
            if not line.startswith(("apt-get", "systemctl", "freeradius"))
        ]
        script = "\n".join(["set -e"] + kept)
        subprocess.run(["bash", "-c", script], cwd=REPOSITORY, check=True, timeout=60)

    def change(self, name, old, new):
        text = (self.folder / name).read_text()
        assert old in text, (name, old)
        (self.folder / name).write_text(text.replace(old, new))

    def fill(self, name, **values):
        """Gives settings of a file other values."""
        text = (self.folder / name).read_text()
        for key, value in values.items():
            if value is not None:
                text, count = re.subn(rf'{key} = ".*"', f'{key} = "{value}"', text)
                assert count == 1, (name, key)
        (self.folder / name).write_text(text)

    @property
    def log(self):
        return (self.folder.parent / "freeradius.log").read_text(errors="replace")

    def start(self):
        checked = subprocess.run(
            ["freeradius", "-XC", "-d", self.folder], capture_output=True, text=True, timeout=60
        )
        assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr
        with open(self.folder.parent / "freeradius.log", "wb") as log:
            self.process = subprocess.Popen(
                ["freeradius", "-f", "-xx", "-l", "stdout", "-d", self.folder], stdout=log, stderr=log
            )
        until(lambda: "Ready to process requests" in self.log, 60, "a ready FreeRADIUS")

    def stop(self):
        process, self.process = self.process, None
        if process is not None:
            process.terminate()
            process.wait(60)

    def ask(self, *attributes, signed=True, retries=1, timeout=60):
        """One Access-Request: the word of the answer and its attributes, or None if there is no answer."""
        lines = list(attributes) + (["Message-Authenticator = 0x00"] if signed else [])
        done = subprocess.run(
            ["radclient", "-x", "-r", str(retries), "-t", str(timeout), f"127.0.0.1:{self.port}", "auth", SECRET],
            input=", ".join(lines) + "\n",
            capture_output=True,
            text=True,
            timeout=180,
        )
        return Answer(done.stdout)

    def log_in_many(self, lines, file, tries, seconds, timeout):
        """How many requests, of which a file is made, radclient has seen accepted, rejected and lost, 16 at a time, and all that it said."""
        file.write_text("\n\n".join(lines) + "\n")
        words = ["-s", "-p", "16", "-r", str(tries), "-t", str(seconds), "-f", file, f"127.0.0.1:{self.port}", "auth", SECRET]
        done = subprocess.run(["radclient", *words], capture_output=True, text=True, timeout=timeout)
        counts = dict(re.findall(r"(?m)^\s*(Accepted|Rejected|Lost)\s*: (\d+)", done.stdout))
        return counts, done.stdout + done.stderr

    def log_in(self, name, password, station="192.0.2.7", state=None):
        attributes = [f"User-Name = {quoted(name)}", f"User-Password = {quoted(password)}"]
        if station is not None:
            attributes.append(f"Calling-Station-Id = {quoted(station)}")
        if state is not None:
            attributes.append(f"State = {state}")
        return self.ask(*attributes)


class Answer:
    """What radclient has shown."""

    def __init__(self, text):
        self.text = text
        found = re.search(r"Received (Access-\w+)", text)
        self.word = found and found[1]
        behind = text.split(found[0], 1)[1] if found else ""
        self.attributes = {}
        for name, value in re.findall(r"(?m)^\s+([\w.-]+) = (.*)$", behind):
            value = value[1:-1] if value.startswith('"') else value
            self.attributes.setdefault(name, []).append(value)

    def __repr__(self):
        return self.text


def quoted(text):
    """A text as radclient reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
