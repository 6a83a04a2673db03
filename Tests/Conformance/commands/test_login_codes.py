"""A login that wants a code, and changes that want to know who it is: what is asked for, sent, taken and told."""

import re

import pytest
from folders import CHEAP
from machine import Machine
from terminal import Terminal
from test_factors import add

from apps import earlier_code, oathtool
from muster import PASSWORD, Muster, unique_username

WRONG = "That code is wrong, used up or too old. Try again."


@pytest.fixture
def jane(machine, stranger):
    """Somebody who has just logged in, and reads mail."""
    name = unique_username("jane")
    machine.muster(f"users add {name} --password-stdin --quiet", stdin=PASSWORD + "\n")
    stranger.muster(f"login {name} --password-stdin", stdin=PASSWORD + "\n")
    return name


def recovery_codes(shown):
    return re.findall("\\b[2-9A-HJ-NP-Z]{6}(?:-[2-9A-HJ-NP-Z]{6}){3}\\b", shown)


def test_what_is_asked_for_is_what_the_user_has_and_a_wrong_code_is_asked_for_again(
    machine, stranger, muster, jane, tmp_path
):
    _, shown = add(stranger, tmp_path)
    machine.muster(f"users twofactor set {jane} --email")
    known = len(muster.messages(jane))
    with Terminal(stranger, "login", jane) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.wait_for(
            "\nA code is needed: of your authenticator app, or sent by e-mail, or a recovery code. "
            'For one to be sent type "send".'
        )
        terminal.answer("Code: ", "nonsense\n", is_silent=True)
        terminal.wait_for(WRONG)
        terminal.answer("Code: ", "\n", is_silent=True)
        terminal.answer("Code: ", "send fax\n", is_silent=True)
        terminal.wait_for("Type one of the codes: of your authenticator app")
        terminal.answer("Code: ", "send\n", is_silent=True)
        terminal.wait_for("A code is on its way by e-mail.")
        code = muster.newest_code(jane, known)
        terminal.answer("Code: ", "Send e-mail\n", is_silent=True)
        terminal.answer("Code: ", "send email\n", is_silent=True)
        terminal.wait_for("A code is on its way by e-mail.")
        terminal.answer("Code: ", f" {code} \n", is_silent=True)
        shown_at_login = terminal.end()
    assert "Logged in" in shown_at_login and "Recovery codes" not in shown_at_login
    assert "muster: " not in shown_at_login
    codes = recovery_codes(shown)
    for left, code in zip((7, 6, 5, 4, 3), codes, strict=False):
        told = stranger.muster(f"login {jane} --password-stdin", stdin=f"{PASSWORD}\n{code}\n")
        assert told.endswith(f"Recovery codes left: {left}.\n")
    for left, code in zip((2, 1, 0), codes[5:], strict=True):
        told = stranger.muster(f"login {jane} --password-stdin", stdin=f"{PASSWORD}\n{code}\n")
        assert told.endswith(f"Recovery codes left: {left}. Make new ones: muster factors recovery-codes\n")
    assert "Recovery codes left: 0\n" in stranger.muster("factors list")


def test_a_code_is_sent_where_it_is_asked_for(machine, stranger, muster, jane, tmp_path):
    add(stranger, tmp_path)
    machine.muster(f"users twofactor set {jane} --email")
    known = len(muster.messages(jane))
    line = f"login {jane} --password-stdin --send"
    told = stranger.refusal(f"{line} sms", 65, stdin=PASSWORD + "\n")
    assert told == "No codes are sent to you by SMS. They come by e-mail."
    done = stranger.run(f"muster {line} email", PASSWORD + "\n")
    assert done.returncode == 77 and "A code is on its way by e-mail.\n" in done.stderr
    assert done.stderr.endswith(", or a recovery code. Give it as the second line of standard input.\n")
    code = muster.newest_code(jane, known)
    stranger.muster(f"login {jane} --password-stdin", stdin=f"{PASSWORD}\n{code}\n")
    told = stranger.refusal("login --api-keys --send email", 64)
    assert "--api-keys say who you are; leave out the name, the password and the code." in told


def test_five_wrong_codes_end_a_login(machine, stranger, jane):
    machine.muster(f"users twofactor set {jane} --email")
    with Terminal(stranger, "login", jane) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.wait_for('A code is needed: that was sent by e-mail. For another one type "send".')
        for _ in range(5):
            terminal.answer("Code: ", "00000x\n", is_silent=True)
        shown = " ".join(terminal.end(77).split())
    assert (
        "5 codes were wrong, and no more are read. Each counts as a failed login; after the sixth in a row the user is "
        "locked for a while. Begin again." in shown
    )


def test_a_login_whose_user_is_gone_is_over(machine, stranger, jane):
    machine.muster(f"users twofactor set {jane} --email")
    with Terminal(stranger, "login", jane) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.wait_for("Code: ")
        machine.muster(f"users remove {jane} --yes")
        terminal.type("123456\n")
        terminal.wait_for("The time for the code is over, or too many were wrong. Begin again.")
        terminal.end(77)


def test_who_must_set_up_a_factor_is_told_at_the_login(machine, stranger, jane):
    machine.muster(f"users auths set {jane} --second-factor")
    told = stranger.muster(f"login {jane} --password-stdin", stdin=PASSWORD + "\n")
    assert told.endswith("You have to set up a second factor first. Run: muster factors add totp\n")


def test_a_mistyped_code_of_a_new_app_is_asked_for_again(stranger, jane):
    wrong = "The code is not the one that the app shows now. Check the clock of its device."
    with Terminal(stranger, "factors", "add", "totp") as terminal:
        terminal.wait_for("or type in the secret: ")
        terminal.answer("Code: ", "00000x\n", is_silent=True)
        terminal.wait_for(f"{wrong} Try again.")
        terminal.wait_for("Code: ")
        secret = re.search("the secret: ([A-Z2-7]{32})", terminal.shown)[1]
        terminal.type(oathtool(secret) + "\n")
        assert "Added the app" in terminal.end()
    with Terminal(stranger, "factors", "add", "totp") as terminal:
        for _ in range(5):
            terminal.answer("Code: ", "00000x\n", is_silent=True)
        shown = " ".join(terminal.end(65).split())
    assert wrong in shown
    assert "Nothing was added. Delete the entry in the app, and begin again: muster factors add totp" in shown
    done = stranger.run("muster factors add totp < /dev/null")
    assert done.returncode == 64 and "no terminal to ask for the code at" in done.stderr
    assert "secret:" not in done.stderr and "\u2580" not in done.stderr


def test_nobody_makes_recovery_codes_of_others(stranger, jane, tmp_path):
    add(stranger, tmp_path)
    told = stranger.refusal("factors recovery-codes 2 --yes", 64)
    number = re.search(r"\(id (\d+)\)", told)[1]
    assert told == f"Nobody makes recovery codes of others, and you are {jane} (id {number}). Nothing was changed."
    assert len(recovery_codes(stranger.muster(f"factors recovery-codes {jane} --yes"))) == 8


def test_who_it_is_about_is_said_with_the_files(tmp_path):
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path / "machine", server)
        machine.muster("users add joe --no-password")
        server.stop()
        files = f"--data-dir {server.data_dir}"
        note = "This is about admin@example.com (id 2), as whom --data-dir works.\n"
        with Terminal(machine, "factors", "add", "totp", "--data-dir", str(server.data_dir)) as terminal:
            terminal.wait_for("This is about admin@example.com (id 2), as whom --data-dir works.")
            terminal.wait_for("Code: ")
            secret = re.search("the secret: ([A-Z2-7]{32})", terminal.shown)[1]
            terminal.type(oathtool(secret) + "\n")
            assert 'Added the app "Authenticator app" of admin@example.com (id 2).' in terminal.end()
        done = machine.run(f"muster factors list {files}")
        assert done.stderr == note and "Authenticator app" in done.stdout
        assert re.match(r"joe \(id \d+\) has no app", machine.run(f"muster factors list joe {files}").stderr)
        done = machine.run(f"muster factors recovery-codes --yes {files}")
        assert done.returncode == 64 and done.stderr == note + (
            "muster: With --data-dir --yes ends the codes of somebody who is named. "
            "Say: muster factors recovery-codes admin@example.com\n"
        )
        done = machine.run(f"muster factors recovery-codes joe --yes {files}")
        assert done.returncode == 64 and "Nobody makes recovery codes of others, and you are admin@" in done.stderr
        with Terminal(machine, "factors", "recovery-codes", "--data-dir", str(server.data_dir)) as terminal:
            question = "End the 8 recovery codes that admin@example.com (id 2) has now? [y/N] "
            terminal.answer(question, "n\n", is_silent=False)
            terminal.end(1)
        assert len(recovery_codes(machine.muster(f"factors recovery-codes admin@example.com --yes {files}"))) == 8
        number = machine.muster(f"factors list --quiet {files}").strip()
        told = machine.muster(f"factors remove {number} --yes {files}")
        assert told == 'Removed totp "Authenticator app" of admin@example.com (id 2).\n'
        assert machine.run(f"muster users twofactor show {files}").stderr == note
        server.start()


def test_a_code_confirms_who_it_is_in_place_of_the_password(tmp_path):
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path / "machine", server, is_anonymous=True)
        secret_of_admin = server.admin["password"] + "\n"
        machine.muster("login admin@example.com --password-stdin", stdin=secret_of_admin)
        secret, _ = add(machine, tmp_path)
        server.stop()
        server.change(
            "UPDATE session SET authenticated_at = authenticated_at - 600000",
            # The code that set the app up is taken once.
            "UPDATE factor SET last_step = NULL",
        )
        server.start()
        with Terminal(machine, "factors", "recovery-codes", "--yes") as terminal:
            terminal.answer("Present password (Enter for a code): ", "\n", is_silent=True)
            terminal.wait_for("Your code: of your authenticator app, or a recovery code.")
            terminal.answer("Code: ", "00000x\n", is_silent=True)
            terminal.wait_for(WRONG)
            terminal.answer("Code: ", earlier_code(secret) + "\n", is_silent=True)
            assert len(recovery_codes(terminal.end())) == 8
        # Now it has been confirmed within five minutes.
        assert len(recovery_codes(machine.muster("factors recovery-codes --yes"))) == 8


def test_nothing_is_reset_twice(machine, stranger, jane, tmp_path):
    add(stranger, tmp_path)
    machine.muster(f"factors reset {jane} --yes")
    told = machine.refusal(f"factors reset {jane} --yes", 67)
    assert told.startswith(f"{jane} (id ") and told.endswith(" has no second factor. Nothing was changed.")
    told = stranger.refusal("factors remove Phone --yes", 64)
    assert 'A factor is named by the number that muster factors list shows, not by "Phone".' in told
