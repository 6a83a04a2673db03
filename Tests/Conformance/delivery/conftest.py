"""Servers that send: a certificate, and Muster with a mail server or a gateway of the test's own."""

import contextlib
import os

import pytest

pytest.register_assert_rewrite("post")

from post import SECRET, USER, Certificate  # noqa: E402

from muster import Muster  # noqa: E402

# How many seconds a mail server of aiosmtpd may take to begin, on a busy machine.
os.environ["AIOSMTPD_CONTROLLER_TIMEOUT"] = "60"

CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def secret_file(tmp_path):
    """Writes a secret into a file of its own and returns its path."""

    def write(text, name="secret"):
        path = tmp_path / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)

    return write


@pytest.fixture
def mail_settings(certificate, secret_file):
    """The settings for a relay; `more` are settings besides."""

    def build(port, security="starttls", **more):
        return CHEAP | {
            "MUSTER_CODES_EMAIL_DELIVERY": "smtp",
            "MUSTER_SMTP_HOST": "127.0.0.1",
            "MUSTER_SMTP_PORT": port,
            "MUSTER_SMTP_TLS": security,
            "MUSTER_SMTP_CA_FILE": str(certificate.authority),
            "MUSTER_SMTP_USERNAME": USER,
            "MUSTER_SMTP_PASSWORD_FILE": secret_file(SECRET),
            "MUSTER_SMTP_FROM": "muster@example.com",
        } | more

    return build


@contextlib.contextmanager
def serving(settings, **options):
    with Muster(settings, **options) as server:
        yield server
        assert SECRET not in server.log()
