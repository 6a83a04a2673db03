"""Authenticator apps and recovery codes at the terminal, with oathtool as the app and zbarimg as its camera."""

import re

import pytest
from terminal import Terminal

from apps import oathtool, scanned
from muster import PASSWORD, unique_username

MODULE = 8
BLOCKS = {" ": (255, 255), "\u2580": (0, 255), "\u2584": (255, 0), "\u2588": (0, 0)}


def photograph(shown, path):
    """The QR code on a terminal as a picture: each half block is a square of its colour."""
    lines = re.findall("\x1b\\[30;107m([ \u2580\u2584\u2588]+)\x1b\\[0m", shown)
    rows = []
    for line in lines:
        for half in (0, 1):
            row = bytes(shade for sign in line for shade in [BLOCKS[sign][half]] * MODULE)
            rows += [row] * MODULE
    path.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + b"".join(rows))
    return path


@pytest.fixture
def jane(machine, stranger):
    """Somebody who has just logged in."""
    name = unique_username("jane")
    machine.muster(f"users add {name} --password-stdin --quiet", stdin=PASSWORD + "\n")
    stranger.muster(f"login {name} --password-stdin", stdin=PASSWORD + "\n")
    return name


def add(stranger, tmp_path):
    """Sets up an app at a terminal; its secret, and everything that was shown."""
    with Terminal(stranger, "factors", "add", "totp", "--label", "Phone") as terminal:
        terminal.wait_for("or type in the secret: ")
        terminal.wait_for("Code: ")
        uri = scanned(photograph(terminal.shown, tmp_path / "terminal.pgm"))
        secret = re.search("secret=([A-Z2-7]{32})", uri)[1]
        assert secret in terminal.shown
        terminal.type(oathtool(secret) + "\n")
        shown = terminal.end()
    return secret, shown


def test_an_app_is_set_up_from_the_picture_on_the_terminal(machine, stranger, jane, tmp_path):
    secret, shown = add(stranger, tmp_path)
    assert 'Added the app "Phone".' in shown
    codes = re.findall("\\b[2-9A-HJ-NP-Z]{6}(?:-[2-9A-HJ-NP-Z]{6}){3}\\b", shown)
    assert len(set(codes)) == 8
    listed = stranger.muster("factors list")
    assert "totp" in listed and "Phone" in listed and "Recovery codes left: 8" in listed
    assert secret not in listed
    assert "Phone" in machine.muster(f"factors list {jane} --format csv")
    assert "1 app, 8 recovery codes left" in machine.muster(f"users show {jane}")
    assert jane not in machine.muster(f"users list --filter {jane} --no-factor")
    machine.muster(f"users twofactor set {jane} --email")
    assert "1 app, e-mail, 8 recovery codes left" in machine.muster(f"users show {jane}")
    machine.muster(f"users twofactor set {jane} --no-email")
    # The profile's session is over; the next login wants a code.
    stranger.muster("logout")
    told = stranger.refusal(f"login {jane} --password-stdin", 77, stdin=PASSWORD + "\n")
    assert told == (
        "A code is needed: of your authenticator app, or a recovery code. Give it as the second line of standard input."
    )
    stranger.muster(f"login {jane} --password-stdin", stdin=f"{PASSWORD}\n{codes[0]}\n")
    assert "Recovery codes left: 7" in stranger.muster("factors list")


def test_new_recovery_codes_and_the_removal_of_the_app(machine, stranger, jane, tmp_path):
    add(stranger, tmp_path)
    told = stranger.refusal("factors recovery-codes < /dev/null", 64)
    assert "--yes" in told
    with Terminal(stranger, "factors", "recovery-codes") as terminal:
        terminal.answer("End the 8 recovery codes that you have now? [y/N] ", "n\n", is_silent=False)
        terminal.end(code=1)
    told = stranger.refusal("factors recovery-codes --yes --quiet", 64)
    assert "--quiet would keep the codes to itself. They are shown only once." in told
    shown = stranger.muster("factors recovery-codes --yes --format json")
    assert shown.count('"code"') == 8
    line = "factors recovery-codes --yes --password-stdin --format csv"
    assert len(stranger.muster(line, stdin=PASSWORD + "\n").splitlines()) == 9
    number = stranger.muster("factors list --quiet").strip()
    assert stranger.muster(f"factors remove {number} --yes") == 'Removed totp "Phone".\n'
    assert stranger.refusal(f"factors remove {number} --yes", 67) == (
        f"You have no factor {number}. See: muster factors list"
    )
    assert re.search("Second factor +none\n", machine.muster(f"users show {jane}"))
    assert jane in machine.muster(f"users list --filter {jane} --no-factor")
    stranger.refusal("factors recovery-codes --yes", 67)


def test_a_wrong_code_adds_nothing(stranger, jane):
    told = stranger.refusal("factors add totp --quiet", 64)
    assert "--quiet would keep the secret to itself. It is shown only once." in told
    done = stranger.run("muster factors add totp --code-stdin <<< 000000x")
    assert done.returncode == 65, done.stderr
    assert "not the one that the app shows" in done.stderr
    assert " has no app and no passkey.\n" in stranger.run("muster factors list").stderr


def test_an_administrator_takes_all_factors_from_a_user(machine, stranger, jane, tmp_path):
    add(stranger, tmp_path)
    with Terminal(machine, "factors", "reset", jane) as terminal:
        terminal.wait_for(f"Take all second factors from {jane} (id ")
        terminal.answer(", and end its sessions? [y/N] ", "n\n", is_silent=False)
        number = re.search(r"\(id (\d+)\)", terminal.shown)[1]
        assert f"Take all second factors from {jane} (id {number}), and end its sessions?" in terminal.shown
        terminal.end(code=1)
    assert machine.muster(f"factors reset {jane} --yes").startswith("Took all second factors from")
    told = machine.refusal("factors reset admin@example.com --yes", 1)
    assert told == "Another administrator resets your factors. Remove yours with: muster factors remove ID"
    stranger.muster(f"login {jane} --password-stdin", stdin=PASSWORD + "\n")
    told = stranger.refusal("sessions list", 77)
    assert told == "You have to set up a second factor first. Run: muster factors add totp"
    assert "none, and one is required" in machine.muster(f"users show {jane}")
    # The administrator takes that back.
    assert ",true" in machine.muster(f"users auths show {jane} --format csv").splitlines()[1][-5:]
    machine.muster(f"users auths set {jane} --no-second-factor")
    stranger.muster("sessions list")
    machine.muster(f"users auths set {jane} --second-factor")
    stranger.refusal("sessions list", 77)


def test_an_administrator_is_told_of_a_last_factor_that_goes(machine, jane):
    warning = (
        f"{jane} must have a second factor and has none any more: until one is set up, a login is good for nothing else. "
        f"To ask for none: muster users auths set {jane} --no-second-factor\n"
    )
    machine.muster(f"users auths set {jane} --no-second-factor")
    for setting, told in (("--no-second-factor", ""), ("--second-factor", warning)):
        machine.muster(f"users twofactor set {jane} --email")
        machine.muster(f"users auths set {jane} {setting}")
        assert machine.run(f"muster users twofactor set {jane} --no-email").stderr == told


def test_a_pair_of_keys_asks_for_the_password(machine, jane):
    line = "factors add totp --password-stdin --code-stdin"
    stdin = machine.environment["ADMIN_PASSWORD"] + "\n000000x\n"
    done = machine.run("muster " + line, stdin)
    assert done.returncode == 65 and "secret: " in done.stderr, done.stderr
    assert "No such" not in done.stdout


def test_the_code_of_an_app_is_asked_for_at_the_terminal(stranger, jane, tmp_path):
    _, shown = add(stranger, tmp_path)
    code = re.search("[2-9A-HJ-NP-Z]{6}(?:-[2-9A-HJ-NP-Z]{6}){3}", shown)[0]
    stranger.muster("logout")
    with Terminal(stranger, "login", jane) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.wait_for("A code is needed")
        terminal.answer("Code: ", code + "\n", is_silent=True)
        assert "Logged in" in terminal.end()
