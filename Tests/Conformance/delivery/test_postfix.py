"""Codes by way of a real Postfix, which is strict with its clients, and carries on what it takes to a mail server of the test's."""

import json

import pytest
from conftest import CHEAP, serving
from postfix import Postfix, destination
from test_mail import code_in, ends, events, fields, guarded, mail_to, run

from muster import free_port, unique_username, until

REFUSED, LATER = "refused.example", "later.example"


def local(postfix, **more):
    """The settings for a Postfix on the same machine."""
    return CHEAP | {
        "MUSTER_CODES_EMAIL_DELIVERY": "smtp",
        "MUSTER_SMTP_HOST": "localhost",
        "MUSTER_SMTP_PORT": postfix.port,
        "MUSTER_SMTP_TLS": "none",
        "MUSTER_SMTP_FROM": "muster@example.com",
    } | more


def reply(event):
    return fields(event)["reply"]


def test_a_code_signs_in_that_postfix_has_carried_over_tls(certificate):
    with destination() as inbox, Postfix(inbox.port, certificate=certificate) as postfix:
        settings = local(postfix, MUSTER_SMTP_TLS="starttls", MUSTER_SMTP_CA_FILE=certificate.authority)
        code, said = run("server mail-test --format json", settings)
        # It takes mail from this machine without a password.
        assert code == 0 and json.loads(said)["signed_in"] is False, said
        with serving(settings) as server:
            user = guarded(server)
            assert server.login(user["username"]).status_code == 401
            mail = mail_to(inbox, user)
            assert "(using TLSv1.3 with cipher " in mail["Received"] and " (Postfix) with ESMTPS id " in mail["Received"]
            assert mail["Message-ID"].endswith("@example.com>") and mail["Date"].endswith(" +0000")
            assert server.login(user["username"], verification_code=code_in(mail)).status_code == 200
            [event] = until(lambda: ends(server, user), 60, "an event")
            assert reply(event).startswith("250 2.0.0 Ok: queued as ") and not event["is_failure"]


def test_without_starttls_postfix_gets_no_mail(certificate):
    with destination() as inbox, Postfix(inbox.port, certificate=certificate) as postfix:
        with serving(local(postfix)) as server:
            user = guarded(server)
            assert server.login(user["username"]).status_code == 401
            [event] = until(lambda: events(server, user), 60, "an event")
            assert event["is_failure"] and reply(event) == "530 5.7.0 Must issue a STARTTLS command first"
            assert inbox.mails == []


NO = "... Recipient address rejected: Access denied"
TOLD = {REFUSED: f"554 5.7.1 {NO}", LATER: f"the mail server refuses the recipient: 450 4.7.1 {NO}"}


@pytest.mark.parametrize("domain", TOLD)
def test_what_postfix_says_of_a_recipient_is_told_without_the_address(domain):
    access = {REFUSED: "REJECT", LATER: "DEFER"}
    with destination() as inbox, Postfix(inbox.port, access) as postfix, serving(local(postfix)) as server:
        user = guarded(server, username=unique_username().replace("example.com", domain))
        assert server.login(user["username"]).status_code == 401
        [event] = until(lambda: events(server, user), 60, "an event")
        assert event["is_failure"] and reply(event) == TOLD[domain]
        # Tried again is what was refused for now alone.
        assert ("until" in fields(event)) == (domain == LATER)
        # Others are not kept from theirs by it.
        other = guarded(server)
        assert server.login(other["username"]).status_code == 401
        assert server.login(other["username"], verification_code=code_in(mail_to(inbox, other))).status_code == 200


def test_a_connection_that_postfix_has_ended_meanwhile_costs_no_code():
    with destination() as inbox, Postfix(inbox.port, settings="smtpd_timeout = 5s\n") as postfix:

        def is_left_alone():
            log = postfix.log
            return "timeout after" in log and log.count(": connect from") == log.count(": disconnect from")

        with serving(local(postfix)) as server:
            for _ in range(2):
                user = guarded(server)
                assert server.login(user["username"]).status_code == 401
                code = code_in(mail_to(inbox, user))
                assert server.login(user["username"], verification_code=code).status_code == 200
                [event] = until(lambda: ends(server, user), 60, "an event")
                # The first may meet what Postfix has said at the end of the connection.
                assert not event["is_failure"] and int(fields(event)["tries"]) <= 2
                until(is_left_alone, 60, "connections that have all ended")


def test_what_postfix_has_taken_waits_there_until_it_can_be_carried_on():
    """To Muster it is delivered then, and not sent once more."""
    port = free_port()
    with Postfix(port) as postfix, serving(local(postfix)) as server:
        user = guarded(server)
        assert server.login(user["username"]).status_code == 401
        [event] = until(lambda: ends(server, user), 60, "an event")
        assert fields(event)["tries"] == "1" and not event["is_failure"]
        until(lambda: "status=deferred" in postfix.log, 60, "mail that waits")
        assert "a message will be tried again" not in server.log()
