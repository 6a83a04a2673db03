"""Codes by text message: the calls of pyTenable with a gateway of each kind."""

import base64
import hashlib
import hmac
import json
import re
import time
from urllib.parse import parse_qs

import pytest
from conftest import CHEAP, serving
from post import TWILIO, VONAGE, WEBHOOK, Gateway
from tenable.errors import BadRequestError
from tenable.io import TenableIO
from test_mail import ends, fields, run

from muster import PASSWORD, until

SECRET = "Gateway-18-Cormorant"
PHONE = "+19998887766"


@pytest.fixture
def sms_settings(secret_file):
    """The settings for a gateway of a kind."""

    def build(kind, gateway, **more):
        secret = secret_file(SECRET, "gateway-secret")
        own = {
            "twilio": {
                "MUSTER_SMS_TWILIO_URL": gateway.url,
                "MUSTER_SMS_TWILIO_ACCOUNT": "AC1",
                "MUSTER_SMS_TWILIO_SECRET_FILE": secret,
                "MUSTER_SMS_FROM": "+15550001111",
            },
            "vonage": {
                "MUSTER_SMS_VONAGE_URL": gateway.url,
                "MUSTER_SMS_VONAGE_KEY": "abcd",
                "MUSTER_SMS_VONAGE_SECRET_FILE": secret,
                "MUSTER_SMS_FROM": "Muster",
            },
            "webhook": {
                "MUSTER_SMS_WEBHOOK_URL": gateway.url + "/sms",
                "MUSTER_SMS_WEBHOOK_SECRET_FILE": secret,
                "MUSTER_SMS_WEBHOOK_AUTHORIZATION_FILE": secret_file("Bearer abc", "authorization"),
            },
        }[kind]
        return CHEAP | own | {
            "MUSTER_CODES_SMS_DELIVERY": kind,
            "MUSTER_SMS_ALLOWED_PREFIXES": "+1,+49",
            "MUSTER_HTTP_PUBLIC_URL": "https://muster.example.com",
        } | more

    return build


def twilio(request):
    path, headers, body = request
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert headers["Authorization"] == "Basic " + base64.b64encode(f"AC1:{SECRET}".encode()).decode()
    form = {name: value for name, [value] in parse_qs(body.decode()).items()}
    assert form.keys() == {"To", "From", "Body"} and form["From"] == "+15550001111"
    return form["To"], form["Body"]


def vonage(request):
    path, _, body = request
    form = {name: value for name, [value] in parse_qs(body.decode()).items()}
    assert (path, form["api_key"], form["api_secret"], form["from"]) == ("/sms/json", "abcd", SECRET, "Muster")
    return "+" + form["to"], form["text"]


def webhook(request):
    path, headers, body = request
    assert path == "/sms" and headers["Authorization"] == "Bearer abc"
    signed = headers["X-Muster-Timestamp"].encode() + b"." + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Muster-Signature"] == "sha256=" + digest
    assert abs(int(headers["X-Muster-Timestamp"]) - time.time()) < 60
    message = json.loads(body)
    assert message["purpose"] == "code" and re.fullmatch("[0-9a-f]{32}", message["id"])
    return message["to"], message["text"]


KINDS = [("twilio", TWILIO, twilio), ("vonage", VONAGE, vonage), ("webhook", WEBHOOK, webhook)]


def client(server):
    access, secret = server.admin_keys
    return TenableIO(access, secret, url=server.url, retries=0)


def code_in(text):
    match = re.fullmatch(
        r"Your Muster code is (\d{6})\. Valid for 5 minutes\. Never share it\.\n\n@muster\.example\.com #\1", text
    )
    assert match, text
    return match.group(1)


def message(gateway, read, count=1):
    return read(until(lambda: gateway.requests[count - 1 :], 60, f"message {count}")[0])


@pytest.mark.parametrize("kind, usual, read", KINDS, ids=[kind for kind, *_ in KINDS])
def test_the_three_calls_with_a_gateway(sms_settings, kind, usual, read):
    with Gateway(usual) as gateway, serving(sms_settings(kind, gateway)) as server:
        user = server.create()
        tio = client(server)
        tio.users.enable_two_factor(user["id"], "9998887766", PASSWORD)
        phone, text = message(gateway, read)
        assert phone == PHONE and len(text) <= 160
        code = code_in(text)
        tio.users.verify_two_factor(user["id"], code)
        assert tio.users.details(user["id"])["two_factor"]["sms_enabled"] == 1
        [event] = until(lambda: ends(server, user), 60, "an event")
        assert fields(event)["channel"] == "sms" and not event["is_failure"]
        # The same phone gets no second code within half a minute; another user's does.
        other = server.create()
        tio.users.two_factor(other["id"], False, True, "+1 (999) 888-7755")
        assert server.login(other["username"]).status_code == 401
        phone, text = message(gateway, read, 2)
        assert phone == "+19998887755"
        assert server.login(other["username"], verification_code=code_in(text)).status_code == 200
        assert code not in server.log() and SECRET not in server.log() and PHONE not in server.log()


def test_numbers_beyond_the_prefixes_are_refused(sms_settings):
    with Gateway(WEBHOOK) as gateway, serving(sms_settings("webhook", gateway)) as server:
        tio, user = client(server), server.create()
        for phone in ("+441234567890", "+19005551234"):
            with pytest.raises(BadRequestError):
                tio.users.enable_two_factor(user["id"], phone, PASSWORD)
            with pytest.raises(BadRequestError):
                tio.users.two_factor(user["id"], False, True, phone)
        assert gateway.requests == []


@pytest.mark.parametrize(
    "answer, tries",
    [
        ((503, b"busy"), 2),
        ((429, b""), 2),
        ((302, b""), 1),
        ((400, b'{"to":"+19998887766"}'), 1),
        ((200, 1_000_000_000), 2),
    ],
    ids=["busy", "throttled", "redirect", "refused", "huge"],
)
def test_what_a_gateway_refuses(sms_settings, answer, tries):
    with Gateway(WEBHOOK) as gateway, serving(sms_settings("webhook", gateway)) as server:
        gateway.answers = [answer]
        tio, user = client(server), server.create()
        tio.users.enable_two_factor(user["id"], PHONE, PASSWORD)
        [event] = until(lambda: ends(server, user), 60, "an event")
        assert fields(event)["tries"] == str(tries) and event["is_failure"] == (tries == 1)
        assert len(gateway.requests) == tries and {path for path, *_ in gateway.requests} == {"/sms"}
        assert PHONE not in server.log()
        # What is not read fills the sockets' own buffers at most.
        assert gateway.flooded < 50_000_000


def test_vonage_says_no_with_200(sms_settings):
    with Gateway(VONAGE) as gateway, serving(sms_settings("vonage", gateway)) as server:
        gateway.answers = [(200, {"messages": [{"status": "4", "error-text": "Bad Credentials"}]})]
        tio, user = client(server), server.create()
        tio.users.enable_two_factor(user["id"], PHONE, PASSWORD)
        [event] = until(lambda: ends(server, user), 60, "an event")
        assert event["is_failure"] and fields(event)["reply"] == "status 4"


def test_a_locked_user_gets_no_message(sms_settings):
    with Gateway(WEBHOOK) as gateway, serving(sms_settings("webhook", gateway)) as server:
        tio, user = client(server), server.create()
        tio.users.two_factor(user["id"], False, True, PHONE)
        for _ in range(6):
            server.login(user["username"], "wrong")
        assert server.login(user["username"]).status_code == 401
        # A message to somebody else would come behind one of theirs.
        other = server.create()
        tio.users.enable_two_factor(other["id"], "9998887755", PASSWORD)
        assert message(gateway, webhook)[0] == "+19998887755"
        assert len(gateway.requests) == 1


def test_the_server_s_budget_ends_messages(sms_settings):
    with Gateway(WEBHOOK) as gateway:
        with serving(sms_settings("webhook", gateway, MUSTER_CODES_SMS_PER_HOUR=2)) as server:
            answers = []
            for number in range(3):
                user = server.create()
                body = {"sms_phone": f"+1999888770{number}", "password": PASSWORD}
                path = f"/users/{user['id']}/two-factor/send-verification"
                answers.append(server.request("POST", path, json=body))
            assert [answer.status_code for answer in answers] == [200, 200, 429]
            assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_command_sends_one_message(sms_settings):
    with Gateway(TWILIO) as gateway:
        settings = sms_settings("twilio", gateway)
        code, said = run("server sms-test --send 9998887766 --format json", settings)
        assert code == 0 and "twilio" in said, said
        phone, text = twilio(gateway.requests[0])
        assert phone == PHONE and text == "This is a test of Muster."
        code, said = run("server sms-test --send +441234567890", settings)
        assert code == 65 and "sms.allowedPrefixes" in said
        gateway.answers = [(401, {"code": 20003})]
        code, said = run("server sms-test --send 9998887766", settings)
        assert code == 69 and "HTTP 401: code 20003. Look at sms.twilio.account, sms.twilio.key and" in said
        assert SECRET not in said
        gateway.answers = [(400, {"code": 21211})]
        code, said = run("server sms-test --send 9998887766", settings)
        assert code == 69 and said == (
            f"muster: {gateway.url} refuses messages to {PHONE}: HTTP 400: code 21211. The settings lead to it; look at "
            "the number: it takes no text messages, or its owner wants none.\n"
        )
