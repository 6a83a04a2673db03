"""What only somebody at a terminal sees: questions, silence, colours, Ctrl-C."""

import re
import signal

import pytest
from terminal import Terminal, colours

from muster import PASSWORD, unique_username

NEW = "Lantern-82-Ferry-Walnut"


@pytest.fixture
def jane(machine):
    name = unique_username("jane")
    machine.muster(f"users add {name} --password-stdin --quiet", stdin=PASSWORD + "\n")
    return name


# Prompts


def test_a_login_asks_and_shows_no_password(stranger, jane):
    with Terminal(stranger, "login") as terminal:
        terminal.answer("User name: ", jane + "\n", is_silent=False)
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        shown = terminal.end()
        assert terminal.echoes
    assert PASSWORD not in shown and f"as {jane} (id " in shown
    assert jane in stranger.muster("whoami")


def test_a_second_factor_is_asked_for(machine, stranger, muster, jane):
    machine.muster(f"users edit {jane} --email {jane}")
    machine.muster(f"users twofactor set {jane} --email")
    known = len(muster.messages(jane))
    with Terminal(stranger, "login", jane) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.wait_for("A code is needed")
        code = muster.newest_code(jane, known)
        terminal.answer("Code: ", code + "\n", is_silent=True)
        shown = terminal.end()
    assert code not in shown and PASSWORD not in shown
    assert "Logged in" in shown


def test_a_wrong_code_is_refused(machine, stranger, jane):
    machine.muster(f"users edit {jane} --email {jane}")
    machine.muster(f"users twofactor set {jane} --email")
    with Terminal(stranger, "login", jane) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.answer("Code: ", "nocode\n", is_silent=True)
        terminal.wait_for("That code is wrong, used up or too old. Try again.")
        terminal.answer("Code: ", "\x03", is_silent=True)
        terminal.end(130)
    assert not (stranger.home / ".config/muster/profiles.json").exists()


def test_api_keys_are_asked_for_and_not_shown(stranger, account):
    user = account(64)
    with Terminal(stranger, "login", "--api-keys") as terminal:
        terminal.answer("Access key: ", user.keys[0] + "\n", is_silent=True)
        terminal.answer("Secret key: ", user.keys[1] + "\n", is_silent=True)
        shown = terminal.end()
    assert user.keys[0] not in shown and user.keys[1] not in shown
    assert user.username in stranger.muster("whoami")
    # The pair in the profile is replaced with the pair on the server.
    stranger.muster(f"apikeys rotate --yes {user.username}")
    assert user.username in stranger.muster("whoami")


def test_a_new_password_is_asked_for_twice(machine, jane):
    with Terminal(machine, "users", "passwd", jane) as terminal:
        terminal.answer(f"New password for {jane}: ", NEW + "\n", is_silent=True)
        terminal.answer("The same again: ", NEW + "\n", is_silent=True)
        shown = terminal.end()
    assert NEW not in shown
    machine.muster(f"authenticate {jane} --password-stdin", stdin=NEW + "\n")


def test_two_passwords_that_differ_change_nothing(machine, jane):
    with Terminal(machine, "users", "passwd", jane) as terminal:
        terminal.answer("New password", NEW + "\n", is_silent=True)
        terminal.answer("The same again: ", NEW + "x\n", is_silent=True)
        assert "not the same. Nothing was changed." in terminal.end(65)
    machine.muster(f"authenticate {jane} --password-stdin", stdin=PASSWORD + "\n")


def test_ones_own_password_needs_the_present_one(stranger, jane):
    stranger.muster(f"login {jane} --password-stdin", stdin=PASSWORD + "\n")
    with Terminal(stranger, "users", "passwd") as terminal:
        terminal.answer("Present password: ", PASSWORD + "\n", is_silent=True)
        terminal.answer("New password", NEW + "\n", is_silent=True)
        terminal.answer("The same again: ", NEW + "\n", is_silent=True)
        terminal.end()
    # The session that made the change goes on.
    assert jane in stranger.muster("whoami")


def test_authenticate_asks(machine, jane):
    with Terminal(machine, "authenticate", jane) as terminal:
        terminal.answer(f"Password of {jane}: ", PASSWORD + "\n", is_silent=True)
        assert PASSWORD not in terminal.end()


def test_a_correction_at_a_prompt_counts(machine, jane):
    with Terminal(machine, "authenticate", jane) as terminal:
        terminal.answer("Password of", "wrong\x15" + PASSWORD + "x\x7f\n", is_silent=True)
        terminal.end()


def test_control_characters_at_a_prompt_are_refused(machine, jane):
    with Terminal(machine, "authenticate", jane) as terminal:
        terminal.answer("Password of", "a\x1a\x01b\n", is_silent=True)
        assert "control characters" in terminal.end(65)
        assert terminal.echoes


# Ctrl-C, and other ends


@pytest.mark.parametrize("keys", ["\x03", "half\x03", "\x1c", "\x04"], ids=["c", "half", "backslash", "d"])
def test_an_end_at_a_silent_prompt_restores_the_terminal(machine, jane, keys):
    with Terminal(machine, "users", "passwd", jane) as terminal:
        before = terminal.settings
        terminal.answer("New password", keys, is_silent=True)
        shown = terminal.end(130)
        assert terminal.settings == before and terminal.echoes
    assert "half" not in shown and "Nothing was changed" in shown
    machine.muster(f"authenticate {jane} --password-stdin", stdin=PASSWORD + "\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["term", "hup"])
def test_a_signal_at_a_silent_prompt_restores_the_terminal(machine, jane, number):
    with Terminal(machine, "users", "passwd", jane) as terminal:
        before = terminal.settings
        # At once: the terminal is silent before the question stands there.
        terminal.until(lambda: not terminal.echoes, "silence")
        terminal.process.send_signal(number)
        terminal.until(lambda: terminal.process.poll() is not None, "an end")
        assert terminal.process.returncode == 128 + number
        assert terminal.settings == before


def test_ctrl_c_ends_a_question_that_is_not_silent(machine, jane):
    with Terminal(machine, "users", "remove", jane) as terminal:
        terminal.answer("[y/N] ", "\x03", is_silent=False)
        terminal.until(lambda: terminal.process.poll() is not None, "an end")
        assert terminal.process.returncode in (-signal.SIGINT, 130)
    machine.muster(f"users show {jane}")


def test_ctrl_c_ends_a_tail(machine):
    with Terminal(machine, "audit", "tail") as terminal:
        terminal.wait_for("TIME")
        terminal.type("\x03")
        terminal.until(lambda: terminal.process.poll() is not None, "an end")
        assert terminal.process.returncode in (-signal.SIGINT, 130)


# Confirmation


@pytest.mark.parametrize("answer", ["y", "yes", "Y"])
def test_yes_removes(machine, jane, answer):
    with Terminal(machine, "users", "remove", jane) as terminal:
        terminal.answer(f"Remove {jane} (id ", answer + "\n", is_silent=False)
        assert "Removed " in terminal.end()
    machine.refusal(f"users show {jane}", 67)


@pytest.mark.parametrize("answer", ["", "n", "no", "yess", "ja"])
def test_anything_else_removes_nothing(machine, jane, answer):
    with Terminal(machine, "users", "remove", jane) as terminal:
        terminal.answer("[y/N] ", answer + "\n", is_silent=False)
        assert "Nothing was changed." in terminal.end(1)
    machine.muster(f"users show {jane}")


def test_a_pipe_cannot_say_yes(machine, jane):
    assert "--yes" in machine.refusal(f"users remove {jane}", 64, stdin="y\n")
    machine.muster(f"users show {jane}")


# Colours


def test_a_terminal_has_colours(machine):
    with Terminal(machine, "users", "list") as terminal:
        assert {"\x1b[1m", "\x1b[32m", "\x1b[0m"} <= set(colours(terminal.end()))


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["no-color", "dumb"])
def test_no_colours_where_they_are_not_wanted(machine, variable):
    with Terminal(machine, "users", "list", **variable) as terminal:
        assert "\x1b" not in terminal.end()


@pytest.mark.parametrize("form", ["json", "csv"])
def test_formats_for_programs_have_no_colours(machine, form):
    with Terminal(machine, "users", "list", "--format", form) as terminal:
        assert "\x1b" not in terminal.end()


def test_a_pipe_gets_no_colours(machine):
    assert "\x1b" not in machine.muster("users list")


# What strangers have put into names


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_name_cannot_act_on_the_terminal(machine, muster, jane, form):
    record = muster.request("GET", "/users?q=" + jane).json()["users"][0]
    hostile = "\u202egnp.exe\u2028\u200f"
    answer = muster.request("PUT", f"/users/{record['id']}", json={"name": hostile})
    assert answer.status_code == 200, answer.text
    with Terminal(machine, "users", "list", "--filter", jane, "--format", form) as terminal:
        shown = terminal.end()
    assert not set(hostile) & set("\u202e\u2028\u200f") & set(shown)
    assert re.search(r"\\u\{?202e", shown)


def test_a_name_in_an_error_cannot_act_on_the_terminal(machine):
    with Terminal(machine, "users", "show", "\x1b[2Jx", NO_COLOR="1") as terminal:
        assert "\x1b" not in terminal.end(67)


def test_ones_own_address_and_factor_need_the_password(stranger, muster, account):
    user = account(64)
    own = user.password + "\n"
    stranger.muster(f"login {user.username} --password-stdin", stdin=own)
    address = "mail-" + user.username
    with Terminal(stranger, "users", "edit", user.username, "--email", address) as terminal:
        terminal.answer("Present password: ", user.password + "\n", is_silent=True)
        assert user.password not in terminal.end()
    with Terminal(stranger, "users", "twofactor", "set", "--email") as terminal:
        terminal.answer("Present password: ", NEW + "\n", is_silent=True)
        assert "Current password is invalid" in terminal.end(1)
    stranger.muster("users twofactor set --email --password-stdin", stdin=own)
    known = len(muster.messages(user.username))
    phone = f"+15559{user.id:06}"
    stranger.muster(f"users twofactor send --phone {phone} --password-stdin", stdin=own)
    code = muster.newest_code(user.username, known)
    stranger.muster("users twofactor verify --code-stdin", stdin=code + "\n")
    record = muster.request("GET", f"/muster/v1/users/{user.id}").json()
    assert record["email"] == address
    assert record["two_factor"]["email_enabled"] and record["two_factor"]["phone_verified"]


def test_somebody_elses_address_and_factor_need_no_password(machine, muster, jane):
    machine.muster(f"users edit {jane} --email {jane}")
    machine.muster(f"users twofactor set {jane} --email")
    known = len(muster.messages(jane))
    machine.muster(f"users twofactor send {jane} --phone +15558880001")
    code = muster.newest_code(jane, known)
    shown = machine.muster(f"users twofactor verify {jane} --code-stdin", stdin=code + "\n")
    assert re.search(r"Phone verified:? +yes", shown), shown


# Who administers


def test_the_administration_is_taken_from_oneself_only_after_a_question(stranger, account):
    user = account(64)
    stranger.muster(f"login {user.username} --password-stdin", stdin=user.password + "\n")
    for command in ["edit {} --role basic", "masks set {} --writebm none"]:
        words = ("users", *command.format(user.username).split())
        if "masks" in words:
            # The role goes on administering: nothing to ask.
            stranger.muster(" ".join(words))
            continue
        with Terminal(stranger, *words) as terminal:
            terminal.answer("may not administer users afterwards. Go on? [y/N] ", "n\n", is_silent=False)
            assert "Nothing was changed." in terminal.end(1)
        assert "There is no terminal to ask at" in stranger.refusal(" ".join(words), 64)
    stranger.muster(f"users edit {user.username} --role basic --yes")
    stranger.refusal("users list", 77)


def test_who_administers_is_said_and_shown(machine, jane):
    assert "may administer users, by writebm." in machine.muster(f"users masks set {jane} --writebm Users")
    assert "may administer users" not in machine.muster(f"users edit {jane} --name Jane")
    shown = machine.muster(f"users edit {jane} --role administrator")
    assert "may administer users, by permissions and writebm." in shown
    assert "role+masks" in machine.muster(f"users list --filter {jane}")
    assert "by permissions, writebm" in machine.muster(f"users show {jane}")
    # The bit goes with the role.
    assert "may administer" not in machine.muster(f"users edit {jane} --role standard")
    assert re.search(r"(?m)^Administers:? +no$", machine.muster(f"users show {jane}"))
