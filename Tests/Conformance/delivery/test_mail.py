"""Codes and their mails: from a login through a real mail server to the session."""

import json
import os
import re
import subprocess
import time

import pytest
from conftest import CHEAP, serving
from post import SECRET, SlowServer, relay

from muster import PASSWORD, Muster, binary, environment, until


def guarded(server, **fields):
    """A user whose logins need a code by e-mail."""
    user = server.create(**fields)
    body = {"email_enabled": True, "sms_enabled": False}
    answer = server.request("PUT", f"/users/{user['id']}/two-factor", json=body)
    assert answer.status_code == 200, answer.text
    return user


def guarded_before(directory):
    """Such a user of a server that has ended, so that nothing is on its way that tells of it."""
    with serving(CHEAP, data_dir=directory) as server:
        return guarded(server)


def code_in(mail):
    return re.search(r"^ {4}(\d{6})\r?$", mail.get_content(), re.M).group(1)


def mail_to(inbox, user, count=1):
    return until(lambda: inbox.to(user["username"])[count - 1 :], 15, f"mail {count}")[0]


def events(server, user):
    """What the audit log says of codes to a user."""
    answer = server.request("GET", "/audit-log/v1/events?f=action.eq:message.deliver&limit=1000")
    assert answer.status_code == 200, answer.text
    own = [each for each in answer.json()["events"] if each["target"]["id"] == user["uuid"]]
    return [each for each in own if fields(each)["purpose"] == "code"]


def fields(event):
    return {field["key"]: field["value"] for field in event["fields"]}


@pytest.mark.parametrize("security", ["starttls", "implicit"])
def test_a_code_by_mail_signs_in(certificate, mail_settings, security):
    with relay(certificate, security) as inbox, serving(mail_settings(inbox.port, security)) as server:
        user = guarded(server)
        assert server.login(user["username"]).status_code == 401
        mail = mail_to(inbox, user)
        # Where TLS comes first, aiosmtpd sees none of it.
        assert mail.was_guarded == (security == "starttls") and mail.was_signed_in
        assert mail.envelope == ("muster@example.com", [user["username"]])
        assert mail["From"] == "Muster <muster@example.com>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<[0-9a-f]{32}@example\.com>", mail["Message-ID"])
        code = code_in(mail)
        assert code not in mail["Subject"] and user["username"] in mail.get_content()
        assert all(byte < 128 for byte in mail.raw) and b"\n" not in mail.raw.replace(b"\r\n", b"")
        assert server.login(user["username"], verification_code=code).status_code == 200
        [event] = until(lambda: events(server, user), 5, "an event")
        said = fields(event)
        assert (said["channel"], said["purpose"], said["tries"]) == ("email", "code", "1")
        assert said["reply"].startswith("250 queued as") and not event["is_failure"]
        assert code not in server.log()


def test_no_mail_and_no_password_without_starttls(mail_settings):
    from aiosmtpd.controller import Controller
    from post import Inbox, _free_port

    inbox, port = Inbox(), _free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with serving(mail_settings(port)) as server:
            user = guarded(server)
            assert server.login(user["username"]).status_code == 401
            until(lambda: "a message will be tried again" in server.log(), 10, "a failed try")
            assert "no TLS with the mail server" in server.log()
            assert inbox.mails == []
    finally:
        controller.stop()


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate, mail_settings):
    with relay(certificate) as inbox:
        settings = mail_settings(inbox.port)
        del settings["MUSTER_SMTP_CA_FILE"]
        with serving(settings) as server:
            user = guarded(server)
            server.login(user["username"])
            until(lambda: "a message will be tried again" in server.log(), 10, "a failed try")
            assert inbox.mails == []


def test_a_server_that_is_down_is_tried_again_and_the_same_mail_arrives(certificate, mail_settings):
    with relay(certificate) as inbox:
        port = inbox.port
    with serving(mail_settings(port)) as server:
        user = guarded(server)
        assert server.login(user["username"]).status_code == 401
        until(lambda: "a message will be tried again" in server.log(), 10, "a failed try")
        with relay(certificate, port=port) as inbox:
            code = code_in(mail_to(inbox, user))
            assert server.login(user["username"], verification_code=code).status_code == 200
            [event] = until(lambda: events(server, user), 5, "an event")
            assert int(fields(event)["tries"]) > 1


def test_a_refusal_is_final_and_told_without_the_address(certificate, mail_settings):
    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = guarded(server)
        until(lambda: inbox.notices_to(user["username"]), 15, "that codes were switched on")
        inbox.refusing = f"550 5.1.1 <{user['username']}> is not here"
        assert server.login(user["username"]).status_code == 401
        [event] = until(lambda: events(server, user), 10, "an event")
        assert event["is_failure"] and fields(event)["reply"] == "550 5.1.1 ... is not here"
        assert "a message was given up on" in server.log()
        [failed] = (server.outbox / "email/failed").iterdir()
        assert "Reason: 550 5.1.1 ... is not here" in failed.read_text()
        assert not list((server.outbox / "email/new").iterdir())
        access, secret = server.admin_keys
        keys = {"MUSTER_URL": server.url, "MUSTER_ACCESS_KEY": access, "MUSTER_SECRET_KEY": secret}
        code, said = run(f"users twofactor show {user['username']} --format json", keys)
        shown = json.loads(said)
        assert code == 0 and shown["last_message_failed"] is True, said
        assert (shown["last_message_channel"], shown["last_message_reply"]) == ("email", "550 5.1.1 ... is not here")


def test_what_waits_survives_a_kill_and_is_sealed(certificate, mail_settings, tmp_path):
    with relay(certificate) as inbox:
        port = inbox.port
    with serving(mail_settings(port)) as server:
        user = guarded(server)
        server.login(user["username"])
        spool = server.outbox / "email"

        def kept():
            return [path for state in ("new", "sending") for path in (spool / state).iterdir()]

        # The code, and that codes were switched on.
        until(lambda: len(kept()) == 2, 10, "two letters")
        until(lambda: "a message will be tried again" in server.log(), 10, "that the log tells of what waits")
        server.kill()
        assert len(kept()) == 2
        assert not any(user["username"].encode() in path.read_bytes() for path in kept())
        with relay(certificate, port=port) as inbox:
            server.start()
            code = code_in(mail_to(inbox, user))
            assert server.login(user["username"], verification_code=code).status_code == 200
            time.sleep(0.5)
            assert len(inbox.to(user["username"])) == 1


def test_twenty_logins_at_once_send_one_code(certificate, mail_settings):
    from concurrent.futures import ThreadPoolExecutor

    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = guarded(server)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: server.login(user["username"]).status_code, range(20)))
        assert set(answers) <= {401, 503}
        mail_to(inbox, user)
        time.sleep(1)
        assert len(inbox.to(user["username"])) == 1


def test_the_former_address_is_told_of_another_one(certificate, mail_settings):
    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = server.create()
        body = {"email": "thief@example.com", "password": "Better-Horse-82-Lantern"}
        path = f"/muster/v1/users/{user['id']}"
        answer = server.request("PATCH", path, json={"email": body["email"]})
        assert answer.status_code == 200, answer.text
        answer = server.request("PUT", path + "/password", json={"password": body["password"]})
        assert answer.status_code < 300, answer.text
        [mail] = until(lambda: inbox.notices_to(user["username"]), 15, "a notice")
        assert mail["Subject"] == "The e-mail address of your Muster account was changed"
        assert "changed by an administrator" in mail.get_content()
        assert "thief" not in mail.get_content()
        [mail] = until(lambda: inbox.notices_to("thief@example.com"), 15, "another notice")
        assert mail["Subject"] == "The password of your Muster account was changed"


def test_two_servers_do_not_send_from_one_folder(mail_settings, tmp_path):
    settings = mail_settings(9, MUSTER_CODES_OUTBOX=str(tmp_path / "outbox"))
    with serving(settings):
        with pytest.raises(AssertionError, match="Give each server a codes.outbox of its own"):
            with Muster(settings):
                pass


def test_a_full_or_unwritable_spool_is_told_to_whoever_asks(certificate, mail_settings):
    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = guarded(server)
        spool = server.outbox / "email"
        until(lambda: inbox.notices_to(user["username"]), 15, "that codes were switched on")
        until(lambda: not list((spool / "sending").iterdir()), 5, "that nothing is on its way")
        for folder in ("new", "sending", "failed"):
            (spool / folder).rmdir()
        spool.rename(server.outbox / "moved")
        spool.write_text("in the way")
        answer = server.login(user["username"])
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
        assert "a message cannot be sent" in server.log()
        spool.unlink()
        assert server.login(user["username"]).status_code == 401
        code = code_in(mail_to(inbox, user))
        assert server.login(user["username"], verification_code=code).status_code == 200


@pytest.mark.parametrize("address", ["b\u00fcro@example.com", "jane@b\u00fcro.example"])
def test_codes_do_not_go_to_addresses_beyond_ascii(mail_settings, address):
    with serving(mail_settings(9)) as server:
        user = server.create(email=address)
        body = {"email_enabled": True, "sms_enabled": False}
        answer = server.request("PUT", f"/users/{user['id']}/two-factor", json=body)
        assert answer.status_code == 400 and "of ASCII" in answer.text


def test_nothing_is_set_up_where_mail_is_off():
    with Muster(CHEAP | {"MUSTER_CODES_EMAIL_DELIVERY": "off"}) as server:
        user = server.create()
        body = {"email_enabled": True, "sms_enabled": False}
        answer = server.request("PUT", f"/users/{user['id']}/two-factor", json=body)
        assert answer.status_code == 400 and "sends no e-mail" in answer.text


def test_a_code_whose_mail_was_taken_but_not_answered_for_comes_again_under_its_id():
    settings = CHEAP | {
        "MUSTER_CODES_EMAIL_DELIVERY": "smtp",
        "MUSTER_SMTP_HOST": "127.0.0.1",
        "MUSTER_SMTP_TLS": "none",
        "MUSTER_SMTP_FROM": "muster@example.com",
    }
    with SlowServer(0, drops=1) as slow, serving(settings | {"MUSTER_SMTP_PORT": slow.port}) as server:
        slow.released.set()
        user = guarded(server)
        server.login(user["username"])
        until(lambda: len(slow.mails) >= 2, 15, "a second try")
        assert len({mail["Message-ID"] for mail, _ in slow.mails}) == 1


def run(line, settings, stdin=None):
    done = subprocess.run(
        [binary(), *line.split()], env=environment(settings), input=stdin, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_the_command_looks_at_the_mail_server_and_sends_one_mail(certificate, mail_settings):
    with relay(certificate) as inbox:
        settings = mail_settings(inbox.port)
        code, said = run("server mail-test --format json", settings)
        assert code == 0 and '"signed_in":true' in said.replace(" ", ""), said
        assert inbox.mails == []
        code, said = run("server mail-test --send jane@example.com", settings)
        assert code == 0, said
        text = "This is a test. Mail from Muster arrives at this address."
        assert text in inbox.to("jane@example.com")[0].get_content()
    code, said = run("server mail-test", settings)
    assert code == 69 and SECRET not in said
    assert said == (
        f"muster: 127.0.0.1:{inbox.port} takes no mail from here: could not connect to 127.0.0.1:{inbox.port}: connection "
        "refused. Look at smtp.host and smtp.port, and whether the mail server runs.\n"
    )


def test_what_is_wrong_with_a_mail_server_is_said_with_what_to_look_at(certificate, mail_settings, tmp_path):
    with relay(certificate) as inbox:
        settings = mail_settings(inbox.port)
        code, said = run("server mail-test", mail_settings(inbox.port, "implicit"))
        assert code == 69 and "it speaks none on this port, or none that is safe. Look at smtp.port and smtp.tls: " in said
        foreign = settings | {"MUSTER_SMTP_CA_FILE": "/etc/ssl/certs/ca-certificates.crt"}
        code, said = run("server mail-test", foreign)
        assert code == 69 and "of no authority that is trusted. Look at smtp.host and smtp.caFile." in said
        inbox.refusing = "550 5.1.1 nobody is here"
        code, said = run("server mail-test --send jane@example.com", settings)
        assert code == 69 and "550 5.1.1 nobody is here. The settings lead to it; look at the address, and at" in said
        secret = tmp_path / "wrong"
        secret.write_text("wrong\n")
        os.chmod(secret, 0o644)
        code, said = run("server mail-test", settings | {"MUSTER_SMTP_PASSWORD_FILE": str(secret)})
        assert code == 69 and "Look at smtp.username and smtp.passwordFile." in said
        assert f"Warning: {secret}, which smtp.passwordFile names, has mode 0644" in said
        with serving(settings | {"MUSTER_SMTP_PASSWORD_FILE": str(secret)}) as server:
            assert f"{secret}, which smtp.passwordFile names, has mode 0644" in server.log()


def test_what_the_folder_delivery_has_left_is_told_and_removed(certificate, mail_settings, tmp_path):
    directory = tmp_path / "data"
    with serving(CHEAP, data_dir=directory) as server:
        user = guarded(server)
        assert server.login(user["username"]).status_code == 401
        kept = len(list(server.outbox.glob("*.txt")))
        outbox = server.outbox
    long_ago = outbox / "000000000000001-00000000.txt"
    long_ago.write_text("Your Muster verification code is 123456.")
    with relay(certificate) as inbox:
        settings = mail_settings(inbox.port) | {"MUSTER_CODES_SMS_DELIVERY": "off"}
        told = f" for another program are left in {outbox}, in clear, and the settings have none that sends them."
        end = (
            "and the settings have none that sends them. A server removes each when it is of no use any more. "
            f"Run: rm {outbox}/*.txt"
        )
        found = findings(directory, settings)[1][0][1]
        assert told in found and end in found
        with serving(settings, data_dir=directory) as server:
            left = told.replace("are", "is") if kept == 1 else told
            assert f"{kept} message{'s' if kept > 1 else ''}{left}" in server.log()
            assert f"Run: rm {outbox}/*.txt" in server.log()
            assert not long_ago.exists() and len(list(outbox.glob("*.txt"))) == kept


@pytest.fixture
def founded(tmp_path):
    """A directory that is initialised."""
    code, said = run(f"init --data-dir {tmp_path / 'data'} --admin admin@example.com", CHEAP)
    assert code == 0, said
    return tmp_path / "data"


def findings(directory, settings):
    """What `muster check` says of delivery, with its exit code."""
    code, said = run(f"check --data-dir {directory} --format json", settings)
    found = json.loads(said)
    return code, [(item["severity"], item["finding"]) for item in found if item["part"] == "delivery"]


def test_check_says_whether_the_mail_server_takes_mail(founded, certificate, mail_settings):
    with relay(certificate) as inbox:
        settings = mail_settings(inbox.port)
        assert findings(founded, settings)[1] == [("ok", f"127.0.0.1:{inbox.port} takes mail from here.")]
        secret = settings["MUSTER_SMTP_PASSWORD_FILE"]
        os.chmod(secret, 0o644)
        code, found = findings(founded, settings)
        open_to_others = (
            f"{secret}, which smtp.passwordFile names, has mode 0644, so that others may read the secret in it. "
            f"Run: chmod 600 {secret}"
        )
        assert code == 2 and found[0] == ("error", open_to_others)
        os.chmod(secret, 0o600)
    [(severity, told)] = findings(founded, settings)[1]
    assert severity == "warning"
    reason = told.partition(" here: ")[2].partition(". See")[0]
    assert "connect" in reason.lower() or "reach" in reason.lower(), told
    assert told == f"127.0.0.1:{inbox.port} takes no mail from here: {reason}. See: muster server mail-test"


def test_check_says_where_nobody_asks_for_the_password(founded, certificate, mail_settings):
    # aiosmtpd, which sees nothing of the TLS, offers no AUTH.
    with relay(certificate, "implicit", auth_required=False, auth_require_tls=True) as inbox:
        told = f"127.0.0.1:{inbox.port} has not asked for the password that smtp.passwordFile has. It may refuse mail."
        assert findings(founded, mail_settings(inbox.port, "implicit"))[1] == [("warning", told)]


def test_a_server_that_sends_nothing_any_more_says_so(tmp_path):
    directory = tmp_path / "data"
    with serving(CHEAP, data_dir=directory) as server:
        user = guarded(server)
    off = CHEAP | {"MUSTER_CODES_EMAIL_DELIVERY": "off"}
    said = json.loads(run(f"check --data-dir {directory} --format json", off)[1])
    assert (
        f"1 user ({user['username']}) cannot log in: they need a code, and codes.email.delivery is off. "
        "Switch it on, or run: muster factors reset NAME"
    ) in [item["finding"] for item in said if item["part"] == "factors"]
    with serving(off, data_dir=directory) as server:
        answer = server.login(user["username"])
        assert answer.status_code == 403 and "does not send any" in answer.json()["message"]
        assert answer.json()["factors"] == [] and "Retry-After" not in answer.headers
