"""What a run of these tests does to the machine below it: nothing. That machine is here the one of this run.

Each test runs some of the suite once more, by apart.sh as run.sh does, and looks before and after.
"""

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from machine import APART, SECONDS, as_root, is_apart, run
from muster import until

HERE = Path(__file__).parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"]
AGAIN = [HERE / "apart.sh", *PYTEST]
# Makes an account, and gives it a password through PAM.
SOME = "ssh/test_passwords.py::test_the_account_of_the_machine_has_no_say_in_the_password"
RUN_SECONDS = 120

# Names, kinds, modes, owners and where links lead, of everything; and the bytes of every file that says who comes in.
LOOK = r"""
find /etc /dev /var/log -xdev ! -type p -printf '%p %y %m %U:%G %l\n' | sort
find /run /run/apart "$1" -xdev -maxdepth 1 -printf '%p %y %m %U:%G\n' | sort
find /etc -xdev -type f -exec sha256sum {} + | sort
cat /proc/self/mountinfo
"""


def look():
    """Everything on this machine that a run might change, as one text."""
    return as_root("sh", "-euc", LOOK, "sh", tempfile.gettempdir())


def processes():
    """The programs that run now, by number: what each was started with."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(words):
                found[int(folder.name)] = [word.decode(errors="replace") for word in words]
    return found


@contextmanager
def unchanged():
    """What is run inside leaves files, names, mounts and processes as they were."""
    files, known = look(), processes().keys()
    yield known
    until(lambda: not (processes().keys() - known), SECONDS, "an end of all that was started")
    after = look()
    assert sorted(set(after.splitlines()) ^ set(files.splitlines())) == []
    assert "/etc/passwd" in files and "/etc/shadow" in files and "/etc/pam.d/other" in files


def test_these_tests_run_apart(machine):
    assert is_apart()
    assert tempfile.gettempdir() == str(APART / "tmp")
    # The first process is apart.sh, so that all others end with it.
    assert any("apart.sh" in word for word in processes()[1])


def test_a_run_changes_nothing_on_the_machine(machine):
    with unchanged():
        done = subprocess.run(
            [*AGAIN, SOME], cwd=HERE.parent, capture_output=True, text=True, timeout=RUN_SECONDS
        )
        assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("victim", ["pytest", "unshare"])
def test_nothing_is_left_of_a_run_that_is_killed(machine, victim):
    with unchanged() as known:
        held = subprocess.Popen(
            [*AGAIN, "ssh/held.py"], cwd=HERE.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        watch = threading.Timer(RUN_SECONDS, held.stdout.close)
        watch.start()
        try:
            for line in held.stdout:
                if b"held" in line:
                    break
            mine = {number: words for number, words in processes().items() if number not in known}
            # There is something to be left.
            told = [" ".join(words) for words in mine.values()]
            for program in ["muster-sshd-", "muster serve "]:
                assert [text for text in told if program in text], told
            first = {
                "pytest": lambda words: words[: len(PYTEST)] == PYTEST,
                "unshare": lambda words: Path(words[0]).name == "unshare",
            }[victim]
            [number] = [number for number, words in mine.items() if first(words)]
            as_root("kill", "-KILL", number)
            assert held.wait(SECONDS) != 0
        finally:
            watch.cancel()
            held.kill()
            held.wait()
            held.stdin.close()
            held.stdout.close()


# PAM that refuses everything, as a module for the quality of passwords does, and names from a service that is not there.
# `$1` is an account; the rest is what is then run. A password cannot be set there, or the machine was not hostile.
HOSTILE = r"""
mkdir "$1/pam.d"
for service in other chpasswd useradd usermod groupadd sudo runuser sshd common-auth common-account common-password; do
    printf '%s requisite pam_deny.so\n' auth account password session > "$1/pam.d/$service"
done
echo 'passwd: sss' > "$1/nsswitch.conf"
mount --bind "$1/pam.d" /etc/pam.d
if echo "$2:Some-Password-1" | chpasswd; then exit 99; fi
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
shift 2
exec "$@"
"""


def test_what_the_machine_has_set_up_for_pam_and_names_does_not_matter(machine, tmp_path):
    with unchanged():
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", HOSTILE, "sh"]
        prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
        done = subprocess.run(
            [*prefix, *command, tmp_path, machine.breakglass, *AGAIN, SOME],
            cwd=HERE.parent,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
        assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


def test_without_a_machine_of_their_own_the_tests_make_nothing(machine):
    """What makes a run apart is hidden from it: then there is no test, and no account."""
    with unchanged():
        hidden = 'mount -t tmpfs apart /run/apart/etc; exec "$@"'
        words = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", hidden, "sh"]
        code = "import machine; machine.Machine()"
        words += ["env", f"PYTHONPATH={HERE}:{HERE.parent}", sys.executable, "-Bc", code]
        done = run(*([] if os.geteuid() == 0 else ["sudo", "-n"]), *words)
        assert done.returncode == 1 and b"run them by ssh/apart.sh" in done.stderr, done
