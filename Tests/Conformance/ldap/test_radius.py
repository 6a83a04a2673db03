"""FreeRADIUS that asks LDAP by its own rlm_ldap, as Debian has it: users, their groups, and passwords by a bind."""

import re
import subprocess
from contextlib import contextmanager

from muster import PASSWORD, free_port, until
from tree import GROUPS, PEOPLE

SECRET = "wWZ8kq2Vd7mTnE4sXb9LpR6c"
SETTINGS = """
libdir = /usr/lib/freeradius
logdir = {folder}
run_dir = {folder}
raddbdir = {folder}
security {{ allow_core_dumps = no }}
modules {{
    ldap {{
        server = "{url}"
        identity = "uid=svc@example.com,{people}"
        password = "{password}"
        base_dn = "{people}"
        user {{
            base_dn = "{people}"
            filter = "(uid=%{{User-Name}})"
        }}
        group {{
            base_dn = "{groups}"
            filter = "(objectClass=groupOfNames)"
            name_attribute = cn
            membership_filter = "(member=%{{control:Ldap-UserDn}})"
            membership_attribute = memberOf
        }}
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


@contextmanager
def freeradius(directory, folder):
    """FreeRADIUS for members of ops; gives what asks it for a user."""
    port, log = free_port(), folder / "log"
    (folder / "radiusd.conf").write_text(
        SETTINGS.format(
            folder=folder,
            url=directory.secure_url,
            people=PEOPLE,
            groups=GROUPS,
            password=PASSWORD,
            authority=directory.authority,
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
            ["radclient", "-x", "-r", "1", "-t", "20", f"127.0.0.1:{port}", "auth", SECRET],
            input=line,
            capture_output=True,
            text=True,
            timeout=60,
        )
        found = re.search(r"Received (Access-\w+)", done.stdout)
        return found and found[1]

    try:
        until(ready, 30, "a ready FreeRADIUS")
        yield ask
    finally:
        process.terminate()
        process.wait(20)


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
