"""Settings of LDAP that are wrong are named, before anything is served."""

import subprocess

import pytest

from muster import binary, environment


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"BIND": "127.0.0.1:0"}, "needs ldap.suffix beside it, such as dc=example,dc=com"),
        (
            {"SUFFIX": "ou=people"},
            "must be a distinguished name that begins with dc= or o=, such as dc=example,dc=com",
        ),
        (
            {"TLS_BIND": "127.0.0.1:0", "SUFFIX": "dc=x"},
            "needs a certificate beside it: ldap.tls.certificate and ldap.tls.privateKey, or http.tls.certificate and "
            "http.tls.privateKey",
        ),
        ({"TLS_CERTIFICATE": "/x"}, "The setting MUSTER_LDAP_TLS_CERTIFICATE (environment) needs ldap.tls.privateKey beside it."),
        (
            {"TLS_CERTIFICATE": "/nowhere/chain.pem", "TLS_PRIVATE_KEY": "/nowhere/key.pem"},
            "The file of the certificate, /nowhere/chain.pem (ldap.tls.certificate), is not there.",
        ),
        ({"HOME_DIRECTORY": "home"}, "must be a path from the root, in ASCII and without a colon"),
        ({"PLAINTEXT_BIND": "sometimes"}, "must be one of never, loopback, always"),
        ({"SECOND_FACTOR": "append"}, "must be one of refuse, ignore"),
        ({"LIMITS_CONNECTIONS": "0"}, "MUSTER_LDAP_LIMITS_CONNECTIONS"),
    ],
)
def test_a_wrong_setting_is_named(settings, said):
    done = subprocess.run(
        [binary(), "config"],
        env=environment({f"MUSTER_LDAP_{name}": value for name, value in settings.items()}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 78 and said in done.stderr, done.stderr
