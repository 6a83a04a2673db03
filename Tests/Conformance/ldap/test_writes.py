"""Entries are made, changed, renamed and deleted by OpenLDAP's programs, by ldap3 and by python-ldap, and become what every other way in sees."""

import json
import subprocess

import ldap3
import pytest

from muster import PASSWORD, REPOSITORY
from tree import GROUPS, PEOPLE, SUFFIX

NEW = "Another-Walnut-93-Ferry"


def ask(directory, method, path, body=None):
    answer = directory.muster.request(method, path, json=body)
    assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
    return answer.json() if answer.content else {}


def user(directory, name):
    """What the native API has of a user; None if there is none."""
    answer = directory.muster.request("GET", f"/muster/v1/users/{name}")
    return answer.json() if answer.status_code == 200 else None


def write(directory, ldif, bind="root@example.com", program="ldapmodify", **how):
    """Sends an LDIF, as the administrator by default."""
    return directory.run(program, bind=bind, stdin=ldif, **how)


def person(name, *lines):
    return "\n".join([f"dn: uid={name},{PEOPLE}", "objectClass: inetOrgPerson", *lines]) + "\n"


def group(name, *lines):
    return "\n".join([f"dn: cn={name},{GROUPS}", "objectClass: groupOfNames", *lines]) + "\n"


def change(dn, *lines):
    return "\n".join([f"dn: {dn}", "changetype: modify", *lines]) + "\n"


def members(directory, name):
    (found,) = directory.search(f"(cn={name})", "memberUid").entries
    return sorted(found.get("memberUid", []))


def test_a_user_that_is_added_is_the_directorys_own(writable):
    ldif = person(
        "ana@example.com",
        "objectClass: posixAccount",
        "uid: ana@example.com",
        "cn: Ana Lovelace",
        "sn: Lovelace",
        "givenName: Ana",
        "mail: ana@mail.example.org",
        f"userPassword: {PASSWORD}",
        "musterRole: 24",
        "musterHost: 127.0.0.0/8",
    )
    assert write(writable, ldif, program="ldapadd").code == 0
    made = user(writable, "ana@example.com")
    assert (made["name"], made["email"], made["permissions"]) == ("Ana Lovelace", "ana@mail.example.org", 24)
    assert writable.run("ldapwhoami", bind="ana@example.com").code == 0
    (entry,) = writable.search("(uid=ana@example.com)", "cn", "sn", "givenName", "mail").entries
    assert (entry["sn"], entry["givenName"]) == (["Lovelace"], ["Ana"])
    assert write(writable, ldif, program="ldapadd").code == 68
    events = ask(writable, "GET", "/audit-log/v1/events?limit=1000")["events"]
    assert any(one["action"] == "user.create" and one["target"]["name"] == "ana@example.com" for one in events)


def test_the_entries_of_the_page_are_added(writable):
    page = (REPOSITORY / "docs/ldap.md").read_text()
    ldif = page.split("<!-- file: ada.ldif -->\n```text\n")[1].split("```")[0]
    assert write(writable, ldif, program="ldapadd").code == 0
    assert members(writable, "analysts") == ["ada@example.com"]


def test_a_user_is_changed_in_one_operation_or_not_at_all(writable):
    name = f"uid=eve,{PEOPLE}"
    assert write(writable, person("eve", "cn: Eve", "sn: Eve"), program="ldapadd").code == 0
    ldif = change(name, "replace: displayName", "displayName: Eve Moss", "-", "add: mail", "mail: eve@example.org")
    assert write(writable, ldif).code == 0
    assert (user(writable, "eve")["name"], user(writable, "eve")["email"]) == ("Eve Moss", "eve@example.org")
    half = change(name, "replace: cn", "cn: Half", "-", "replace: mail", "mail: none at all")
    assert write(writable, half).code == 19
    assert user(writable, "eve")["name"] == "Eve Moss"
    assert write(writable, change(name, "replace: sn", "sn: Stone")).code == 0
    assert user(writable, "eve")["name"] == "Eve Stone"
    assert write(writable, change(name, "delete: mail", "mail: other@example.org")).code == 16
    assert write(writable, change(name, "delete: mail")).code == 0
    assert write(writable, change(name, "delete: mail")).code == 16


def test_whoever_is_disabled_over_ldap_is_out_everywhere(writable):
    made = ask(writable, "POST", "/muster/v1/users", {"username": "finn", "password": PASSWORD, "permissions": 16})
    keys = writable.muster.keys_of(made["id"])
    assert write(writable, change(f"uid=finn,{PEOPLE}", "replace: musterEnabled", "musterEnabled: FALSE")).code == 0
    assert writable.run("ldapwhoami", bind="finn").code == 49
    assert writable.muster.request("GET", "/session", keys=keys).status_code == 401
    assert write(writable, change(f"uid=finn,{PEOPLE}", "replace: musterEnabled", "musterEnabled: TRUE")).code == 0
    assert writable.run("ldapwhoami", bind="finn").code == 0


def test_passwords_are_set_and_the_own_one_with_the_present_one(writable):
    ask(writable, "POST", "/muster/v1/users", {"username": "gwen", "password": PASSWORD, "permissions": 16})
    name = f"uid=gwen,{PEOPLE}"
    new = change(name, "replace: userPassword", f"userPassword: {NEW}")
    assert write(writable, new, bind="gwen").code == 53
    swap = [f"userPassword: {PASSWORD}", "-", "add: userPassword", f"userPassword: {NEW}"]
    wrong = change(name, "delete: userPassword", "userPassword: wrong", *swap[1:])
    assert write(writable, wrong, bind="gwen").code == 49
    assert write(writable, change(name, "delete: userPassword", *swap), bind="gwen").code == 0
    assert writable.run("ldapwhoami", bind="gwen").code == 49
    assert writable.run("ldapwhoami", bind="gwen", password=NEW).code == 0
    assert write(writable, change(name, "replace: userPassword", f"userPassword: {PASSWORD}")).code == 0
    assert writable.run("ldapwhoami", bind="gwen").code == 0
    assert write(writable, change(name, "replace: userPassword", "userPassword: x")).code == 19
    hashed = change(name, "replace: userPassword", "userPassword: {SSHA}Zm9vYmFyYmF6")
    assert write(writable, hashed).code == 19
    assert write(writable, change(name, "delete: userPassword")).code == 53


def public_key(folder, name):
    """A new public key."""
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True, timeout=60)
    return file.with_suffix(".pub").read_text().strip()


def test_public_keys_come_and_go(writable, tmp_path):
    ask(writable, "POST", "/muster/v1/users", {"username": "hugo", "permissions": 16})
    name = f"uid=hugo,{PEOPLE}"

    def held():
        (entry,) = writable.search("(uid=hugo)", "sshPublicKey").entries
        return [line.split()[-1] for line in entry.get("sshPublicKey", [])]

    good = public_key(tmp_path, "first")
    other = public_key(tmp_path, "second")
    assert write(writable, change(name, "add: sshPublicKey", f"sshPublicKey: {good}")).code == 0
    assert held() == [good.split()[1]]
    assert write(writable, change(name, "add: sshPublicKey", f"sshPublicKey: {good}")).code == 20
    assert write(writable, change(name, "delete: sshPublicKey", f"sshPublicKey: {other}")).code == 16
    assert write(writable, change(name, "replace: sshPublicKey", f"sshPublicKey: {other}")).code == 0
    assert held() == [other.split()[1]]
    assert write(writable, change(name, "add: sshPublicKey", "sshPublicKey: ssh-dss AAAA")).code == 19
    assert write(writable, change(name, "delete: sshPublicKey")).code == 0
    assert held() == []


def test_members_are_one_list_in_three_attributes(writable):
    jane, bob = f"uid=jane@example.com,{PEOPLE}", f"uid=bob\\+ops\\=x@example.com,{PEOPLE}"
    ldif = group("crew", "objectClass: posixGroup", f"member: {jane}", "memberUid: jane@example.com")
    assert write(writable, ldif, program="ldapadd").code == 0
    assert members(writable, "crew") == ["jane@example.com"]
    name = f"cn=crew,{GROUPS}"
    assert write(writable, change(name, "add: uniqueMember", f"uniqueMember: {bob}")).code == 0
    assert members(writable, "crew") == ["bob+ops=x@example.com", "jane@example.com"]
    assert write(writable, change(name, "add: memberUid", "memberUid: jane@example.com")).code == 20
    assert write(writable, change(name, "delete: member", f"member: uid=carl,{PEOPLE}")).code == 16
    assert write(writable, change(name, "add: member", f"member: uid=nobody,{PEOPLE}")).code == 19
    both = change(name, "delete: member", f"member: {jane}", "-", "add: memberUid", "memberUid: nobody")
    assert write(writable, both).code == 19
    assert members(writable, "crew") == ["bob+ops=x@example.com", "jane@example.com"]
    assert write(writable, change(name, "replace: member", f"member: uid=carl,{PEOPLE}")).code == 0
    assert members(writable, "crew") == ["carl"]
    assert write(writable, change(name, "delete: member")).code == 0
    assert members(writable, "crew") == []


def test_entries_are_renamed_and_deleted(writable):
    ask(writable, "POST", "/muster/v1/users", {"username": "ivan", "password": PASSWORD, "permissions": 16})
    before = user(writable, "ivan")["uuid"]
    root = {"bind": "root@example.com"}
    assert writable.run("ldapmodrdn", f"uid=ivan,{PEOPLE}", "uid=ivo", **root).code == 53
    assert writable.run("ldapmodrdn", "-r", f"uid=ivan,{PEOPLE}", "uid=ivo", **root).code == 0
    assert user(writable, "ivo")["uuid"] == before and user(writable, "ivan") is None
    assert writable.run("ldapwhoami", bind="ivo").code == 0
    assert writable.run("ldapmodrdn", "-r", f"uid=ivo,{PEOPLE}", "uid=carl", **root).code == 68
    assert writable.run("ldapmodrdn", "-r", f"uid=ivo,{PEOPLE}", "cn=ivo", **root).code == 64
    assert writable.run("ldapmodrdn", "-r", "-s", GROUPS, f"uid=ivo,{PEOPLE}", "uid=ivo2", **root).code == 53
    assert writable.run("ldapmodrdn", "-r", "-s", PEOPLE, f"uid=ivo,{PEOPLE}", "uid=ivan", **root).code == 0
    assert write(writable, group("short", f"member: uid=ivan,{PEOPLE}"), program="ldapadd").code == 0
    assert writable.run("ldapmodrdn", "-r", f"cn=short,{GROUPS}", "cn=long, long", **root).code == 34
    assert writable.run("ldapmodrdn", "-r", f"cn=short,{GROUPS}", "cn=long\\, long", **root).code == 0
    assert writable.run("ldapdelete", f"cn=long\\2C long,{GROUPS}", **root).code == 0
    assert writable.run("ldapdelete", f"uid=ivan,{PEOPLE}", **root).code == 0
    assert user(writable, "ivan") is None
    assert writable.run("ldapdelete", f"uid=ivan,{PEOPLE}", **root).code == 32


@pytest.mark.parametrize(
    "ldif, code",
    [
        (person("kim", "cn: Kim", "sn: Kim", "objectClass: device"), 65),
        (f"dn: uid=kim,{PEOPLE}\nobjectClass: top\ncn: Kim\nsn: Kim\n", 65),
        (person("kim", "cn: Kim", "sn: Kim", "uid: kay"), 64),
        (f"dn: cn=kim,{PEOPLE}\nobjectClass: inetOrgPerson\ncn: kim\nsn: Kim\n", 64),
        (f"dn: uid=kim,ou=robots,{SUFFIX}\nobjectClass: inetOrgPerson\ncn: Kim\nsn: Kim\n", 32),
        (f"dn: uid=kim,{SUFFIX}\nobjectClass: inetOrgPerson\ncn: Kim\nsn: Kim\n", 32),
        (f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n", 68),
        (person("kim", "cn: Kim", "sn: Kim", "uidNumber: 7"), 53),
        (person("kim", "cn: Kim", "sn: Kim", "nosuch: 7"), 17),
        (person("kim", "cn: Kim", "sn: Kim", "cn;lang-ja: Kimu"), 17),
        (person("kim", "cn: Kim", "sn: Lee"), 19),
        (person("kim", "cn: Kim", "displayName: Lee", "sn: Kim"), 19),
        (person("kim", "cn: Kim", "cn: Lee", "sn: Kim"), 19),
        (person("kim", "cn: Kim", "sn: Kim", "userPassword: x"), 19),
        (person("kim", "cn: Kim", "sn: Kim", "mail: no address"), 19),
        (person("kim", "cn: Kim", "sn: Kim", "musterRole: 7"), 19),
        (person("kim", "cn: Kim", "sn: Kim", "musterRole: high"), 21),
        (person("kim", "cn: Kim", "sn: Kim", "musterEnabled: perhaps"), 21),
        (person("kim", "cn: Kim", "sn: Kim", "musterHost: nowhere/99"), 19),
        (person("kim \\09x", "cn: Kim", "sn: Kim"), 19),
        (group("kim", "member: jane"), 21),
        (group("kim", f"member: cn=ops,{GROUPS}"), 19),
        (group("kim", "gidNumber: 7"), 53),
        (group("ops"), 68),
        (change(f"uid=carl,{PEOPLE}", "replace: uid", "uid: karl"), 67),
        (change(f"cn=ops,{GROUPS}", "replace: cn", "cn: operators"), 67),
        (change(f"uid=carl,{PEOPLE}", "add: objectClass", "objectClass: device"), 69),
        (change(f"uid=carl,{PEOPLE}", "delete: cn"), 65),
        (change(f"uid=carl,{PEOPLE}", "add: cn", "cn: Karl"), 19),
        (change(f"uid=carl,{PEOPLE}", "replace: cn;lang-de", "cn;lang-de: Karl"), 17),
        (change(f"uid=carl,{PEOPLE}", "replace: userPassword;x-plain", "userPassword;x-plain: none"), 17),
        (change(f"cn=ops,{GROUPS}", "replace: member;range=0-*"), 17),
        (change(f"uid=carl,{PEOPLE}", "increment: uidNumber", "uidNumber: 1"), 2),
        (change(f"uid=carl,{PEOPLE}", "replace: loginShell", "loginShell: bin/sh"), 19),
        (change(f"uid=carl,{PEOPLE}", "replace: uidNumber", "uidNumber: 7"), 53),
        (change(f"uid=nobody,{PEOPLE}", "replace: cn", "cn: X"), 32),
        (change(f"cn=nobody,{GROUPS}", "delete: member"), 32),
        (change(f"cn=everyone,{GROUPS}", "add: memberUid", "memberUid: carl"), 53),
        (change(PEOPLE, "replace: ou", "ou: folk"), 53),
        (change("cn=Subschema", "replace: cn", "cn: X"), 53),
    ],
)
def test_a_change_that_cannot_be_made_is_answered_by_its_reason(writable, ldif, code):
    program = "ldapmodify" if "changetype" in ldif else "ldapadd"
    answer = write(writable, ldif, program=program)
    assert answer.code == code, answer
    assert "additional info" in answer.err or code in (32, 68), answer
    assert user(writable, "kim") is None and user(writable, "carl")["name"] == "Carl"


def test_only_administrators_write_and_everybody_its_own_name(writable):
    stranger = change(f"uid=carl,{PEOPLE}", "replace: cn", "cn: X")
    for bind in ("", "jane@example.com", "svc@example.com"):
        assert write(writable, stranger, bind=bind).code == 50
        assert writable.run("ldapdelete", f"uid=carl,{PEOPLE}", bind=bind).code == 50
        assert write(writable, person("kim", "cn: Kim", "sn: Kim"), bind=bind, program="ldapadd").code == 50
    missing = change(f"uid=nobody,{PEOPLE}", "replace: cn", "cn: X")
    assert write(writable, missing, bind="svc@example.com").code == 50
    own = change(f"uid=bob\\+ops\\=x@example.com,{PEOPLE}", "replace: cn", "cn: Zoe Bobson")
    assert write(writable, own, bind="uid=bob\\+ops\\=x@example.com," + PEOPLE).code == 0
    grown = change(f"uid=bob\\+ops\\=x@example.com,{PEOPLE}", "replace: musterRole", "musterRole: 64")
    assert write(writable, grown, bind="uid=bob\\+ops\\=x@example.com," + PEOPLE).code == 50
    # What asks for the present password, for which there is no place here, is no failed bind.
    me = f"uid=root@example.com,{PEOPLE}"
    renamed = writable.run("ldapmodrdn", "-r", me, "uid=boss@example.com", bind="root@example.com")
    for answer in [renamed, write(writable, change(me, "replace: mail", "mail: boss@example.org"))]:
        assert answer.code == 53 and "your present password" in answer.err + answer.out, answer
    own_delete = writable.run("ldapdelete", f"uid=root@example.com,{PEOPLE}", bind="root@example.com")
    assert own_delete.code == 53 and "own account" in own_delete.err


def test_a_control_that_is_not_known_and_critical_stops_a_change(writable):
    # An assertion (RFC 4528), as ldapmodify makes it.
    ldif = change(f"uid=carl,{PEOPLE}", "replace: cn", "cn: Asserted")
    answer = writable.run("ldapmodify", "-e", "!assert=(cn=Nobody)", bind="root@example.com", stdin=ldif)
    assert answer.code == 12, answer
    assert user(writable, "carl")["name"] == "Carl"


def test_ldap3_writes(writable):
    server = ldap3.Server("127.0.0.1", port=writable.port, get_info=ldap3.ALL)
    connection = ldap3.Connection(server, f"uid=root@example.com,{PEOPLE}", PASSWORD, auto_bind=True)
    name, team = f"uid=lena,{PEOPLE}", f"cn=team,{GROUPS}"
    assert connection.add(name, ["inetOrgPerson", "posixAccount"], {"cn": "Lena Holt", "sn": "Holt", "userPassword": PASSWORD})
    assert connection.add(team, "groupOfNames", {"member": name})
    assert connection.modify(name, {"mail": [(ldap3.MODIFY_REPLACE, ["lena@example.org"])]})
    assert connection.modify_dn(name, "uid=lena2")
    assert members(writable, "team") == ["lena2"]
    assert connection.modify(team, {"member": [(ldap3.MODIFY_DELETE, [f"uid=lena2,{PEOPLE}"])]})
    assert connection.delete(team) and connection.delete(f"uid=lena2,{PEOPLE}")
    assert not connection.delete(team) and connection.result["result"] == 32


PYTHON_LDAP = """
import json, sys, ldap, ldap.modlist
url, name, password, people = sys.argv[1:]
connection = ldap.initialize(url)
connection.simple_bind_s(name, password)
dn = "uid=mona," + people
entry = {"objectClass": [b"inetOrgPerson"], "cn": [b"Mona"], "sn": [b"Mona"]}
connection.add_s(dn, ldap.modlist.addModlist(entry))
connection.modify_s(dn, ldap.modlist.modifyModlist({"cn": [b"Mona"]}, {"cn": ["Mona Ärn".encode()]}))
connection.passwd_s(dn, None, password)
connection.rename_s(dn, "uid=mona2", delold=1)
found = connection.search_s("uid=mona2," + people, ldap.SCOPE_BASE, attrlist=["cn", "sn"])[0][1]
connection.delete_s("uid=mona2," + people)
try:
    connection.delete_s("uid=mona2," + people)
except ldap.NO_SUCH_OBJECT:
    print(json.dumps({key: value[0].decode() for key, value in found.items()}))
"""


def test_python_ldap_writes(writable):
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PYTHON_LDAP, writable.url, f"uid=root@example.com,{PEOPLE}", PASSWORD, PEOPLE],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"cn": "Mona Ärn", "sn": "Ärn"}
