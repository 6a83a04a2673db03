"""The three commands by themselves: what they print, how they end, and how soon."""

import os
import re
import subprocess

import pytest

from asking import Asking, http, impostor
from machine import as_root, run
from muster import PASSWORD, assert_within

OTHER = "Not-The-Password-1"


@pytest.fixture
def asking(machine, muster):
    return Asking(machine)


def fingerprint(key):
    done = run("ssh-keygen", "-lf", key.with_suffix(".pub"))
    return done.stdout.split()[1].decode()


# authorized-keys


def test_a_line_holds_hosts_options_type_key_and_name(asking, person):
    user = person(account=False, hosts=["10.0.0.0/8", "2001:0DB8::/32", "::ffff:192.0.2.7"])
    kind, blob, _ = user.public_key.split()
    answer = asking.keys(user.name)
    assert answer.is_yes and answer.trouble == ""
    options = 'from="10.0.0.0/8,2001:db8::/32,192.0.2.7",restrict,pty'
    assert answer.output.decode() == f"{options} {kind} {blob} {user.name}:{user.id}\n"


def test_a_line_of_a_user_without_hosts_has_no_from(asking, person):
    user = person(account=False)
    kind, blob, _ = user.public_key.split()
    line = f"restrict,pty {kind} {blob} {user.name}:{user.id}\n"
    assert asking.keys(user.name).output.decode() == line


def test_a_comment_holds_only_harmless_characters(asking, person):
    user = person(account=False, name="a=b+c@example.com")
    assert asking.keys(user.name).output.decode().split()[-1] == f"a_b+c@example.com:{user.id}"
    user.remove()


def test_keys_are_chosen_by_fingerprint_and_type(asking, machine, person):
    user = person(account=False)
    other = machine.new_key("ecdsa")
    user.add_key(other.with_suffix(".pub").read_text())
    assert len(asking.keys(user.name).output.splitlines()) == 2
    for key in [user.key, other]:
        kind = key.with_suffix(".pub").read_text().split()[0]
        chosen = asking.keys(user.name, fingerprint(key), kind).output.decode()
        assert len(chosen.splitlines()) == 1 and f" {kind} " in chosen
        assert asking.keys(user.name, fingerprint(key)).output.decode() == chosen
    for words in [
        [fingerprint(user.key), "ecdsa-sha2-nistp256"],
        [fingerprint(user.key), "ssh-ed25519-cert-v01@openssh.com"],
        ["SHA256:" + "A" * 43],
        ["MD5:00:11"],
        [""],
        [fingerprint(user.key).lower()],
    ]:
        answer = asking.keys(user.name, *words)
        assert (answer.code, answer.output) == (0, b""), words


@pytest.mark.parametrize(
    "name", ["nobody-of-that-name", "", "*", "%", "a\nb", "-h", "--socket=/x", "x" * 1000, "ü"]
)
def test_an_unknown_name_has_no_keys_and_that_is_no_trouble(asking, name):
    answer = asking.keys(name)
    assert (answer.code, answer.output, answer.trouble) == (0, b"", "")


def test_a_disabled_user_has_no_keys(asking, person):
    user = person(account=False)
    user.enable(False)
    answer = asking.keys(user.name)
    assert (answer.code, answer.output, answer.trouble) == (0, b"", "")


def test_the_most_keys_and_hosts_fit(asking, machine, person):
    user = person(account=False, key=None, hosts=[f"2001:db8:{n:x}:ffff::/64" for n in range(128)])
    keys = [machine.new_key("ed25519") for _ in range(64)]
    for key in keys:
        user.add_key(key.with_suffix(".pub").read_text())
    lines = asking.keys(user.name).output.decode().splitlines()
    assert [line.split()[2] for line in lines] == [key.with_suffix(".pub").read_text().split()[1] for key in keys]
    file = machine.scratch / "lines"
    file.write_text("\n".join(lines))
    assert len(run("ssh-keygen", "-lf", file).stdout.splitlines()) == 64


def test_the_socket_can_be_named_by_a_variable(asking, machine, person):
    user = person(account=False)
    variables = {"MUSTER_LOCAL_SOCKET": str(machine.socket)}
    answer = asking.run("authorized-keys", user.name, variables=variables)
    assert answer.is_yes and user.name.encode() in answer.output


# Trouble


def every_command(asking, socket):
    yield asking.keys("alice", socket=socket)
    yield asking.password("alice", host="127.0.0.1", socket=socket)
    yield asking.account("alice", host="127.0.0.1", socket=socket)


def slowest(asking, socket, end):
    """How long the slowest of the commands took to say some trouble, in seconds."""
    answers = list(every_command(asking, socket))
    assert all(answer.sentence().endswith(end) for answer in answers), answers
    return max(answer.seconds for answer in answers)


def test_no_server_is_trouble_at_once(asking, machine):
    missing = machine.scratch / "missing.sock"
    assert_within(1, lambda: slowest(asking, missing, f"at {missing}: No such file or directory."))


def test_a_socket_that_nobody_serves_is_trouble_at_once(asking, machine):
    path = machine.scratch / "dead.sock"
    subprocess.run(["python3", "-c", "import socket,sys; socket.socket(1).bind(sys.argv[1])", path], check=True)
    assert_within(1, lambda: slowest(asking, path, "Connection refused."))


def test_a_silent_server_is_trouble_after_two_seconds_and_for_passwords_after_twenty(asking, machine):
    path = machine.scratch / "silent.sock"

    def trouble(ask, least):
        answer = ask()
        assert answer.sentence() and least < answer.seconds
        return answer.seconds

    with impostor(path, None):
        assert_within(2.9, lambda: trouble(lambda: asking.keys("alice", socket=path), 1.5))
        assert_within(2.9, lambda: trouble(lambda: asking.account("alice", host="127.0.0.1", socket=path), 1.5))
        # A hash from elsewhere may take two seconds, and others stand before it.
        assert_within(21, lambda: trouble(lambda: asking.password("alice", host="127.0.0.1", socket=path), 19), tries=3)


def test_a_server_that_begins_and_never_ends_is_trouble(asking, machine):
    path = machine.scratch / "slow.sock"
    begin = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    with impostor(path, begin):
        for answer in every_command(asking, path):
            answer.sentence()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        http(""),
        http("[]"),
        http("{"),
        http('{"allowed": true, "lines": ["x"]}', "500 Internal Server Error"),
        http('{"allowed": true, "lines": ["x"]}', "302 Found"),
        http('{"allowed": true, "lines": ["x"]}', "201 Created"),
        http('{"lines": "restrict ssh-ed25519 AAAA"}'),
        http('{"lines": ["good", "bad\\nssh-ed25519 AAAA"]}'),
        http('{"lines": ["good", "\\u00fc"]}'),
        http('{"lines": [1]}'),
        http('{"lines": null}'),
    ],
)
def test_an_answer_that_is_none_prints_no_keys(asking, machine, answer):
    path = machine.scratch / "strange.sock"
    with impostor(path, answer):
        asking.keys("alice", socket=path).sentence()


@pytest.mark.parametrize(
    "body",
    ['{"allowed": false}', '{"allowed": "true"}', '{"allowed": 1}', '{"allowed": null}', "{}"],
)
def test_only_true_is_yes(asking, machine, body):
    path = machine.scratch / "no.sock"
    with impostor(path, http(body)):
        assert asking.password("alice", socket=path).is_plain_no
        assert asking.account("alice", socket=path).is_plain_no
    with impostor(path, http('{"allowed": true}')):
        assert asking.password("alice", socket=path).is_yes
        assert asking.account("alice", socket=path).is_yes


def test_trouble_is_told_to_the_systems_log_in_one_line(asking, machine):
    missing = machine.scratch / "missing.sock"
    words = ["authorized-keys", "--socket", missing, "alice"]
    messages = machine.system_log(machine.program, *words)
    told = rb"<35>.* muster\[\d+\]: No answer from the server at [^ ]*missing\.sock: [^\n]*\.$"
    assert len(messages) == 1 and re.match(told, messages[0]), messages


def test_an_answer_is_not_told_to_the_systems_log(asking, machine, person):
    user = person(account=False)
    words = ["authorized-keys", "--socket", machine.socket, user.name]
    assert machine.system_log(machine.program, *words) == []


# pam-auth


def test_the_right_password_is_yes_and_every_other_is_no(asking, person):
    user = person(account=False, key=None)
    assert asking.password(user.name).is_yes
    assert asking.password(user.name.upper()).is_yes
    for password in [OTHER, PASSWORD + " ", PASSWORD + "\n", PASSWORD[:-1]]:
        assert asking.password(user.name, password).is_plain_no
    assert asking.password("nobody-of-that-name").is_plain_no


def test_one_nul_behind_the_password_is_not_part_of_it(asking, person):
    user = person(account=False, key=None)
    assert asking.password(user.name, PASSWORD.encode() + b"\0").is_yes
    assert asking.password(user.name, PASSWORD.encode() + b"\0\0").is_plain_no
    assert asking.password(user.name, b"\0" + PASSWORD.encode()).is_plain_no


def test_511_bytes_may_be_cut_and_are_never_counted(asking, person):
    user = person(account=False, key=None, password="p" * 511)
    whole = ["p" * 511, b"p" * 511 + b"\0", "é" * 255 + "p"]
    cut = ["日" * 170 + "p", ("é" * 256).encode()[:511], ("日" * 171).encode()[:511]]
    cut += [("p" + "😀" * 128).encode()[:511], ("pp" + "😀" * 128).encode()[:511]]
    for password in (whole + cut) * 2:
        assert asking.password(user.name, password).is_plain_no
    reasons = {
        field["value"]
        for event in user.audit()
        for field in event["fields"] or []
        if field["key"] == "reason"
    }
    assert reasons == {"may be cut"}
    user.change(password=PASSWORD)
    assert asking.password(user.name).is_yes


def test_a_password_has_at_most_1024_bytes(asking, person):
    user = person(account=False, key=None, password="p" * 1024)
    assert asking.password(user.name, "p" * 1024).is_yes
    assert asking.password(user.name, b"p" * 1024 + b"\0").is_yes
    for size in [1025, 1026, 5000, 200_000]:
        assert "1024 bytes" in asking.password(user.name, "p" * size).sentence()


def test_no_password_and_no_text_are_trouble(asking, person):
    user = person(account=False, key=None)
    assert "expose_authtok" in asking.password(user.name, b"").sentence()
    assert "expose_authtok" in asking.password(user.name, b"\0").sentence()
    assert "UTF-8" in asking.password(user.name, b"\xff\xfe" + PASSWORD.encode()).sentence()


def test_a_password_that_never_ends_is_trouble_after_two_seconds(asking, person):
    user = person(account=False, key=None)
    reading, writing = os.pipe()

    def trouble():
        os.write(writing, PASSWORD.encode())
        answer = asking.password(user.name, stdin=reading)
        assert "in time" in answer.sentence()
        return answer.seconds

    try:
        assert_within(2.9, trouble)
    finally:
        os.close(reading)
        os.close(writing)


def test_what_sshd_sends_for_names_it_does_not_know_locks_nobody(asking, person):
    user = person(account=False, key=None)
    junk = b"\b\n\r\x7fINCORRECT" * 10
    for size in [1, 2, 8, 13, 40, 100]:
        for _ in range(2):
            assert asking.password(user.name, junk[:size]).is_plain_no
    assert asking.password(user.name).is_yes


def test_the_place_has_to_be_among_the_users_hosts(asking, person):
    user = person(account=False, key=None, hosts=["10.0.0.0/8", "2001:db8::/32"])
    for ask in [asking.password, asking.account]:
        for host in [
            "10.0.0.1",
            "10.255.255.255",
            "::ffff:10.1.2.3",
            "2001:db8::1",
            "2001:DB8:0::9",
        ]:
            assert ask(user.name, host=host).is_yes, host
        for host in ["11.0.0.1", "::1", "2001:db9::1", "::10.0.0.1"]:
            assert ask(user.name, host=host).is_plain_no, host


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "UNKNOWN", "127.1", "0177.0.0.1", "127.0.0.1 ", "127.0.0.0/8"]
    + ["127.0.0.1,10.0.0.1", "0x7f.1", "1" * 300],
)
def test_a_place_that_is_no_address_is_good_for_users_without_hosts_alone(asking, person, host):
    free = person(account=False, key=None)
    bound = person(account=False, key=None, hosts=["0.0.0.0/0", "::/0"])
    for ask in [asking.password, asking.account]:
        assert ask(free.name, host=host).is_yes
        assert ask(bound.name, host=host).is_plain_no


@pytest.mark.parametrize("host", ["127.0.0.1:22", "[::1]", "fe80::1%lo"])
def test_a_place_with_a_zone_brackets_or_a_port_is_that_address(asking, person, host):
    user = person(account=False, key=None, hosts=["127.0.0.1", "::1", "fe80::1"])
    assert asking.password(user.name, host=host).is_yes
    assert asking.account(user.name, host=host).is_yes


def test_without_a_place_only_users_without_hosts_come_in(asking, person):
    free = person(account=False, key=None)
    bound = person(account=False, key=None, hosts=["0.0.0.0/0", "::/0"])
    for ask in [asking.password, asking.account]:
        assert ask(free.name).is_yes
        assert ask(bound.name).is_plain_no


def test_a_variable_that_stands_there_twice_is_not_believed(asking, person):
    user = person(account=False, key=None, hosts=["10.0.0.0/8"])
    other = person(account=False, key=None)
    doubles = [("PAM_RHOST", "10.0.0.1"), ("PAM_USER", other.name), ("PAM_TYPE", "account")]
    for ask in [asking.password, asking.account]:
        for double in doubles:
            answer = ask(user.name, host="192.0.2.1", more=[double])
            assert f"holds {double[0]} more than once" in answer.sentence()


def test_the_socket_is_not_taken_from_what_the_person_may_have_chosen(asking, machine):
    path = machine.scratch / "chosen.sock"
    with impostor(path, http('{"allowed": true}')) as heard:
        for command, phase in [("pam-auth", "auth"), ("pam-account", "account")]:
            variables = [("MUSTER_LOCAL_SOCKET", str(path)), ("PAM_TYPE", phase)]
            variables += [("PAM_USER", "mt-nobody")]
            answer = asking.run(command, variables=variables, stdin=PASSWORD.encode())
            assert answer.code == 1
    assert heard == []


def test_each_command_is_for_its_own_phase(asking, person):
    user = person(account=False, key=None)
    stdin = PASSWORD.encode()
    socket = ["--socket", asking.machine.socket]
    for command, phases in {
        "pam-auth": ["account", "session", "open_session", "password", "AUTH", "", None],
        "pam-account": ["auth", "session", "open_session", "password", "", None],
    }.items():
        for phase in phases:
            variables = [("PAM_USER", user.name)]
            variables += [("PAM_TYPE", phase)] if phase is not None else []
            answer = asking.run(command, *socket, variables=variables, stdin=stdin)
            assert "pam_exec in lines of" in answer.sentence()


def test_without_a_name_there_is_nobody_to_ask_for(asking):
    for name in [None, ""]:
        assert "who logs in" in asking.password(name).sentence()
        assert "who logs in" in asking.account(name).sentence()


# pam-account


def test_the_account_phase_asks_for_no_proof_and_for_everything_else(asking, person):
    user = person(account=False, key=None)
    assert asking.account(user.name, host="192.0.2.1").is_yes
    user.forbid_the_password()
    assert asking.account(user.name, host="192.0.2.1").is_yes
    user.enable(False)
    assert asking.account(user.name, host="192.0.2.1").is_plain_no
    user.enable(True)
    assert asking.account(user.name, host="192.0.2.1").is_yes
    user.expire(1)
    answer = asking.account(user.name, host="192.0.2.1")
    assert (answer.code, answer.output, answer.trouble) == (1, b"", "muster: refused: the account has expired\n")
    assert asking.password(user.name).is_plain_no, "who has proved nothing is not told"
    user.expire(None)
    assert asking.account(user.name, host="192.0.2.1").is_yes
    user.remove()
    assert asking.account(user.name, host="192.0.2.1").is_plain_no
    assert asking.account("nobody-of-that-name", host="192.0.2.1").is_plain_no


def test_what_the_page_says_to_try_works(machine, person):
    user = person()
    text = machine.page("runuser -u _muster-akc", {"alice": user.name, "10.1.2.3": "127.0.0.1"})
    keys, account = as_root("sh", "-c", text).split("\n", 1)
    assert user.public_key.split()[1] in keys
    assert account == "0\n0\n"
