"""Codes: people of the least role, and strangers who know passwords, have as many sent as the server lets them."""

import json

from crowd import Crowd
from guard import Guard
from server import CHEAP, PASSWORD, Finding, Server

PEOPLE = 6
SMS_HOURLY, EMAIL_HOURLY = 12, 5
USER_HOURLY, NUMBERS_DAILY = 10, 3


def codes(seed, seconds):
    """Floods of verification codes, to arbitrary numbers and by logins; what is delivered stays in the budgets."""
    settings = CHEAP | {"MUSTER_CODES_SMS_PER_HOUR": SMS_HOURLY, "MUSTER_CODES_EMAIL_PER_HOUR": EMAIL_HOURLY}
    with Server(settings) as server:
        with Guard(server) as guard:
            names = [f"code{number}@example.com" for number in range(PEOPLE)]
            tokens = []
            for name in names:
                server.create(name, 0, PASSWORD)
                tokens.append(server.token(name))
            with_factor = [f"factor{number}@example.com" for number in range(PEOPLE)]
            for name in with_factor:
                user = server.create(name, 0, PASSWORD)
                server.ask("PATCH", f"/muster/v1/users/{user}", {"email": name})
                server.ask("PUT", f"/users/{user}/two-factor", {"email_enabled": True, "sms_enabled": False})

            def request(chosen, _):
                if chosen.random() < 0.3:
                    return framed("POST", "/session", {"username": chosen.choice(with_factor), "password": PASSWORD})
                asked = {"sms_phone": f"+1555{chosen.randrange(10**7):07}"}
                if chosen.random() < 0.9:
                    asked["password"] = PASSWORD
                return framed("POST", "/session/two-factor/send-verification", asked, chosen.choice(tokens))

            crowd = Crowd(server, guard, 24, request, f"{seed}/codes").run(seconds)
            guard.has_recovered()
            letters = [file.read_text() for file in sorted((server.folder / "data/outbox").iterdir()) if file.is_file()]
            # Notices have bounds of their own.
            sent = [letter for letter in letters if "verification code" in letter]
            assert_within(sent)
        server.stop()
    return f"{len(sent)} codes for {crowd.answers}; {guard}"


def assert_within(sent):
    """No more messages than the budgets of channels and users allow, and of numbers."""
    heads = [dict(line.split(": ", 1) for line in text.split("\n\n")[0].splitlines() if ": " in line) for text in sent]
    if not heads:
        raise Finding("no code was sent at all, so nothing was tried")
    by_sms = [head for head in heads if head["To"].startswith("+")]
    if len(by_sms) > SMS_HOURLY or len(heads) - len(by_sms) > EMAIL_HOURLY:
        raise Finding(f"{len(by_sms)} codes by SMS and {len(heads) - len(by_sms)} by e-mail were sent")
    for user in {head["User"] for head in by_sms}:
        numbers = [head["To"] for head in by_sms if head["User"] == user]
        if len(numbers) > USER_HOURLY or len(set(numbers)) > NUMBERS_DAILY:
            raise Finding(f"{len(numbers)} codes to {len(set(numbers))} numbers for {user}")


def framed(method, path, body, token=None):
    content = json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n"
    if token:
        head += f"X-Cookie: token={token}\r\n"
    return head.encode() + b"\r\n" + content
