"""What is said of a server that answers strangely, or not at all."""

import tempfile
from pathlib import Path

import pytest
from machine import Machine
from standin import RECORD, mute, socket_standin, standin

IDS = {"jane": 7, "bob": 8, "eve": 9}
CREW = {
    "groups": [
        {"id": 2, "uuid": "u", "name": "Crew", "user_count": 0, "managed_by_saml": None, "immutable": False}
    ]
}


def refusal(code):
    return {"error": {"code": code, "message": "So it is."}}


MESSAGE = refusal("some.code")


def answering(status, body=MESSAGE, fields=None):
    """Everybody is jane, and there is one group; what would change them is answered as given."""

    def answer(method, path):
        name = path.split("/")[-1].removeprefix("name%3A")
        if method == "GET" and name in IDS:
            return 200, RECORD | {"id": IDS[name], "username": name}
        if method == "GET" and path == "/muster/v1/account":
            return 200, RECORD | {"id": 2, "username": "admin"}
        if method == "GET" and path == "/muster/v1/groups":
            return 200, CREW
        return status, body, fields or {}

    return answer


GONE = "jane (id 7) is gone already."


@pytest.fixture
def visitor(tmp_path):
    """A machine with a token for whatever server it is sent to."""
    machine = Machine(tmp_path / "visitor")
    machine.environment["MUSTER_TOKEN"] = "token"
    return machine


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
            answering(412, refusal("revision.changed")),
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
        *(
            (line, answering(200, {}), 76, f"The answer of URL holds no {noun}. Check the address.")
            for line, noun in [
                ("users disable jane", "user"),
                ("users unlock jane", "user"),
                ("users add ann --no-password", "user"),
                ("groups add Team", "group"),
                ("keys add jane AAAAC3Nza", "key"),
                ("server status", "status"),
                ("login ann --password-stdin", "status"),
                ("authenticate ann --password-stdin < users.jsonl", "masks"),
            ]
        ),
        *(
            (line, lambda *_: (200, {}), 76, "The answer of URL holds no user. Check the address.")
            for line in ["keys list jane", "users show jane", "whoami", "users twofactor show", "users passwd"]
        ),
        *(
            (
                f"audit {verb}",
                answering(200, {"events": [], "total": total}),
                76,
                "The server's answer does not say how many events there are.",
            )
            for verb in ["list", "tail"]
            for total in [-1, -(2**63)]
        ),
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
        *(
            (
                f"users export {name}",
                answering(200, body),
                76,
                "The answer is not what a Muster server says. Check the address.",
            )
            for name in ["new.csv", "new.jsonl", ""]
            for body in [b"nonsense\n", b"{}", b'{"users":[]}\n', b"[1]"]
        ),
    ],
)
def test_a_strange_answer_is_told_in_one_sentence(visitor, line, answer, code, sentence):
    (visitor.work / "users.jsonl").write_text('{"username":"ann"}\n')
    with standin(answer) as url:
        told = visitor.refusal(line, code, MUSTER_URL=url)
    assert told == sentence.replace("URL", url)
    assert [path.name for path in visitor.work.iterdir()] == ["users.jsonl"]


def test_a_line_that_no_file_has_ends_nothing(visitor):
    (visitor.work / "users.csv").write_text("username\nann\n")
    body = b'{"line":9223372036854775807,"error":{"code":"some.code","message":"So it is."}}\n'
    body += b'{"done":true,"created":0,"updated":0,"unchanged":0,"failed":1}\n'
    with standin(answering(200, body)) as url:
        done = visitor.run("muster users import users.csv", MUSTER_URL=url)
    assert done.returncode == 65
    assert done.stderr == "muster: line 9223372036854775807: So it is.\n"


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
def test_a_strange_answer_at_the_socket_gives_no_keys(visitor, answer, sentence):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agent.sock"
        with socket_standin(path, lambda *_: answer):
            told = visitor.refusal(f"authorized-keys --socket {path} jane", 1)
    assert told == sentence.replace("SOCKET", str(path))
