"""Somebody at a machine: a home of their own, `muster` on the path, and the administrator's keys."""

import os
import subprocess

from muster import PASSWORD, binary, environment

SECONDS = 180


class Machine:
    """Runs command lines in a shell, in a folder that goes away; `server` is the one they talk to.

    The environment has the address and the administrator's API keys, unless `is_anonymous`.
    """

    def __init__(self, folder, server=None, is_anonymous=False):
        self.home = folder / "home"
        self.work = folder / "work"
        programs = folder / "bin"
        for path in (self.home, self.work, programs):
            path.mkdir(parents=True)
        (programs / "muster").symlink_to(binary())
        self.environment = environment() | {
            "HOME": str(self.home),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PASSWORD": PASSWORD,
        }
        for name in ("XDG_CONFIG_HOME", "NO_COLOR"):
            self.environment.pop(name, None)
        if server is not None:
            self.environment |= server.store
            self.environment["MUSTER_URL"] = server.url
            self.environment["DATA"] = str(server.data_dir)
            self.environment["ADMIN_PASSWORD"] = server.admin["password"]
            if not is_anonymous:
                access, secret = server.admin_keys
                self.environment |= {"MUSTER_ACCESS_KEY": access, "MUSTER_SECRET_KEY": secret}

    def run(self, line, stdin="", **variables):
        """Runs a line of shell to its end and returns what it wrote and how it ended."""
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.work,
            env=self.environment | variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    def muster(self, line, stdin="", code=0, **variables):
        """Runs `muster LINE`, demands an exit code, and returns standard output."""
        done = self.run("muster " + line, stdin, **variables)
        assert done.returncode == code, (line, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def refusal(self, line, code, stdin="", **variables):
        """Runs `muster LINE`, demands that it fails with a code, and returns its one sentence."""
        done = self.run("muster " + line, stdin, **variables)
        assert done.returncode == code, (line, done.returncode, done.stdout, done.stderr)
        assert done.stdout == "", done.stdout
        begin, _, sentence = done.stderr.partition("muster: ")
        assert begin == "" and sentence.count("\n") == 1, done.stderr
        return sentence.strip()
