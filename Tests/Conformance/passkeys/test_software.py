"""Passkeys of soft-webauthn, which speaks for an authenticator without a browser."""

import json
import re
import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode
from types import SimpleNamespace

import pytest
from soft_webauthn import SoftWebauthnDevice
from terminal import Terminal

from apps import enrolled
from muster import PASSWORD, binary, environment

FACTORS = "/muster/v1/factors"


def encoded(data):
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_json(credential):
    """A credential as `PublicKeyCredential.toJSON()` writes it."""
    response = {name: encoded(value) for name, value in credential["response"].items()}
    return {
        "id": encoded(credential["rawId"]),
        "rawId": encoded(credential["rawId"]),
        "type": credential["type"],
        "response": response,
    }


def with_bytes(options):
    """Options with their bytes as a browser hands them on."""
    options = dict(options)
    options["challenge"] = decoded(options["challenge"])
    if "user" in options:
        options["user"] = options["user"] | {"id": decoded(options["user"]["id"])}
    return {"publicKey": options}


def register(visitor, device, origin):
    begun = visitor.call("POST", f"{FACTORS}/webauthn/options", {})
    assert begun.status_code == 200, begun.text
    credential = as_json(device.create(with_bytes(begun.json()["options"]), origin))
    return visitor.call("POST", f"{FACTORS}/webauthn", {"label": "Soft", "credential": credential})


def sign(visitor, device, origin, login):
    options = visitor.muster.request("GET", f"/muster/v1/logins/{login}/webauthn", keys=None).json()
    return as_json(device.get(with_bytes(options["options"]), origin))


def finish(visitor, login, credential):
    body = {"credential": credential}
    return visitor.muster.request("POST", f"/muster/v1/logins/{login}", json=body, keys=None)


@pytest.fixture
def device(visitor, origin):
    """A device with a key of the visitor's."""
    device = SoftWebauthnDevice()
    answer = register(visitor, device, origin)
    assert answer.status_code == 201, answer.text
    device.recovery_codes = answer.json()["recovery_codes"]
    assert len(device.recovery_codes) == 8
    return device


def test_a_passkey_is_the_second_factor(visitor, device, origin):
    challenge = visitor.challenge()
    assert challenge["factors"] == ["webauthn", "recovery"]
    credential = sign(visitor, device, origin, challenge["login"])
    answer = finish(visitor, challenge["login"], credential)
    assert answer.status_code == 200, answer.text
    visitor.assert_session(answer.json()["token"])
    again = finish(visitor, challenge["login"], credential)
    assert again.json()["error"]["code"] == "login.expired"


def test_a_signature_for_another_login_is_refused(visitor, device, origin):
    first, second = visitor.challenge()["login"], visitor.challenge()["login"]
    credential = sign(visitor, device, origin, first)
    assert finish(visitor, second, credential).status_code == 401
    assert finish(visitor, first, credential).status_code == 200


@pytest.mark.parametrize("suffix", [".evil", ":443", "/"])
def test_another_origin_is_refused(visitor, device, origin, suffix):
    login = visitor.challenge()["login"]
    assert finish(visitor, login, sign(visitor, device, origin + suffix, login)).status_code == 401
    answer = register(visitor, SoftWebauthnDevice(), origin + suffix)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == "factor.refused"


def test_a_counter_that_does_not_grow_is_refused(visitor, device, origin):
    for _ in range(2):
        login = visitor.challenge()["login"]
        assert finish(visitor, login, sign(visitor, device, origin, login)).status_code == 200
    device.sign_count -= 1
    login = visitor.challenge()["login"]
    assert finish(visitor, login, sign(visitor, device, origin, login)).status_code == 401


@pytest.mark.parametrize("field", ["clientDataJSON", "authenticatorData", "signature"])
def test_whatever_byte_is_changed_nobody_comes_in(visitor, device, origin, field):
    login = visitor.challenge()["login"]
    credential = sign(visitor, device, origin, login)
    data = bytearray(decoded(credential["response"][field]))
    data[len(data) // 2] ^= 1
    spoilt = credential["response"] | {field: encoded(bytes(data))}
    answer = finish(visitor, login, credential | {"response": spoilt})
    assert answer.status_code in (400, 401), answer.text


def test_a_key_that_does_not_ask_who_its_user_is_is_not_enough_alone(visitor, device, origin):
    begun = visitor.muster.request("POST", "/muster/v1/logins/webauthn", keys=None).json()
    credential = as_json(device.get(with_bytes(begun["options"]), origin))
    assert finish(visitor, begun["login"], credential).status_code == 401


def test_a_passkey_has_one_owner(muster, visitor, device, origin):
    listed = visitor.call("GET", FACTORS).json()["factors"]
    assert [(factor["kind"], factor["label"]) for factor in listed] == [("webauthn", "Soft")]
    number = listed[0]["id"]
    assert visitor.call("DELETE", f"{FACTORS}/{number}", {}).status_code == 204
    assert muster.login(visitor.username).status_code == 200


def test_all_factors_are_named_the_strongest_first(muster, visitor, device):
    enrolled(muster, visitor.token)
    body = {"email_enabled": True, "sms_enabled": True, "sms_phone": "+19998887766"}
    assert muster.request("PUT", f"/users/{visitor.id}/two-factor", json=body).status_code == 200
    assert visitor.challenge()["factors"] == ["webauthn", "totp", "sms", "email", "recovery"]
    assert muster.messages(visitor.username) == [], "nothing is sent to who has something better"


def test_a_recovery_code_stands_for_the_passkey_at_a_terminal(muster, visitor, device, tmp_path):
    variables = {"HOME": str(tmp_path), "MUSTER_URL": muster.url, "LC_ALL": "C.UTF-8"}
    seat = SimpleNamespace(work=tmp_path, environment=environment(variables))
    with Terminal(seat, "login", visitor.username) as terminal:
        terminal.answer("Password: ", PASSWORD + "\n", is_silent=True)
        terminal.wait_for("A code is needed: a recovery code.")
        terminal.answer("Code: ", device.recovery_codes[0] + "\n", is_silent=True)
        shown = terminal.end()
    assert "Logged in" in shown and "Recovery codes left: 7." in shown
    listed = subprocess.run([binary(), "factors", "list"], env=seat.environment, capture_output=True, text=True)
    assert "webauthn" in listed.stdout and "Recovery codes left: 7" in listed.stdout, listed.stderr


def test_check_names_passkeys_of_a_host_that_the_server_is_not_called_any_more(muster, device):
    def told(url):
        line = [binary(), "check", "--data-dir", str(muster.data_dir), "--format", "json"]
        settings = {"MUSTER_HTTP_PUBLIC_URL": url} if url else {}
        done = subprocess.run(line, env=environment(settings), capture_output=True, text=True)
        found = [item["finding"] for item in json.loads(done.stdout) if item["part"] == "factors"]
        return [text for text in found if text.startswith("There are passkeys for another host")]

    assert told("https://localhost") == []
    [moved] = told("https://muster.example.com")
    assert re.fullmatch(
        r"There are passkeys for another host \(\d+ for localhost\), and http\.publicURL names muster\.example\.com: they "
        r"sign nobody in\. Name their host again, or have their owners make new ones\.",
        moved,
    )
    assert "names no host" in told(None)[0]
