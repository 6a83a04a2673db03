"""Every message of the commands is provoked: in a transcript or, where that cannot be, here.

What the sources say is looked up in what the tests expect; what nobody can provoke from outside is listed
with its reason.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
import trustme
from folders import CHEAP, found
from machine import Machine
from sentences import said, sentences
from standin import mute, socket_standin, standin
from terminal import Terminal

from muster import PASSWORD, REPOSITORY, Muster, binary, environment, unique_username

NOBODY = 65534

# What cannot be provoked from outside, and why.
UNPROVOKED = {
    "Ended before there was an answer.": "a signal ends the process before its requests",
    "The directory does not accept this command.": "the command and the directory are one process",
    "belongs to somebody else": "needs a second user, whom not every machine lends to a test",
    "The terminal cannot be silenced, so nothing was asked.": "a terminal that is one and has no settings",
    "The backup is not what was copied. Nothing was written.": "SQLite would have to copy wrongly",
    ". Run the command as the server's user.": "the lock, which is taken first, is refused to this user",
    "The verification code cannot be sent at present.": "the dialect that sends codes has its own words for 503",
    "cannot be written.": "whatever fails in there has a sentence of its own",
    "The backup cannot be read back.": "a disk that loses a file between two calls",
    "The backup cannot be read back. Nothing was written.": "a disk that loses a file between two calls",
    "has just been changed. Try again.": "another restore within the same millisecond",
    "is being changed by another program. Nothing was changed.": "a writer within the copy of a backup",
    "has just been removed. Try again.": "another backup within the same millisecond",
    "The directory cannot be worked on: no answer.": "the command's own server would have to fail",
    "No folder can be made for temporary files. Set TMPDIR to one that can be written.": (
        "/tmp, which is tried last, can be written everywhere"
    ),
}


@pytest.fixture
def visitor(tmp_path):
    """A machine with a token for whatever server it is sent to."""
    machine = Machine(tmp_path / "visitor")
    machine.environment["MUSTER_TOKEN"] = "token"
    return machine


@pytest.fixture
def alone(tmp_path):
    machine = Machine(tmp_path / "alone")
    machine.environment |= CHEAP
    return machine


# The list


def test_every_message_is_provoked():
    expected = said(REPOSITORY / "Tests/Conformance")
    for sentence in [*UNPROVOKED, *UNPROVOKED.values()]:
        expected = expected.replace(f"\0{sentence}\0", "\0", 1)
    missing = []
    for path in sorted((REPOSITORY / "Sources/MusterCommands").rglob("*.swift")):
        for sentence in sentences(path.name, path.read_text()):
            if not sentence.is_in(expected) and max(sentence.pieces, key=len) not in UNPROVOKED:
                missing.append(str(sentence))
    assert missing == []


def test_what_is_listed_as_unprovoked_is_said_somewhere():
    text = [path.read_text() for path in (REPOSITORY / "Sources/MusterCommands").rglob("*.swift")]
    assert [sentence for sentence in UNPROVOKED if not any(sentence in source for source in text)] == []
    assert len(UNPROVOKED) < 30


def test_sentences_are_found_in_the_sources():
    source = '''
        // "A comment is no message."
        abstract: "An explanation is none."
        throw Error("There is no \\(kind("of")) \\(name).")
        throw Error(
            "One sentence goes on "
                + "in another literal. Run: muster check \\(x ? "not this" : "nor that")"
        )
        let text = """
            Two lines are \\
            one sentence.
            """
        throw invalid(key, "must be a reason")
        let word = "word."
    '''
    assert [each.pieces for each in sentences("A.swift", source)] == [
        ("There is no",),
        ("One sentence goes on", "in another literal. Run: muster check"),
        ("Two lines are one sentence.",),
        ("must be a reason",),
    ]


# Servers that mean no good


JANE = {"id": 7, "uuid": "u", "username": "jane", "permissions": 16, "hosts": [], "has_api_keys": True}
IDS = {"jane": 7, "bob": 8, "eve": 9}
CREW = {"groups": [{"id": 2, "name": "Crew", "user_count": 0}]}
MESSAGE = {"message": "So it is."}


def answering(status, body=MESSAGE, fields=None):
    """Everybody is jane, and there is one group; what would change them is answered as given."""

    def answer(method, path):
        name = path.split("/")[-1]
        if method == "GET" and name in IDS:
            return 200, JANE | {"id": IDS[name], "username": name}
        if method == "GET" and path == "/groups":
            return 200, CREW
        if method == "GET" and path.startswith("/activelogic/v1/users?"):
            return 200, {"users": []}, {"ETag": '"1"'}
        return status, body, fields or {}

    return answer


GONE = "jane (id 7) is gone already."


@pytest.mark.parametrize(
    "line, answer, code, sentence",
    [
        ("users remove jane --yes", answering(404), 67, GONE),
        ("users unlock jane", answering(404), 67, GONE),
        ("users disable jane", answering(404), 67, GONE),
        ("apikeys revoke jane --yes", answering(404), 67, GONE),
        ("groups members add Crew jane", answering(404), 67, "jane (id 7) or the group is gone."),
        (
            "apikeys rotate jane --yes",
            answering(200, {}),
            76,
            "The answer of URL holds no keys. The old ones may be gone; check the address.",
        ),
        (
            "users hosts add jane 192.0.2.1",
            answering(412),
            75,
            "Others change users all the time. Nothing was changed; try again later.",
        ),
        (
            "users unlock jane",
            answering(500, MESSAGE, {"X-Request-Uuid": "0a1b"}),
            70,
            "So it is. Its number in the server's log is 0a1b.",
        ),
        ("users unlock jane", answering(503), 75, "So it is. Try again later."),
        ("users unlock jane", answering(429, MESSAGE, {"Retry-After": "99"}), 75, "So it is. Try again in 99 s."),
        ("users unlock jane", answering(403), 77, "You may not do this: So it is."),
        (
            "users unlock jane",
            answering(502, b"<html>"),
            76,
            "What answers at URL is no Muster server, or something stands in between (status 502). "
            "Check the address.",
        ),
        (
            "users unlock jane",
            answering(400, b"The plain HTTP request was sent to HTTPS port"),
            69,
            "The server at URL speaks TLS. Say https:// in place of http://.",
        ),
        (
            "users unlock jane",
            answering(200, b"[]"),
            76,
            "The answer of URL is not what a Muster server says. Check the address.",
        ),
        (
            "users unlock jane",
            answering(200, bytes(67_108_865)),
            76,
            "The answer of URL is too long for a Muster server.",
        ),
        (
            "users unlock jane",
            answering(200, None),
            69,
            "The connection to URL broke before there was an answer. "
            "What you asked for may have happened or not; look before you try again.",
        ),
        ("keys list jane", lambda *_: (200, {}), 76, "The answer of URL holds no user. Check the address."),
        (
            "groups rename Crew Team",
            lambda *_: (200, {"groups": [{"name": "Crew"}]}),
            76,
            "The answer of URL holds no group. Check the address.",
        ),
        (
            "users import users.jsonl",
            answering(200, b"nonsense\n"),
            76,
            "The answer is not what a Muster server says. Check the address, and look which users there are.",
        ),
        (
            "users import users.jsonl",
            answering(200, b'{"progress":1}\n'),
            69,
            "The answer broke off. Users up to some line were taken; export or look before you try again.",
        ),
        (
            "users export users.csv",
            answering(200, b"nonsense\n"),
            76,
            "The answer is not what a Muster server says. Check the address.",
        ),
    ],
)
def test_a_strange_answer_is_told_in_one_sentence(visitor, line, answer, code, sentence):
    (visitor.work / "users.jsonl").write_text('{"username":"ann"}\n')
    with standin(answer) as url:
        told = visitor.refusal(line, code, MUSTER_URL=url)
    assert told == sentence.replace("URL", url)
    assert [path.name for path in visitor.work.iterdir()] == ["users.jsonl"]


def test_where_a_server_is_too_busy_the_rest_is_not_tried(visitor):
    with standin(answering(503)) as url:
        done = visitor.run("muster users unlock jane bob eve", MUSTER_URL=url)
    assert done.returncode == 75
    assert done.stderr == (
        "muster: jane (id 7): So it is. Try again later.\n"
        "muster: Of 3, 0 were done and 1 failed: jane (id 7). Not tried: 2.\n"
    )


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_half_a_minute(visitor):
    with mute() as place:
        sentence = visitor.refusal("groups add Crew", 69, MUSTER_URL=f"http://{place}")
    assert sentence == (
        f"http://{place} has not answered in time. "
        "What you asked for may have happened or not; look before you try again."
    )


def test_a_server_that_does_not_speak_tls_is_told(visitor):
    with standin(answering(200)) as url:
        url = url.replace("http:", "https:")
        sentence = visitor.refusal("whoami", 69, MUSTER_URL=url)
    assert sentence == (
        f"The server at {url} does not speak TLS. Say http:// in place of https://, "
        "or look whether it is the right port."
    )


@pytest.mark.parametrize(
    "answer, sentence",
    [
        ((200, b"nonsense"), "No answer from the server at SOCKET: the answer is no JSON object."),
        ((500, b"{}"), "No answer from the server at SOCKET: the answer has status 500."),
        ((200, b"{}"), "The server's answer holds no lines."),
        ((200, b'{"lines":["a\\nb"]}'), "The server's answer holds no lines."),
    ],
)
def test_a_strange_answer_at_the_socket_gives_no_keys(alone, answer, sentence):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agent.sock"
        with socket_standin(path, lambda *_: answer):
            told = alone.refusal(f"authorized-keys --socket {path} jane", 1)
    assert told == sentence.replace("SOCKET", str(path))


# Terminals


@pytest.mark.parametrize(
    "line, question",
    [
        ("apikeys revoke NAME", "End the API keys of NAME (id ID)? [y/N] "),
        ("apikeys rotate NAME", "End the API keys that NAME (id ID) has now? [y/N] "),
        ("groups remove NAME", "Remove the group NAME (id ID)? [y/N] "),
        ("keys remove NAME key.pub", "Take the key "),
        ("sessions revoke --user NAME", "End all sessions of NAME (id ID)? [y/N] "),
        ("users remove NAME", "Remove NAME (id ID)? [y/N] "),
    ],
)
def test_a_question_says_what_is_lost_and_no_answer_is_a_no(machine, line, question):
    name = unique_username("asked")
    number = machine.muster(f"users add {name} --no-password --quiet").strip()
    machine.muster(f"apikeys rotate {name}")
    shutil.copy(Path(__file__).parent / "keys/jane.pub", machine.work / "key.pub")
    machine.muster(f"keys add {name} key.pub")
    if line.startswith("groups"):
        number = machine.muster(f"groups add {name} --quiet").strip()
    with Terminal(machine, *line.replace("NAME", name).split()) as terminal:
        terminal.wait_for(question.replace("NAME", name).replace("ID", number))
        terminal.type("\n")
        assert "muster: Nothing was changed." in terminal.end(1)


def test_whoever_gives_up_the_administration_is_asked(machine, account):
    deputy = account(64)
    keys = {"MUSTER_ACCESS_KEY": deputy.keys[0], "MUSTER_SECRET_KEY": deputy.keys[1]}
    with Terminal(machine, "users", "edit", deputy.username, "--role", "basic", **keys) as terminal:
        terminal.wait_for("is yourself, and may not administer users afterwards. Go on? [y/N] ")
        terminal.type("n\n")
        assert "Nothing was changed." in terminal.end(1)


@pytest.mark.parametrize(
    "first, second, code, sentence",
    [
        ("one\n", "two\n", 65, "The two are not the same. Nothing was changed."),
        ("a\x1ab\n", None, 65, "The answer holds control characters, or is no UTF-8."),
        ("\x03", None, 130, "Ended at the prompt. Nothing was changed."),
    ],
)
def test_what_is_typed_at_a_prompt_and_cannot_be_taken_is_told(machine, first, second, code, sentence):
    with Terminal(machine, "users", "passwd", unique_username()) as terminal:
        terminal.end(67)
    name = unique_username("typist")
    machine.muster(f"users add {name} --no-password")
    with Terminal(machine, "users", "passwd", name) as terminal:
        terminal.answer("New password", first, is_silent=True)
        if second:
            terminal.answer("The same again: ", second, is_silent=True)
        assert f"muster: {sentence}\n" in terminal.end(code)


def test_a_backup_does_not_go_to_a_terminal(alone):
    found(alone)
    with Terminal(alone, "backup", "--data-dir", "data", "-") as terminal:
        assert terminal.end(64) == (
            "muster: A backup is nothing for a terminal. Name a file, or send standard output to one.\n"
        )


# Certificates, codes, and files of others


@pytest.fixture
def certificates(alone):
    """A directory `data`, a certificate `chain.pem` with its `key.pem`, and the key `other.pem` of another one."""
    found(alone)
    authority = trustme.CA()
    one, two = authority.issue_cert("localhost"), authority.issue_cert("localhost")
    (alone.work / "chain.pem").write_bytes(one.cert_chain_pems[0].bytes())
    for name, certificate in (("key.pem", one), ("other.pem", two)):
        (alone.work / name).write_bytes(certificate.private_key_pem.bytes())
    return alone


@pytest.mark.parametrize(
    "key, sentence",
    [
        ("chain.pem", "chain.pem (http.tls.privateKey) holds no private key in PEM, or one with a passphrase."),
        ("other.pem", "The private key in other.pem does not belong to the certificate in chain.pem."),
    ],
)
def test_a_private_key_that_does_not_fit_is_told(certificates, key, sentence):
    line = f"serve --data-dir data --set http.tls.certificate=chain.pem --set http.tls.privateKey={key}"
    assert certificates.refusal(line, 78) == sentence


def test_a_private_key_that_others_may_read_is_found_by_the_check(certificates):
    (certificates.work / "key.pem").chmod(0o644)
    line = "check --data-dir data --set http.tls.certificate=chain.pem --set http.tls.privateKey=key.pem"
    assert (
        "The TLS key key.pem has mode 0644, so that others may read it. Run: chmod 600 key.pem"
        in certificates.muster(line, code=2)
    )


def test_a_certificate_that_nobody_has_signed_is_told(visitor):
    certificate = trustme.CA().issue_cert("127.0.0.1")
    chain, key = visitor.work / "chain.pem", visitor.work / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    settings = {"MUSTER_HTTP_TLS_CERTIFICATE": str(chain), "MUSTER_HTTP_TLS_PRIVATE_KEY": str(key)}
    visitor.environment |= CHEAP
    visitor.muster("init --data-dir data --admin a@example.com")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = "127.0.0.1:%d" % probe.getsockname()[1]
    process = subprocess.Popen(
        [binary(), "serve", "--data-dir", "data", "--bind", place],
        cwd=visitor.work,
        env=environment(CHEAP | settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while "listening url" not in process.stderr.readline():
            assert process.poll() is None
        sentence = visitor.refusal("whoami", 69, MUSTER_URL=f"https://{place}")
        assert sentence == (
            f"The certificate of https://{place} is not trusted. If an authority of your own has signed it, "
            "give that authority's file: --ca FILE"
        )
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_a_code_is_sent_in_a_letter_and_one_that_cannot_be_sent_is_told(tmp_path):
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path, server)
        line = "users twofactor send admin@example.com --phone +15552223333 --password-stdin"
        machine.muster(line, stdin=server.admin["password"] + "\n")
        code = server.newest_code()
        [letter] = server.outbox.iterdir()
        assert letter.read_text() == (
            "To: +15552223333\nChannel: sms\nUser: admin@example.com\n\n"
            f"Your Muster verification code is {code}. It is good for 5 minutes.\n"
        )
        server.outbox.rename(tmp_path / "elsewhere")
        # Over HTTP, since the command waits as long as it is told to, and asks again.
        path = f"/users/{server.create()['id']}/two-factor/send-verification"
        body = {"sms_phone": "+15552223333", "password": PASSWORD}
        answer = server.request("POST", path, json=body)
        assert answer.headers["Retry-After"] == "30"
        assert answer.status_code == 503
        # Whoever runs the server reads why; whoever asked is told to wait.
        assert "a verification code cannot be written" in server.log()
        assert "No such file or directory" in server.log()


@pytest.fixture
def somebody():
    """A folder of somebody who is not root, with a directory `data`; runs the program as that somebody."""
    place = Path(tempfile.mkdtemp(prefix="muster-test-"))
    place.chmod(0o755)
    shutil.copyfile(binary(), place / "muster")
    (place / "muster").chmod(0o755)
    line = [place / "muster", "init", "--data-dir", place / "data", "--admin", "a@example.com"]
    subprocess.run(line, env=environment(CHEAP), check=True, capture_output=True)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    if user:
        for path in (place / "data", *(place / "data").iterdir()):
            os.chown(path, NOBODY, NOBODY)

    def run(*arguments):
        return subprocess.run(
            [place / "muster", *arguments],
            env=environment(CHEAP),
            cwd=place,
            capture_output=True,
            text=True,
            timeout=60,
            **user,
        )

    run.place = place
    yield run
    shutil.rmtree(place)


def test_a_master_key_that_this_user_may_not_read_is_found_by_the_check(somebody):
    (somebody.place / "data/master.key").chmod(0)
    done = somebody("check", "--data-dir", "data")
    assert done.returncode == 2
    assert "This user may not read data/master.key. Run the check as the server's user." in done.stdout


def test_a_database_that_this_user_may_not_write_to_is_told(somebody):
    (somebody.place / "data/muster.sqlite").chmod(0o400)
    done = somebody("users", "list", "--data-dir", "data")
    assert done.returncode == 69
    assert done.stderr.startswith("muster: The data directory data is not writable: data/muster.sqlite: ")


def test_a_folder_that_this_user_may_not_write_to_gets_no_directory(somebody):
    (somebody.place / "data/muster.sqlite").unlink()
    (somebody.place / "data").chmod(0o500)
    done = somebody("init", "--data-dir", "data", "--admin", "a@example.com")
    (somebody.place / "data").chmod(0o700)
    assert done.returncode == 69
    assert done.stderr == "muster: The data directory data is not writable.\n"


def test_a_certificate_that_this_user_may_not_read_is_told(somebody):
    (somebody.place / "chain.pem").touch(mode=0)
    settings = ("--set", "http.tls.certificate=chain.pem", "--set", "http.tls.privateKey=key.pem")
    done = somebody("serve", "--data-dir", "data", *settings)
    assert done.returncode == 78
    assert done.stderr == (
        "muster: The file of the certificate, chain.pem (http.tls.certificate), cannot be read by this user.\n"
    )
