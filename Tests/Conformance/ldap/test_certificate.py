"""A certificate for LDAP alone, as where a proxy speaks HTTPS."""

import os
import signal
import subprocess

import trustme
from conftest import listening
from tree import PEOPLE, SUFFIX

from muster import PASSWORD, Muster, until


def put(folder):
    """Puts a certificate of a new authority into a folder; gives the authority's file."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    (folder / "chain.pem").write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "key.pem").chmod(0o600)
    known = folder / f"authority{len(list(folder.iterdir()))}.pem"
    authority.cert_pem.write_to_path(known)
    return known


def test_ldap_has_a_certificate_of_its_own_and_http_has_none(tmp_path):
    authority = put(tmp_path)
    settings = {
        "MUSTER_LDAP_BIND": "127.0.0.1:0",
        "MUSTER_LDAP_TLS_BIND": "127.0.0.1:0",
        "MUSTER_LDAP_SUFFIX": SUFFIX,
        "MUSTER_LDAP_PLAINTEXT_BIND": "never",
        "MUSTER_LDAP_TLS_CERTIFICATE": str(tmp_path / "chain.pem"),
        "MUSTER_LDAP_TLS_PRIVATE_KEY": str(tmp_path / "key.pem"),
    }
    with Muster(settings) as muster:
        ports = until(lambda: listening(muster), 60, "both addresses in the log")
        assert muster.url.startswith("http://")
        made = muster.request("POST", "/muster/v1/users", json={"username": "carl", "password": PASSWORD})
        assert made.status_code == 201, made.text

        def binds(scheme, known, *more):
            words = ["-H", f"{scheme}://127.0.0.1:{ports[scheme]}", "-D", f"uid=carl,{PEOPLE}", "-w", PASSWORD, *more]
            environment = {"LDAPTLS_CACERT": str(known), "PATH": "/usr/bin:/bin"}
            done = subprocess.run(["ldapwhoami", "-x", *words], env=environment, capture_output=True, text=True, timeout=60)
            return done.returncode

        assert binds("ldaps", authority) == binds("ldap", authority, "-ZZ") == 0
        assert binds("ldap", authority) == 13
        newer = put(tmp_path)
        os.kill(muster.process.pid, signal.SIGHUP)
        until(lambda: "certificate read again" in muster.log(), 60, "the new certificate")
        assert binds("ldaps", newer) == binds("ldap", newer, "-ZZ") == 0
        assert binds("ldaps", authority) != 0
        assert PASSWORD not in muster.log()
