"""What operators are told of a mail server: by `mail-test`, by `check`, and of messages that a former delivery has left."""

import json
import os

import pytest
from conftest import CHEAP, serving
from post import SECRET, relay
from test_mail import guarded, run


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
        assert code == 69 and said == (
            f"muster: 127.0.0.1:{inbox.port} refuses mail to jane@example.com: 550 5.1.1 nobody is here. The settings lead "
            "to it. Look at the address; where the answer speaks of relaying, at smtp.username.\n"
        )
        inbox.refusing = "450 4.2.1 later"
        code, said = run("server mail-test --send jane@example.com", settings)
        assert code == 69 and "refuses mail to jane@example.com: 450 4.2.1 later. It may take it later: wait" in said
        inbox.refusing = None
        secret = tmp_path / "wrong"
        secret.write_text("wrong\n")
        os.chmod(secret, 0o644)
        code, said = run("server mail-test", settings | {"MUSTER_SMTP_PASSWORD_FILE": str(secret)})
        assert code == 69 and "Look at smtp.username and smtp.passwordFile." in said
        assert f"Warning: {secret}, which smtp.passwordFile names, has mode 0644" in said
        with serving(settings | {"MUSTER_SMTP_PASSWORD_FILE": str(secret)}) as server:
            server.assert_logged(f"{secret}, which smtp.passwordFile names, has mode 0644")


def test_what_the_folder_delivery_has_left_is_told_and_removed(certificate, mail_settings, tmp_path):
    directory = tmp_path / "data"
    with serving(CHEAP, data_dir=directory) as server:
        user = guarded(server)
        assert server.login(user["username"]).status_code == 401
        outbox = server.outbox
    # What tells of the codes may have been written after the answer.
    kept = len(list(outbox.glob("*.txt")))
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
            server.assert_logged(f"{kept} message{'s' if kept > 1 else ''}{left}", f"Run: rm {outbox}/*.txt")
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
