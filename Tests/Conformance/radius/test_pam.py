"""A machine whose sign-ins RADIUS judges, by Debian's pam_radius_auth: right and wrong passwords, codes, and who is disabled."""

import subprocess
from pathlib import Path

import pytest
from conftest import edit
from freeradius import SECRET

from muster import PASSWORD

HERE = Path(__file__).resolve().parent


@pytest.fixture
def sign_in(radius, tmp_path):
    """Begins a sign-in: a process that asks for what it needs."""
    settings = tmp_path / "pam_radius_auth.conf"
    # The client that its requests come from is one of clients.conf of its own: they are not signed.
    settings.write_text(f"127.0.0.1:{radius.port} {SECRET} 20 {radius.unsigned}\n")

    def begin(name, host="192.0.2.7"):
        return subprocess.Popen(
            [HERE.parent / "ssh" / "apart.sh", HERE / "sign_in.sh", settings, name, host],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return begin


def came_in(process, *answers):
    said, _ = process.communicate("".join(f"{answer}\n" for answer in answers), 60)
    assert process.returncode in (0, 1), said
    return process.returncode == 0


def test_a_machine_lets_in_by_the_password_until_the_user_is_disabled(sign_in, muster, jane):
    name = jane["username"]
    assert came_in(sign_in(name), PASSWORD)
    assert not came_in(sign_in(name), "wrong")
    assert not came_in(sign_in("nobody@example.com"), PASSWORD)
    edit(muster, jane, hosts=["203.0.113.0/24"])
    assert not came_in(sign_in(name), PASSWORD)
    assert came_in(sign_in(name, "203.0.113.9"), PASSWORD)
    edit(muster, jane, hosts=[], enabled=False)
    assert not came_in(sign_in(name), PASSWORD)


def test_whoever_has_a_second_factor_is_asked_for_the_code(sign_in, muster, jane):
    name = jane["username"]
    done = muster.request("PATCH", f"/muster/v1/users/{jane['id']}/two-factor", json={"email_enabled": True})
    assert done.status_code == 204, done.text
    known = len(muster.messages(name))
    process = sign_in(name)
    said = ""
    while not said.endswith("Password: "):
        said += process.stdout.read(1) or pytest.fail(said)
    process.stdin.write(PASSWORD + "\n")
    process.stdin.flush()
    code = muster.newest_code(name, known)
    said, _ = process.communicate(code + "\n", 60)
    assert process.returncode == 0 and "Enter the code that was sent to you" in said, said
    # A code that was sent a moment ago is not sent again, and opens nothing a second time.
    assert not came_in(sign_in(name), PASSWORD, code)
