"""The four examples of docs/second-factor.md, as printed there: only where the peer is differs. It is a real Postfix, or a stand-in on this machine."""

import json
import re
from urllib.parse import parse_qs

import pytest
from aiosmtpd.smtp import AuthResult
from conftest import CHEAP, serving
from post import TWILIO, WEBHOOK, Gateway, relay
from postfix import Postfix, destination
from test_mail import code_in, guarded, mail_to
from test_sms import code_in as code_in_text

from muster import REPOSITORY, until

TEXT = (REPOSITORY / "docs/second-factor.md").read_text()
SECRET = "Heron-52-Lighthouse"


@pytest.fixture
def settings(tmp_path, secret_file):
    """Writes an example into a file; returns the arguments that name it, and what differs."""

    def build(name, secret=None, **places):
        [example] = re.findall(rf"<!-- file: /etc/muster/{name}\.json -->\n```json\n(.*?)```", TEXT, re.S)
        file = tmp_path / f"{name}.json"
        file.write_text(example)
        kept = {secret: secret_file(SECRET)} if secret else {}
        return {"arguments": ["--config", file], "settings": CHEAP | kept | places}

    return build


def signs_in(server, user, code):
    assert server.login(user["username"], verification_code=code).status_code == 200


def texted(server, gateway, phone):
    """A user whose logins need a code by text message, and the request with it."""
    user = server.create()
    body = {"email_enabled": False, "sms_enabled": True, "sms_phone": phone}
    answer = server.request("PUT", f"/users/{user['id']}/two-factor", json=body)
    assert answer.status_code == 200, answer.text
    assert server.login(user["username"]).status_code == 401
    return user, until(lambda: gateway.requests, 60, "a request")[0]


def test_the_local_postfix(settings):
    """It takes mail from this machine, without TLS and without a password, and carries it on."""
    with destination() as inbox, Postfix(inbox.port) as postfix:
        with serving(**settings("postfix", MUSTER_SMTP_PORT=postfix.port)) as server:
            user = guarded(server)
            assert server.login(user["username"]).status_code == 401
            mail = mail_to(inbox, user)
            assert mail.envelope[0] == "muster@example.com"
            # By the name of http.publicURL.
            assert mail["Received"].startswith("from muster.example.com (")
            assert "by mail.example.com (Postfix) with ESMTP id " in " ".join(mail["Received"].split())
            signs_in(server, user, code_in(mail))


def test_the_relay_with_starttls(settings, certificate):
    def authenticator(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (b"muster@example.com", SECRET.encode())
        return AuthResult(success=good, handled=good)

    with relay(certificate, authenticator=authenticator) as inbox:
        places = {
            "MUSTER_SMTP_HOST": "localhost", "MUSTER_SMTP_PORT": inbox.port,
            "MUSTER_SMTP_CA_FILE": certificate.authority,
        }
        with serving(**settings("relay", "MUSTER_SMTP_PASSWORD_FILE", **places)) as server:
            user = guarded(server)
            assert server.login(user["username"]).status_code == 401
            mail = mail_to(inbox, user)
            assert mail.was_guarded and mail.was_signed_in
            signs_in(server, user, code_in(mail))
            assert SECRET not in server.log()


def test_twilio(settings):
    with Gateway(TWILIO) as gateway:
        places = {"MUSTER_SMS_TWILIO_URL": gateway.url}
        with serving(**settings("twilio", "MUSTER_SMS_TWILIO_SECRET_FILE", **places)) as server:
            user, (path, _, body) = texted(server, gateway, "+1 555 555 5555")
            assert path == f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
            form = {name: value for name, [value] in parse_qs(body.decode()).items()}
            assert (form["To"], form["From"]) == ("+15555555555", "+15555550100")
            signs_in(server, user, code_in_text(form["Body"]))


def test_the_webhook_and_the_function_that_judges_it(settings):
    """The function is the document's own, and the number has no prefix, as the example allows."""
    [program] = re.findall(r"```python\n(import hashlib.*?)```", TEXT, re.S)
    names = {}
    exec(compile(program, "second-factor.md", "exec"), names)
    with Gateway(WEBHOOK) as gateway:
        places = {"MUSTER_SMS_WEBHOOK_URL": gateway.url + "/send"}
        with serving(**settings("webhook", "MUSTER_SMS_WEBHOOK_SECRET_FILE", **places)) as server:
            user, (path, headers, body) = texted(server, gateway, "1511 2345678")
            given = headers["X-Muster-Timestamp"], headers["X-Muster-Signature"]
            assert path == "/send" and names["is_ours"](SECRET.encode(), *given, body)
            assert not names["is_ours"](b"another key", *given, body)
            assert not names["is_ours"](SECRET.encode(), *given, body + b" ")
            message = json.loads(body)
            assert message["to"] == "+4915112345678"
            signs_in(server, user, code_in_text(message["text"]))
