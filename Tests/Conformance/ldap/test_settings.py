"""Settings of LDAP that are wrong are named, before anything is served."""

import subprocess

import pytest

from conftest import serving
from muster import binary, environment
from tree import GROUPS


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
        ({"UID_BASE": "1000"}, "must be a whole number from 65536 to 2130706432"),
        ({"GID_BASE": "2130706433"}, "must be a whole number from 65536 to 2130706432"),
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


def test_numbers_begin_where_they_are_set_and_stay_there(tmp_path):
    with serving(tmp_path, {"MUSTER_LDAP_UID_BASE": "100000", "MUSTER_LDAP_GID_BASE": "200000"}) as found:
        muster = found.muster
        number = muster.request("GET", "/muster/v1/users/carl").json()["id"]
        (carl,) = found.search(f"(uidNumber={100000 + number})", "uid", "uidNumber", "gidNumber").entries
        assert (carl["uid"], carl["uidNumber"], carl["gidNumber"]) == (["carl"], [str(100000 + number)], ["200000"])
        (everyone,) = found.search("(gidNumber=200000)", "cn", base=GROUPS).entries
        assert everyone["cn"] == ["everyone"]
        muster.stop()
        others = muster.settings | muster.store | {"MUSTER_LDAP_UID_BASE": "300000"}

        def run(word, *more):
            line = [binary(), word, "--data-dir", muster.data_dir, *more]
            return subprocess.run(line, env=environment(others), capture_output=True, text=True, timeout=60)

        said = (
            "ldap.uidBase is 300000, but machines know the accounts of this directory by other numbers, and everybody's files "
            "there would be somebody else's. Set ldap.uidBase to 100000."
        )
        done = run("serve", "--bind", "127.0.0.1:0")
        assert done.returncode == 78 and said in done.stderr, done.stderr
        done = run("check", "--format", "json")
        assert done.returncode == 2 and said in done.stdout, done.stdout
        muster.start()
