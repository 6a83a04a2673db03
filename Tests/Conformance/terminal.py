"""A person at a terminal: a pseudo-terminal with a program on it."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

from muster import binary

SECONDS = 120
# What no program writes.
END = "\0\0end\0\0"


def _as_a_shell_does():
    """Takes the terminal, and lets Ctrl-C through where whoever runs the tests ignores it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """Runs `muster ARGUMENTS` on a pseudo-terminal of its own.

    `shown` is everything that the terminal has shown so far, with its own line ends.
    """

    def __init__(self, machine, *arguments, **variables):
        self.shown = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.master, follower = pty.openpty()
        self.process = subprocess.Popen(
            [binary(), *arguments],
            cwd=machine.work,
            env=machine.environment | {"TERM": "xterm-256color"} | variables,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            preexec_fn=_as_a_shell_does,
        )
        # The pair is kept open, so that the terminal's settings can be read when the program is gone.
        self.follower = follower

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.follower)

    def _read(self, deadline):
        wait = max(0, min(0.05, deadline - time.monotonic()))
        if select.select([self.master], [], [], wait)[0]:
            # What is read may end within a character.
            self.shown += self._decoder.decode(os.read(self.master, 65536))

    def _read_all(self):
        """Reads what a program that has ended has left: everything before a mark that stands behind it."""
        deadline = time.monotonic() + SECONDS
        while not select.select([], [self.follower], [], 0)[1]:
            assert time.monotonic() < deadline, self.shown
            self._read(deadline)
        os.write(self.follower, END.encode())
        while END not in self.shown:
            assert time.monotonic() < deadline, self.shown
            self._read(deadline)
        self.shown = self.shown.replace(END, "")

    def wait_for(self, text):
        """Reads until the terminal shows `text` after what was waited for before."""
        deadline = time.monotonic() + SECONDS
        start = getattr(self, "_seen", 0)
        while text not in self.shown[start:]:
            assert time.monotonic() < deadline, f"not shown: {text!r}\n{self.shown}"
            if self.process.poll() is None:
                self._read(deadline)
            else:
                self._read_all()
                assert text in self.shown[start:], f"ended without {text!r}\n{self.shown}"
        self._seen = self.shown.index(text, start) + len(text)

    def type(self, text):
        """Types, as on a keyboard."""
        os.write(self.master, text.encode())

    def answer(self, question, text, is_silent):
        """Waits for a question, looks whether what is typed will appear, and answers it."""
        self.wait_for(question)
        if is_silent:
            assert not self.echoes, f"{question!r} stood there before the terminal was silent"
        else:
            self.until(lambda: self.echoes, f"echo at {question!r}")
        self.type(text)

    def until(self, condition, what):
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{what}\n{self.shown}"
            self._read(deadline)

    @property
    def echoes(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.follower)[3] & termios.ECHO)

    @property
    def settings(self):
        return termios.tcgetattr(self.follower)

    def end(self, code=0):
        """Waits for the end of the program, and demands an exit code."""
        self.until(lambda: self.process.poll() is not None, "an end")
        self._read_all()
        assert self.process.returncode == code, (self.process.returncode, self.shown)
        return self.shown.replace("\r\n", "\n")


def colours(text):
    """The escape sequences in a text."""
    return re.findall(r"\x1b\[[0-9;]*m", text)
