"""FreeRADIUS that asks LDAP by its own rlm_ldap, as Debian has it: users, their groups, and passwords by a bind."""

import re
import subprocess
import sys
from contextlib import contextmanager

from muster import PASSWORD, REPOSITORY, free_port, until

sys.path.insert(0, str(REPOSITORY / "Tests/Conformance/documents"))
from markdown import blocks  # noqa: E402

SECRET = "wWZ8kq2Vd7mTnE4sXb9LpR6c"
SETTINGS = """
libdir = /usr/lib/freeradius
logdir = {folder}
run_dir = {folder}
raddbdir = {folder}
security {{ allow_core_dumps = no }}
modules {{
{module}
}}
client local {{
    ipaddr = 127.0.0.1
    secret = {secret}
    require_message_authenticator = no
}}
server default {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {port}
    }}
    authorize {{
        ldap
        if (LDAP-Group == "ops") {{
            update control {{
                Auth-Type := LDAP
            }}
        }}
    }}
    authenticate {{
        Auth-Type LDAP {{
            ldap
        }}
    }}
}}
"""


# What the module on this machine needs beside what the document has of it.
MORE = """
    tls {{
        ca_file = {authority}
        require_cert = demand
    }}
    pool {{
        start = 2
        min = 1
        max = 4
        spare = 1
        uses = 0
        lifetime = 0
        idle_timeout = 60
    }}
}}
"""


def module(directory):
    """The module as the document has it, for the server of the run."""
    (text,) = [block.text for block in blocks((REPOSITORY / "docs/radius.md").read_text()) if block.text.startswith("ldap {")]
    for old, new in [
        ("ldaps://muster.example.com", directory.secure_url),
        ("uid=radius,", "uid=svc@example.com,"),
        ("ACCESS_KEY:SECRET_KEY", service_keys(directory)),
    ]:
        assert old in text, old
        text = text.replace(old, new)
    return text.rstrip().removesuffix("}") + MORE.format(authority=directory.authority)


def service_keys(directory):
    user = directory.muster.request("GET", "/muster/v1/users/svc@example.com").json()
    return ":".join(directory.muster.keys_of(user["id"]))


@contextmanager
def freeradius(directory, folder):
    """FreeRADIUS for members of ops; gives what asks it for a user."""
    port, log = free_port(), folder / "log"
    (folder / "radiusd.conf").write_text(
        SETTINGS.format(
            folder=folder,
            module=module(directory),
            secret=SECRET,
            port=port,
        )
    )
    (folder / "dictionary").write_text("")
    with open(log, "wb") as file:
        process = subprocess.Popen(["freeradius", "-X", "-d", folder, "-n", "radiusd"], stdout=file, stderr=file)

    def ready():
        text = log.read_text(errors="replace")
        assert process.poll() is None, text[-3000:]
        return "Ready to process requests" in text

    def ask(name, password=PASSWORD):
        line = f'User-Name = "{name}", User-Password = "{password}", Message-Authenticator = 0x00\n'
        done = subprocess.run(
            ["radclient", "-x", "-r", "1", "-t", "50", f"127.0.0.1:{port}", "auth", SECRET],
            input=line,
            capture_output=True,
            text=True,
            timeout=120,
        )
        found = re.search(r"Received (Access-\w+)", done.stdout)
        return found and found[1]

    try:
        until(ready, 60, "a ready FreeRADIUS")
        yield ask
    finally:
        process.terminate()
        process.wait(60)


def test_rlm_ldap_lets_in_members_with_the_password_until_they_are_disabled(directory, tmp_path):
    muster = directory.muster
    made = muster.request("POST", "/muster/v1/users", json={"username": "rita", "password": PASSWORD, "permissions": 16}).json()
    ops = next(group["id"] for group in muster.request("GET", "/groups").json()["groups"] if group["name"] == "ops")
    with freeradius(directory, tmp_path) as ask:
        assert ask("rita") == "Access-Reject"
        assert muster.request("POST", f"/groups/{ops}/users/{made['id']}").status_code < 300
        assert ask("rita") == ask("jane@example.com") == ask("bob+ops=x@example.com") == "Access-Accept"
        assert ask("rita", "wrong") == ask("carl") == ask("nobody") == ask("*") == "Access-Reject"
        assert muster.request("PUT", f"/users/{made['id']}/enabled", json={"enabled": False}).status_code == 200
        assert ask("rita") == "Access-Reject"
