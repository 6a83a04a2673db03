"""Machines whose names and sign-ins come from the directory: by Debian's sssd, in both schemas, and by nslcd, as `muster ldap show-config` sets them up."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from muster import PASSWORD, until
from test_clients import shown
from tree import GROUPS, PEOPLE

HERE = Path(__file__).resolve().parent
FIRST_USER, EVERYONE = 0x70000000, 0x78000000
BOB = "bob+ops=x@example.com"


# On a busy machine sssd, too, waits as long as an answer takes, and goes on soon where it has taken the server for one that is
# away: else only after a minute or two.
PATIENT = """
offline_timeout = 1
offline_timeout_random_offset = 0
ldap_network_timeout = 60
ldap_opt_timeout = 60
ldap_search_timeout = 60
"""
SECONDS = 180


class Machine:
    """A machine that has joined the directory."""

    def __init__(self, process):
        self.process = process

    def run(self, command):
        """Runs a command there; its code and what it said."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        said = []
        while line := self.process.stdout.readline():
            if line.startswith("code "):
                return int(line.split()[1]), "\n".join(said)
            said.append(line[1:].rstrip("\n"))
        raise AssertionError("the machine is gone")

    def signs_in(self, name, password=PASSWORD):
        code, said = self.run(f"printf '%s\\n' '{password}' | pamtester joined '{name}' authenticate acct_mgmt")
        return code == 0

    def log(self):
        return self.run("cat /var/log/daemon.log /var/log/sssd/* 2> /dev/null | tail -50")[1]


@contextmanager
def apart(daemon, settings, folder, authority):
    """A machine with such a daemon, which may or may not know anybody."""
    if daemon == "sssd":
        head = "[domain/muster]\n"
        assert head in settings
        settings = settings.replace(head, head + PATIENT.lstrip())
    file = folder / f"{daemon}.conf"
    file.write_text(settings)
    process = subprocess.Popen(
        [HERE.parent / "ssh" / "apart.sh", HERE / "joined.sh", daemon, file, authority],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    machine = Machine(process)
    try:
        yield machine
    except AssertionError:
        print(machine.log())
        raise
    finally:
        process.kill()
        process.wait(60)


@contextmanager
def joined(directory, daemon, settings, folder):
    """A machine that knows people."""
    with apart(daemon, settings, folder, directory.authority) as machine:
        until(lambda: machine.run("getent passwd jane@example.com")[0] == 0, SECONDS, f"{daemon} knows jane")
        yield machine


def make(directory, name):
    """A user who is in ops, and its number."""
    muster = directory.muster
    made = muster.request("POST", "/muster/v1/users", json={"username": name, "password": PASSWORD, "permissions": 16})
    assert made.status_code < 300, made.text
    groups = {group["name"]: group["id"] for group in muster.request("GET", "/groups").json()["groups"]}
    assert muster.request("POST", f"/groups/{groups['ops']}/users/{made.json()['id']}").status_code < 300
    return made.json()["id"]


def disable(directory, number):
    done = directory.muster.request("PUT", f"/users/{number}/enabled", json={"enabled": False})
    assert done.status_code == 200


@pytest.mark.parametrize("daemon, words", [("sssd", "ldap_id_use_start_tls = true"), ("nslcd", "ssl start_tls")])
def test_a_machine_begins_tls_itself_where_the_server_has_no_address_for_it(strict, tmp_path, daemon, words):
    name = f"tess-{daemon}"
    number = make(strict, name)
    settings = shown(strict, daemon, "ldap.bind")
    assert words in settings and strict.url in settings and "ldaps://" not in settings
    more = {"sssd": "ldap_tls_cacert", "nslcd": "tls_cacertfile"}[daemon]
    settings += f"{more}{' =' if daemon == 'sssd' else ''} /etc/authority.pem\n"
    with joined(strict, daemon, settings, tmp_path) as machine:
        assert machine.run(f"getent passwd {name}")[0] == 0
        assert machine.signs_in(name) and not machine.signs_in(name, "wrong")
        disable(strict, number)
        assert not machine.signs_in(name)
    # Whose certificate it does not know, it does not ask.
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(stranger)
    with apart(daemon, settings, tmp_path, stranger) as machine:
        assert machine.run("getent passwd jane@example.com")[0] == 2 and not machine.signs_in("jane@example.com")


@pytest.mark.parametrize("schema", ["rfc2307bis", "rfc2307"])
def test_sssd_knows_users_and_groups_and_signs_them_in(directory, tmp_path, schema):
    name = f"sven-{schema}"
    number = make(directory, name)
    settings = shown(directory, "sssd").replace("ldap_schema = rfc2307bis", f"ldap_schema = {schema}")
    settings += "ldap_tls_cacert = /etc/authority.pem\n"
    with joined(directory, "sssd", settings, tmp_path) as machine:
        code, line = machine.run(f"getent passwd {name}")
        assert (code, line) == (0, f"{name}:*:{FIRST_USER + number}:{EVERYONE}:{name}:/home/{name}:/bin/bash")
        assert machine.run(f"id -gn {name}") == (0, "everyone")
        assert "ops" in machine.run(f"id -Gn {name}")[1].split()
        code, ops = machine.run("getent group ops")
        assert code == 0 and {name, BOB, "jane@example.com"} <= set(ops.split(":")[3].split(","))
        assert machine.run(f"getent passwd {BOB}")[0] == 0
        assert machine.run("getent passwd nobody-there")[0] == 2
        assert machine.signs_in(name) and machine.signs_in("jane@example.com")
        assert not machine.signs_in(name, "wrong") and not machine.signs_in("nobody-there")
        disable(directory, number)
        assert not machine.signs_in(name)
        machine.run("sss_cache -E")
        assert machine.run(f"getent passwd {name}")[0] == 2


def test_sssd_asks_for_everybody_where_it_is_told_to(directory, tmp_path):
    number = make(directory, "enno")
    settings = shown(directory, "sssd") + "ldap_tls_cacert = /etc/authority.pem\n"
    settings += "enumerate = true\nldap_enumeration_refresh_timeout = 2\nldap_enumeration_refresh_offset = 1\ndebug_level = 6\n"
    with joined(directory, "sssd", settings, tmp_path) as machine:

        def asked(words):
            """Whether it has asked the directory so."""
            return machine.run(f"cat /var/log/daemon.log /var/log/sssd/* 2> /dev/null | grep -qF '{words}'")[0] == 0

        def has(kind, *names):
            """Whether all are in its cache, none of whom anybody has asked for by name."""
            return all("not present" not in machine.run(f"sssctl {kind}-show '{name}'")[1] for name in names)

        until(lambda: has("user", "enno", "carl", BOB), SECONDS, "everybody")
        until(lambda: has("group", "everyone", "ops", "empty", "R&D, Berlin"), SECONDS, "every group")
        assert not has("user", "nobody-there")
        # By times it would ask for what was changed after the second of the newest that it knows, and for nothing of that second.
        later = make(directory, "late")
        until(lambda: has("user", "late"), SECONDS, "somebody who came later")
        assert asked("(objectclass=posixAccount)") and asked("(entryUSN>=") and not asked("(modifyTimestamp>=")
        # Where one has such a name that sssd 2.8.2 cannot ask its own cache for it, nobody is in its lists.
        assert "enno" not in machine.run("getent passwd")[1]
    # Those who are in the group are looked for by others.
    for one in (number, later):
        disable(directory, one)


def test_sssd_lists_everybody_where_no_name_has_a_plus_or_a_comma(directory, tmp_path):
    number = make(directory, "lisa")
    settings = shown(directory, "sssd") + "ldap_tls_cacert = /etc/authority.pem\n"
    for kind, base, odd in [("user", PEOPLE, "(uid=*+*)"), ("group", GROUPS, "(cn=*, *)")]:
        line = f"ldap_{kind}_search_base = {base}\n"
        assert line in settings
        settings = settings.replace(line, f"{line.rstrip()}?subtree?(!{odd})\n")
    settings += "enumerate = true\nldap_enumeration_refresh_timeout = 2\nldap_enumeration_refresh_offset = 1\n"
    settings += "[nss]\nenum_cache_timeout = 1\n"
    with joined(directory, "sssd", settings, tmp_path) as machine:

        def listed(kind):
            """The entries of a list that programs get, by name."""
            said = machine.run(f"getent {kind}")[1]
            return {line.split(":")[0]: line.split(":") for line in said.splitlines()}

        until(lambda: {"root", "lisa", "carl", "jane@example.com"} <= set(listed("passwd")), SECONDS, "everybody")
        until(lambda: {"root", "everyone", "ops", "empty"} <= set(listed("group")), SECONDS, "every group")
        assert listed("passwd")["lisa"][2:4] == [str(FIRST_USER + number), str(EVERYONE)]
        groups = listed("group")
        assert groups["everyone"][2] == str(EVERYONE) and groups["empty"][3] == ""
        assert {"lisa", "jane@example.com"} <= set(groups["ops"][3].split(","))
    disable(directory, number)


def test_sssd_gives_sshd_the_public_keys(directory, tmp_path):
    number = make(directory, "kees")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True, timeout=60)
    key = (tmp_path / "key.pub").read_text().split()[1]
    added = directory.muster.request("POST", f"/muster/v1/users/{number}/ssh-keys", json={"key": key})
    assert added.status_code < 300, added.text
    settings = shown(directory, "sssd") + "ldap_tls_cacert = /etc/authority.pem\n"
    with joined(directory, "sssd", settings, tmp_path) as machine:
        code, said = machine.run("sss_ssh_authorizedkeys kees")
        assert code == 0 and key in said
        disable(directory, number)
        machine.run("sss_cache -E")
        assert key not in machine.run("sss_ssh_authorizedkeys kees")[1]


def test_nslcd_knows_users_and_groups_and_signs_them_in(directory, tmp_path):
    number = make(directory, "nils")
    settings = shown(directory, "nslcd") + "tls_cacertfile /etc/authority.pem\n"
    with joined(directory, "nslcd", settings, tmp_path) as machine:
        code, line = machine.run("getent passwd nils")
        assert code == 0 and line.split(":")[2:4] == [str(FIRST_USER + number), str(EVERYONE)]
        assert {"everyone", "ops"} <= set(machine.run("id -Gn nils")[1].split())
        assert machine.run(f"getent passwd {BOB}")[0] == 0
        code, ops = machine.run("getent group ops")
        assert code == 0 and {"nils", BOB, "jane@example.com"} <= set(ops.split(":")[3].split(","))
        assert machine.signs_in("nils") and not machine.signs_in("nils", "wrong")
        disable(directory, number)
        assert not machine.signs_in("nils") and machine.run("getent passwd nils")[0] == 2
