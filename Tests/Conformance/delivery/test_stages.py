"""Mail servers that go away in the middle, and that change what they offer."""

import pytest
from conftest import serving
from post import SECRET
from stages import STAGES, LeavingServer
from test_mail import guarded_before, run

from muster import until


@pytest.mark.parametrize("stage", STAGES)
def test_a_server_that_goes_away_is_told_and_no_mail_counts_as_sent(certificate, mail_settings, stage):
    with LeavingServer(certificate, [stage]) as server:
        code, said = run("server mail-test --send jane@example.com", mail_settings(server.port))
    assert code == 69 and f"127.0.0.1:{server.port}" in said, said
    assert SECRET not in said and len(said.splitlines()) <= 3
    assert server.mails == 0
    last = STAGES[stage]
    assert (server.heard[0][-1].startswith(last) if last else not server.heard[0]), server.heard


def test_a_server_that_offers_no_tls_at_the_second_try_gets_neither_password_nor_mail(
    certificate, mail_settings, tmp_path
):
    user = guarded_before(tmp_path / "data")
    with LeavingServer(certificate, ["from", "no starttls", None]) as relay:
        with serving(mail_settings(relay.port), data_dir=tmp_path / "data") as server:
            assert server.login(user["username"]).status_code == 401
            until(lambda: relay.mails == 1, 60, "a mail at the third try")
            server.assert_logged("no TLS with the mail server")
        first, second, _ = relay.heard
        assert any(line.startswith("MAIL FROM") for line in first)
        assert [line.split()[0] for line in second if line] == ["EHLO"]
