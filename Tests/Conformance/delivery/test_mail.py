"""Codes and their mails: from a login through a real mail server to the session."""

import json
import re
import subprocess
from urllib.parse import quote

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
    return until(lambda: inbox.to(user["username"])[count - 1 :], 60, f"mail {count}")[0]


def events(server, user):
    """What the audit log says of codes to a user."""
    answer = server.request("GET", "/audit-log/v1/events?f=action.eq:message.deliver&limit=1000")
    assert answer.status_code == 200, answer.text
    own = [each for each in answer.json()["events"] if each["target"]["id"] == user["uuid"]]
    return [each for each in own if fields(each)["purpose"] == "code"]


def ends(server, user):
    """What became of codes in the end."""
    return [event for event in events(server, user) if "until" not in fields(event)]


def run(line, settings, stdin=None):
    done = subprocess.run(
        [binary(), *line.split()], env=environment(settings), input=stdin, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def fields(event):
    return {field["key"]: field["value"] for field in event["fields"]}


def messages(server, user):
    """What `muster users twofactor show` tells an administrator, as JSON and as people see it."""
    access, secret = server.admin_keys
    keys = {"MUSTER_URL": server.url, "MUSTER_ACCESS_KEY": access, "MUSTER_SECRET_KEY": secret}
    line = f"users twofactor show {user['username']}"
    (code, shown), (_, table) = run(f"{line} --format json", keys), run(line, keys)
    assert code == 0, shown
    return json.loads(shown), table


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
        [event] = until(lambda: ends(server, user), 60, "an event")
        said = fields(event)
        assert (said["channel"], said["purpose"], said["tries"]) == ("email", "code", "1")
        assert said["reply"].startswith("250 queued as") and not event["is_failure"]
        assert code not in server.log()


def test_no_mail_and_no_password_without_starttls(mail_settings):
    from aiosmtpd.controller import Controller
    from post import Inbox, free_port

    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with serving(mail_settings(port)) as server:
            user = guarded(server)
            assert server.login(user["username"]).status_code == 401
            until(lambda: "a message will be tried again" in server.log(), 60, "a failed try")
            server.assert_logged("no TLS with the mail server")
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
            until(lambda: "a message will be tried again" in server.log(), 60, "a failed try")
            assert inbox.mails == []


def test_a_server_that_is_down_is_tried_again_and_the_same_mail_arrives(certificate, mail_settings):
    with relay(certificate) as inbox:
        port = inbox.port
    with serving(mail_settings(port)) as server:
        user = guarded(server)
        assert server.login(user["username"]).status_code == 401
        until(lambda: "a message will be tried again" in server.log(), 60, "a failed try")
        waiting = until(lambda: events(server, user), 60, "that it is recorded")
        # The second try has failed for the same reason by now, or will.
        assert [fields(event)["tries"] for event in waiting] == ["1"] and waiting[0]["is_failure"]
        # Beside the code waits that codes were switched on.
        told = until(lambda: [both for both in [messages(server, user)] if both[0]["waiting_messages"] == 2], 60, "two")
        shown, table = told[0]
        reason = f"could not connect to 127.0.0.1:{port}: connection refused"
        assert (shown["waiting_message_purpose"], shown["waiting_message_reason"]) == ("code", reason)
        assert "last_message_at" not in shown
        assert shown["waiting_message_until"] - shown["waiting_message_since"] == 300_000
        assert re.search(rf"^Waiting message +code by email, since \S+, tried until \S+: {reason}; 1 more$", table, re.M)
        with relay(certificate, port=port) as inbox:
            code = code_in(mail_to(inbox, user))
            assert server.login(user["username"], verification_code=code).status_code == 200
            [event] = until(lambda: ends(server, user), 60, "an event")
            assert int(fields(event)["tries"]) > 1
            shown, table = messages(server, user)
            assert shown.get("waiting_message_purpose") != "code" and "by email: 250 queued as" in table


def test_a_refusal_is_final_and_told_without_the_address(certificate, mail_settings):
    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = guarded(server)
        until(lambda: inbox.notices_to(user["username"]), 60, "that codes were switched on")
        inbox.refusing = f"550 5.1.1 <{user['username']}> is not here"
        assert server.login(user["username"]).status_code == 401
        [event] = until(lambda: events(server, user), 60, "an event")
        assert event["is_failure"] and fields(event)["reply"] == "550 5.1.1 ... is not here"
        server.assert_logged("a message was given up on")
        [failed] = (server.outbox / "email/failed").iterdir()
        assert "Reason: 550 5.1.1 ... is not here" in failed.read_text()
        assert not list((server.outbox / "email/new").iterdir())
        shown, table = messages(server, user)
        assert shown["last_message_failed"] is True and "waiting_messages" not in shown
        assert (shown["last_message_channel"], shown["last_message_reply"]) == ("email", "550 5.1.1 ... is not here")
        assert "by email, failed: 550 5.1.1 ... is not here" in table


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
        until(lambda: len(kept()) == 2, 60, "two letters")
        until(lambda: "a message will be tried again" in server.log(), 60, "that the log tells of what waits")
        server.kill()
        assert len(kept()) == 2
        assert not any(user["username"].encode() in path.read_bytes() for path in kept())
        with relay(certificate, port=port) as inbox:
            server.start()
            code = code_in(mail_to(inbox, user))
            assert server.login(user["username"], verification_code=code).status_code == 200
            until(lambda: not kept(), 60, "that nothing is on its way")
            assert len(inbox.to(user["username"])) == 1


def test_twenty_logins_at_once_send_one_code(certificate, mail_settings):
    from concurrent.futures import ThreadPoolExecutor

    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = guarded(server)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: server.login(user["username"]).status_code, range(20)))
        assert set(answers) <= {401, 503}
        mail_to(inbox, user)
        folders = [server.outbox / "email" / state for state in ("new", "sending")]
        until(lambda: not any(list(folder.iterdir()) for folder in folders), 60, "that nothing is on its way")
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
        [mail] = until(lambda: inbox.notices_to(user["username"]), 60, "a notice")
        assert mail["Subject"] == "The e-mail address of your Muster account was changed"
        assert "changed by an administrator" in mail.get_content()
        assert "thief" not in mail.get_content()
        [mail] = until(lambda: inbox.notices_to("thief@example.com"), 60, "another notice")
        assert mail["Subject"] == "The password of your Muster account was changed"


def test_an_ssh_key_that_comes_and_goes_is_told(certificate, mail_settings):
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDtqJ7zOtqQtYqOo0CpvDXNlMV3HeJDpjrASKGLWdop1"
    with relay(certificate) as inbox, serving(mail_settings(inbox.port)) as server:
        user = server.create()
        path = f"/muster/v1/users/{user['id']}/ssh-keys"
        answer = server.request("POST", path, json={"key": key})
        assert answer.status_code == 201, answer.text
        fingerprint = answer.json()["fingerprint"]
        answer = server.request("DELETE", f"{path}/{quote(fingerprint, safe='')}")
        assert answer.status_code == 204, answer.text
        mails = until(lambda: (found := inbox.notices_to(user["username"]))[1:] and found, 60, "two notices")
        subjects = {mail["Subject"] for mail in mails}
        assert subjects == {
            "An SSH key was added to your Muster account",
            "An SSH key was removed from your Muster account",
        }
        assert all(fingerprint in mail.get_content() for mail in mails)


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
        until(lambda: inbox.notices_to(user["username"]), 60, "that codes were switched on")
        until(lambda: not list((spool / "sending").iterdir()), 60, "that nothing is on its way")
        for folder in ("new", "sending", "failed"):
            (spool / folder).rmdir()
        spool.rename(server.outbox / "moved")
        spool.write_text("in the way")
        answer = server.login(user["username"])
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
        server.assert_logged("a message cannot be sent")
        spool.unlink()
        assert server.login(user["username"]).status_code == 401
        code = code_in(mail_to(inbox, user))
        assert server.login(user["username"], verification_code=code).status_code == 200


def test_codes_go_to_plain_addresses_of_ascii_only(mail_settings):
    setup = {"email_enabled": True, "sms_enabled": False}
    stored = 0
    with serving(mail_settings(9)) as server:
        user = server.create()
        path = f"/users/{user['id']}"
        local = [f"j{each}e@example.com" for each in "\x01\x7f\r\n<>()[]\" ,;:\\\u00fc"]
        for address in [*local, "jane@b\u00fcro.example", "jane@[127.0.0.1]", "a" * 65 + "@example.com"]:
            answer = server.request("PUT", path, json={"email": address})
            # Some may stand in a record, as others have brought them.
            if answer.status_code == 200:
                stored += 1
                answer = server.request("PUT", f"{path}/two-factor", json=setup)
                assert "of ASCII" in answer.text, (address, answer.text)
            assert answer.status_code == 400, (address, answer.text)
        assert stored > 0


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
        until(lambda: len(slow.mails) >= 2, 60, "a second try")
        assert len({mail["Message-ID"] for mail, _ in slow.mails}) == 1


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
