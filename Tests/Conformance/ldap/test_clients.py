"""Clients that applications are made of, as Debian has them: Apache's mod_authnz_ldap and python-ldap."""

import json
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import requests

from muster import PASSWORD, binary, environment, free_port, until
from tree import GROUPS, PEOPLE, SUFFIX

MODULES = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic", "ldap", "authnz_ldap"]


def shown(directory, client, address="ldap.tlsBind"):
    """What `muster ldap show-config` prints for the server of the run, at one of its addresses, with the API keys of the service."""
    folder = directory.authority.parent
    port = {"ldap.tlsBind": directory.secure_port, "ldap.bind": directory.port}[address]
    settings = {
        address: f"127.0.0.1:{port}",
        "ldap.suffix": SUFFIX,
        "http.tls.certificate": folder / "chain.pem",
        "http.tls.privateKey": folder / "key.pem",
    }
    told = [f"--set={key}={value}" for key, value in settings.items()]
    text = subprocess.run(
        [binary(), "ldap", "show-config", client, "--account", "svc@example.com", *told],
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    keys = directory.muster.keys_of(directory.muster.request("GET", "/muster/v1/users/svc@example.com").json()["id"])
    return text.replace("ACCESS_KEY:SECRET_KEY", ":".join(keys))


@contextmanager
def apache(directory):
    """Apache with the printed settings, a page for everybody and one for the group ops; gives the address."""
    folder = Path(tempfile.mkdtemp(prefix="muster-apache-"))
    folder.chmod(0o755)
    for place in ("pages", "pages/ops"):
        (folder / place).mkdir()
        (folder / place / "index.txt").write_text("here\n")
    shutil.copy(directory.authority, folder / "authority.pem")
    (folder / "authority.pem").chmod(0o644)
    port = free_port()
    loads = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in MODULES)
    ops = f'<Location "/ops">\n    Require ldap-group cn=ops,{GROUPS}\n</Location>\n'
    (folder / "httpd.conf").write_text(
        f"ServerRoot {folder}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\nUser www-data\nGroup www-data\n"
        f"PidFile {folder}/pid\nErrorLog {folder}/log\nDocumentRoot {folder}/pages\n{loads}"
        f"LDAPTrustedGlobalCert CA_BASE64 {folder}/authority.pem\n"
        # Apache remembers what it was told for ten minutes.
        "LDAPCacheEntries 0\nLDAPOpCacheEntries 0\n" + shown(directory, "apache") + ops
    )
    process = subprocess.Popen(["/usr/sbin/apache2", "-X", "-f", folder / "httpd.conf"])
    url = f"http://127.0.0.1:{port}"

    def answers():
        assert process.poll() is None, (folder / "log").read_text()
        try:
            return requests.get(url, timeout=60).status_code == 401
        except requests.RequestException:
            return False

    try:
        until(answers, 60, "Apache answers")
        yield url
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder)


def test_apache_lets_in_by_password_and_by_group_and_nobody_who_is_shut_out(directory):
    muster = directory.muster
    made = muster.request(
        "POST", "/muster/v1/users", json={"username": "olga", "password": PASSWORD, "permissions": 16}
    ).json()
    with apache(directory) as url:

        def status(path, name, password=PASSWORD):
            return requests.get(f"{url}/{path}index.txt", auth=(name, password), timeout=60).status_code

        assert status("", "olga") == status("", "jane@example.com") == 200
        assert status("", "olga", "wrong") == status("", "nobody") == 401
        # An empty password shows nothing, whatever a client makes of it.
        assert status("", "olga", "") == 401
        assert status("ops/", "jane@example.com") == 200 and status("ops/", "olga") == 401
        assert muster.request("PUT", f"/users/{made['id']}/enabled", json={"enabled": False}).status_code == 200
        assert status("", "olga") == 401


PYTHON_LDAP = """
import json, sys, ldap, ldap.schema
from ldap.controls import SimplePagedResultsControl
url, name, password, suffix = sys.argv[1:]
_, schema = ldap.schema.urlfetch(url)
said = {"classes": [schema.get_obj(ldap.schema.ObjectClass, one).names[0] for one in ("posixAccount", "groupOfNames")]}
must, may = schema.attribute_types(["posixAccount"])
said["must"] = sorted(one.names[0] for one in must.values())
connection = ldap.initialize(url)
connection.simple_bind_s(name, password)
said["whoami"] = connection.whoami_s()
found, cookie = [], ""
while True:
    page = SimplePagedResultsControl(True, size=2, cookie=cookie)
    number = connection.search_ext(suffix, ldap.SCOPE_SUBTREE, "(objectClass=inetOrgPerson)", ["uid"], serverctrls=[page])
    _, entries, _, controls = connection.result3(number)
    found += [dn for dn, _ in entries]
    cookie = next(one.cookie for one in controls if one.controlType == SimplePagedResultsControl.controlType)
    if not cookie:
        break
said["names"] = found
print(json.dumps(said))
"""


def test_python_ldap_reads_the_schema_and_pages(directory):
    name = f"uid=svc@example.com,{PEOPLE}"
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PYTHON_LDAP, directory.url, name, PASSWORD, SUFFIX],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["classes"] == ["posixAccount", "groupOfNames"]
    assert {"uid", "uidNumber", "gidNumber", "homeDirectory"} <= set(said["must"])
    assert said["whoami"] == f"dn:{name}"
    assert len(said["names"]) == len(set(said["names"])) >= 4
    assert f"uid=jane@example.com,{PEOPLE}" in said["names"]
