"""What an administrator cannot do to its own account by a slip, and what a lost login says."""

import json
import re
import time

import pytest
from machine import Machine
from terminal import Terminal

from muster import PASSWORD, assert_within


SHUT_OUT = (
    "These hosts would shut you out yourself: you come from 127.0.0.1. Name that place, too, or let another "
    "administrator do it."
)


@pytest.mark.parametrize(
    "line",
    [
        "users hosts set admin@example.com 10.0.0.0/8",
        "users hosts add 2 10.0.0.0/8",
        "users edit admin@example.com --hosts 10.0.0.0/8,192.0.2.7",
    ],
)
def test_nobody_shuts_itself_out_by_hosts(own, line):
    assert own.refusal(line, 1) == SHUT_OUT
    assert json.loads(own.muster("users show admin@example.com --format json"))["hosts"] == []


def test_hosts_with_ones_own_place_are_taken_and_taken_back(own):
    assert own.muster("users hosts set 2 10.0.0.0/8 127.0.0.0/8 --quiet") == "10.0.0.0/8\n127.0.0.0/8\n"
    assert own.refusal("users hosts remove 2 127.0.0.0/8", 1) == SHUT_OUT
    own.muster("users hosts set 2 any")


def test_the_dialects_refuse_it_too(own, own_server):
    for path in ("/muster/v1/users/2", "/activelogic/v1/users/2"):
        answer = own_server.request("PATCH", path, json={"hosts": ["10.0.0.0/8"]})
        assert answer.status_code == 409 and "shut you out" in answer.text, answer.text


@pytest.mark.parametrize("timeout", ["-5", "2147483648", "99999999999999999999"])
def test_a_number_out_of_its_bounds_is_quoted_in_the_activelogic_dialect(own_server, timeout):
    answer = own_server.request("PATCH", "/activelogic/v1/users/2", body=f'{{"timeout":{timeout}}}')
    assert answer.status_code == 422, answer.text
    told = f"timeout is out of range: it must be from 0 to 2147483647, not {timeout}"
    assert answer.json()["error"]["message"] == told


def test_who_may_not_come_from_here_is_told_that_this_may_be_so(own, own_server, tmp_path):
    own.muster("users add far@example.com --password-stdin --hosts 10.0.0.0/8", stdin=PASSWORD + "\n")
    guest = Machine(tmp_path / "guest", own_server, is_anonymous=True)
    sentence = guest.refusal("login far@example.com --password-stdin", 77, stdin=PASSWORD + "\n")
    assert sentence.endswith("or the user is locked, disabled, or may not come from here.")
    pair = json.loads(own.muster("apikeys rotate far@example.com --format json"))
    keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    assert guest.refusal("whoami", 77, **keys).endswith("or no longer, or not from here.")


WRONG = {"MUSTER_ACCESS_KEY": "0" * 64, "MUSTER_SECRET_KEY": "0" * 64}


def test_keys_that_are_wrong_at_a_login_are_named(own, own_server):
    end = "or no longer, or not from here."
    told = own.refusal("login --api-keys --profile new", 77, **WRONG)
    assert told == f"{own_server.url} does not accept what is in MUSTER_ACCESS_KEY and MUSTER_SECRET_KEY, {end}"
    nobody = {"MUSTER_ACCESS_KEY": "", "MUSTER_SECRET_KEY": ""}
    with Terminal(own, "login", "--api-keys", **nobody) as terminal:
        terminal.answer("Access key: ", "0" * 64 + "\n", is_silent=True)
        terminal.answer("Secret key: ", "0" * 64 + "\n", is_silent=True)
        told = f"{own_server.url} does not accept these keys, or no longer, or not from here."
        assert told in terminal.end(77)
    with Terminal(own, "login", "--api-keys", **nobody) as terminal:
        terminal.answer("Access key: ", "a b\n", is_silent=True)
        terminal.answer("Secret key: ", "0\n", is_silent=True)
        assert "What was typed: there are blanks or other characters in it" in terminal.end(78)
    assert own.muster("profiles list --quiet") == ""


@pytest.mark.parametrize("line", ["login", "login --api-keys"])
def test_nothing_is_asked_where_there_is_no_server(own, line):
    nobody = {"MUSTER_ACCESS_KEY": "", "MUSTER_SECRET_KEY": ""}
    with Terminal(own, *line.split(), "--url", "http://127.0.0.1:1", **nobody) as terminal:
        shown = terminal.end(69)
    assert "There is no server at" in shown and "name: " not in shown and "key: " not in shown


def test_an_empty_name_is_nobody(own):
    sentence = "The user name is empty. Say as whom to log in."
    assert own.refusal("login '' --password-stdin", 64, stdin="x\n") == sentence
    with Terminal(own, "login") as terminal:
        terminal.answer("User name: ", "\n", is_silent=False)
        assert sentence in terminal.end(64)


def test_a_login_with_a_temporary_password_says_how_to_choose_another(own, own_server, tmp_path):
    own.muster("users add brief@example.com --no-password")
    own.muster("users passwd brief@example.com --password-stdin --temporary", stdin=PASSWORD + "\n")
    guest = Machine(tmp_path / "guest", own_server, is_anonymous=True)
    for option in ("", " --profile lab"):
        shown = guest.muster(f"login brief@example.com --password-stdin{option}", stdin=PASSWORD + "\n")
        advice = f"The password is temporary. Choose another one: muster users passwd{option}"
        assert shown.endswith(f"\n{advice}\n"), shown
        # In the dialects that commands speak besides, too, of which one has no codes.
        for line in ("users list", "groups list", "keys list brief@example.com", "audit list"):
            assert guest.refusal(f"{line}{option}", 77) == advice
    guest.muster("users passwd --password-stdin", stdin=f"{PASSWORD}\nAnother-{PASSWORD}\n")
    shown = guest.muster("login brief@example.com --password-stdin", stdin=f"Another-{PASSWORD}\n")
    assert "temporary" not in shown


def test_a_forgotten_name_does_not_end_ones_own_keys(own):
    told = "--yes ends the keys of somebody who is named. Name the user, yourself as well."
    assert own.refusal("apikeys rotate --yes $UNSET", 64) == f"{told} See: muster apikeys rotate --help"
    assert "admin@example.com" in own.muster("whoami")


@pytest.mark.parametrize("role", ["basic", "administrator"])
def test_whoever_names_itself_makes_new_keys_of_its_own(own, role):
    name = f"{role}@example.com"
    own.muster(f"users add {name} --no-password --role {role}")
    pair = json.loads(own.muster(f"apikeys rotate {name} --format json"))
    keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    own.muster("login --api-keys --profile own", **keys)
    own.muster(f"apikeys rotate {name} --yes --profile own")
    assert name in own.muster("whoami --profile own")
    own.refusal("whoami", 77, **keys)


@pytest.mark.parametrize("line", ["profiles remove keyed", "logout --profile keyed"])
def test_api_keys_of_a_profile_are_forgotten_after_a_question_only(own, line):
    own.muster("login --api-keys --profile keyed")
    question = "Forget the API keys of the profile keyed, which are shown nowhere else? [y/N] "
    assert "Say --yes to go on." in own.refusal(line, 64)
    with Terminal(own, *line.split()) as terminal:
        terminal.answer(question, "n\n", is_silent=False)
        terminal.end(1)
    assert own.muster("profiles list --quiet") == "keyed\n"
    own.muster(f"{line} --yes")
    assert own.muster("profiles list --quiet") == ""


def test_another_login_takes_the_place_of_api_keys_after_a_question_only(own, own_server):
    own.muster("users add other@example.com --no-password")
    pair = json.loads(own.muster("apikeys rotate other@example.com --format json"))
    others = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    own.muster("login --api-keys --profile taken")
    own.muster("login --api-keys --profile taken")
    assert "Say --yes to go on." in own.refusal("login --api-keys --profile taken", 64, **others)
    password = own_server.admin["password"] + "\n"
    line = "login admin@example.com --password-stdin --profile taken"
    assert "Say --yes to go on." in own.refusal(line, 64, stdin=password)
    assert "admin@example.com" in own.muster("whoami --profile taken")
    own.muster("login --api-keys --profile taken --yes", **others)
    assert "other@example.com" in own.muster("whoami --profile taken")
    own.muster(f"{line} --yes", stdin=password)
    own.muster(line, stdin=password)


@pytest.mark.parametrize("words", ["auths set 2 --api --no-api", "twofactor set 2 --email --sms --no-email"])
def test_two_options_that_exclude_each_other_are_refused(own, words):
    sentence = own.refusal(f"users {words}", 64)
    assert "had already been set with" in sentence and "--no-" in sentence


def test_an_import_says_why_a_line_about_oneself_is_bad(own):
    def told(**fields):
        (own.work / "own.jsonl").write_text(json.dumps({"username": "admin@example.com"} | fields) + "\n")
        done = own.run("muster users import own.jsonl --mode upsert")
        assert done.returncode == 65, done
        return done.stderr.splitlines()[0].removeprefix("muster: line 1, ")

    assert told(hosts=["10.0.0.0/8"]) == f"hosts: {SHUT_OUT}"
    assert told(password=PASSWORD) == (
        "password: Nobody sets another password of its own by an import. Leave it out of this line, and change it "
        "with PUT /session/chpasswd (muster users passwd)."
    )
    assert told(email="other@example.com") == (
        "email: Nobody sets another e-mail address of its own by an import. Leave it out of this line, and change it "
        "with PUT /session (muster users edit)."
    )


@pytest.mark.parametrize("phone", ["12", "+0123", "+1", "+1234567890123456", "+12a", "", "001", "0049+1", "123"])
def test_what_is_no_phone_number_is_told(own, phone):
    for verb in ("send", "set"):
        told = f'--phone takes a number such as +15555555555, not "{phone}". See: muster users twofactor {verb} --help'
        assert own.refusal(f"users twofactor {verb} 2 --phone '{phone}'", 64) == told


@pytest.mark.parametrize("phone", ["+1 555 222 3344", "00 1 (555) 222-3344", "555.222.3344"])
def test_a_number_is_taken_as_people_write_it(own, own_server, phone):
    own.muster("users add written@example.com --no-password --quiet")
    own.muster(f"users twofactor set written@example.com --sms --phone '{phone}'")
    shown = own.muster("users twofactor show written@example.com --format csv")
    assert shown.splitlines()[1].split(",")[1:4] == ["written@example.com", "false", "false"]
    assert "true" in shown
    own.muster("users remove written@example.com --yes")


def test_a_number_of_ones_own_is_proved_before_codes_go_there(own, own_server):
    line = "login admin@example.com --password-stdin --profile phone"
    own.muster(line, stdin=own_server.admin["password"] + "\n")
    line = "users twofactor set --sms --phone +15552223344 --password-stdin --profile phone"
    assert own.refusal(line, 65, stdin=own_server.admin["password"] + "\n") == (
        "A number of your own has to be proved first: muster users twofactor send --phone NUMBER"
    )


def test_a_code_that_is_asked_for_too_soon_is_not_waited_for(own):
    own.muster("users add phoned@example.com --no-password")
    line = "users twofactor send phoned@example.com --phone +15552223355"
    own.muster(line)

    def refused():
        begin = time.monotonic()
        assert re.search(r" Try again in \d+ s\.$", own.refusal(line, 75))
        return time.monotonic() - begin

    assert_within(15, refused)


def test_standard_input_has_a_key_or_a_password(own):
    told = own.refusal("keys add ann - --password-stdin", 64)
    assert told.startswith("Standard input has one of the two, the key or the password. Name the key's file.")
