"""OpenLDAP's own programs against Muster: ldapsearch, ldapwhoami, ldapcompare, ldappasswd."""

import re
import subprocess
import time

import pytest

from tree import GROUPS, PEOPLE, SUFFIX
from muster import PASSWORD, until

JANE = f"uid=jane@example.com,{PEOPLE}"
BOB = f"uid=bob\\2Bops\\3Dx@example.com,{PEOPLE}"


def test_a_stranger_reads_the_root_and_the_schema_and_nothing_else(directory):
    root = directory.search("*", "+", base="", scope="base", bind="")
    assert root.code == 0
    assert f"namingContexts: {SUFFIX}\n" in root.out
    assert "supportedControl: 1.2.840.113556.1.4.319" in root.out
    schema = directory.search("+", base="cn=Subschema", scope="base", bind="")
    assert schema.code == 0 and "NAME 'posixAccount'" in schema.out
    refused = directory.search("(uid=*)", bind="")
    assert refused.code == 50 and "bind first" in refused.err and not refused.names


@pytest.mark.parametrize(
    "name, password, code",
    [
        ("jane@example.com", PASSWORD, 0),
        ("JANE@example.com", PASSWORD, 0),
        ("jane@example.com", "wrong", 49),
        ("nobody@example.com", PASSWORD, 49),
        (f"cn=jane@example.com,{PEOPLE}", PASSWORD, 0),
        (f"uid=jane@example.com,{SUFFIX}", PASSWORD, 0),
        (f"uid=jane@example.com,dc=other", PASSWORD, 49),
        ("carl", PASSWORD, 0),
    ],
)
def test_a_bind_takes_names_as_forms_have_them(directory, name, password, code):
    answer = directory.run("ldapwhoami", bind=name, password=password)
    assert answer.code == code, answer
    if code == 0:
        assert answer.out.lower().startswith("dn:uid=")
    else:
        assert "Invalid credentials (49)" in answer.err and "additional info" not in answer.err


def test_a_name_without_a_password_shows_nothing(directory):
    answer = directory.run("ldapwhoami", bind="jane@example.com", password="")
    assert answer.code == 53, answer


def test_api_keys_stand_in_the_place_of_a_password(directory):
    user = directory.muster.request("GET", "/muster/v1/users/jane@example.com").json()
    keys = directory.muster.keys_of(user["id"])
    assert directory.run("ldapwhoami", bind="jane@example.com", password=":".join(keys)).code == 0
    assert directory.run("ldapwhoami", bind="carl", password=":".join(keys)).code == 49


def test_whoever_may_read_users_sees_all_of_them(directory):
    people = directory.search("(objectClass=posixAccount)", "uid")
    names = {name.lower() for name in people.names}
    assert JANE.lower() in names and BOB.lower() in names and len(names) >= 5


def test_everybody_else_sees_itself_alone(directory):
    mine = directory.search("(objectClass=posixAccount)", "uid", bind="jane@example.com")
    assert mine.names == [JANE]
    groups = directory.search("(objectClass=groupOfNames)", "member", bind="jane@example.com")
    ops = next(entry for entry in groups.entries if entry["dn"] == [f"cn=ops,{GROUPS}"])
    assert ops["member"] == [JANE]


def test_an_entry_has_what_clients_look_for(directory):
    (jane,) = directory.search("(uid=jane@example.com)", "*", "+").entries
    user = directory.muster.request("GET", "/muster/v1/users/jane@example.com").json()
    assert jane["mail"] == ["Jane.Dyke@mail.example.org"]
    assert (jane["cn"], jane["givenName"], jane["sn"]) == (["Jane van Dyke"], ["Jane van"], ["Dyke"])
    assert jane["uidNumber"] == [str(0x70000000 + user["id"])]
    assert jane["homeDirectory"] == ["/home/jane@example.com"]
    assert jane["entryUUID"] == [user["uuid"]]
    assert set(jane["memberOf"]) == {f"cn=ops,{GROUPS}", f"cn=R&D\\2C Berlin,{GROUPS}"}
    assert "musterRole" not in jane and "userPassword" not in jane


def test_a_group_tells_when_it_was_made_and_changed(directory):
    def changed():
        (entry,) = directory.search("(cn=ops)", "createTimestamp", "modifyTimestamp", base=GROUPS).entries
        assert entry["createTimestamp"][0] <= entry["modifyTimestamp"][0]
        return entry["modifyTimestamp"][0]

    def members(method, user):
        groups = directory.muster.request("GET", "/groups").json()["groups"]
        ops = next(group["id"] for group in groups if group["name"] == "ops")
        assert directory.muster.request(method, f"/groups/{ops}/users/{user['id']}").status_code < 300

    carl = directory.muster.request("GET", "/muster/v1/users/carl").json()
    before = changed()
    # Whoever keeps what it was told, as sssd does, asks for what is newer: who comes in or goes makes the group so.
    until(lambda: time.strftime("%Y%m%d%H%M%SZ", time.gmtime()) > before, 60, "another second")
    members("POST", carl)
    after = changed()
    assert after > before
    newer = f"(&(objectClass=posixGroup)(modifyTimestamp>={after}))"
    assert directory.search(newer, "1.1").names == [f"cn=ops,{GROUPS}"]
    members("DELETE", carl)
    everyone = directory.search("(cn=everyone)", "+", base=GROUPS).entries
    assert len(everyone) == 1 and "modifyTimestamp" not in everyone[0]


def test_each_change_of_an_entry_gives_it_a_greater_number(directory, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True, timeout=60)
    key = (tmp_path / "key.pub").read_text().split()[1]

    def ask(method, path, body=None):
        answer = directory.muster.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else {}

    user = ask("POST", "/muster/v1/users", {"username": "nora", "password": PASSWORD})
    group = ask("POST", "/groups", {"name": "numbered"})
    membership = f"/groups/{group['id']}/users/{user['id']}"

    def numbers(names):
        """Those of the entries of some names, and that of the root."""
        found = [directory.search(name, "entryUSN").entries for name in names]
        root = directory.search("lastUSN", base="", scope="base", bind="").out
        told = [int(entries[0]["entryUSN"][0]) for entries in found]
        assert max(told) <= int(re.search(r"^lastUSN: (\d+)$", root, re.MULTILINE)[1])
        return told

    changes = [
        (0, "PATCH", "/muster/v1/users/nora", {"name": "Nora"}),
        (0, "PATCH", "/muster/v1/users/nora", {"name": "Nora Helmer"}),
        (0, "POST", "/muster/v1/users/nora/ssh-keys", {"key": key}),
        (1, "POST", membership, None),
        (1, "DELETE", membership, None),
        (1, "POST", membership, None),
        (1, "DELETE", f"/users/{user['id']}", None),
    ]
    for place, method, path, body in changes:
        names = ["(uid=nora)", "(cn=numbered)"]
        before = numbers(names)[place]
        ask(method, path, body)
        if method == "DELETE" and path.startswith("/users/"):
            names = names[1:]
        after = numbers(names)[-1 if place else 0]
        assert after > before, (method, path)
        # So sssd asks, which knows one that it has been told of.
        newer = f"(&{names[-1 if place else 0]}(entryUSN>={before})(!(entryUSN={before})))"
        assert len(directory.search(newer, "1.1").names) == 1
    ask("DELETE", f"/groups/{group['id']}")


def test_a_user_numbers_its_first_group_by_an_entry_that_is_there(directory):
    (jane,) = directory.search("(uid=jane@example.com)", "gidNumber").entries
    found = directory.search(f"(&(objectClass=posixGroup)(gidNumber={jane['gidNumber'][0]}))", "cn")
    assert found.names == [f"cn=everyone,{GROUPS}"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("(uid=jane@example.com)", {JANE}),
        ("(mail=jane.dyke@MAIL.example.org)", {JANE}),
        ("(|(uid=carl)(mail=jane.dyke@mail.example.org))", {JANE, f"uid=carl,{PEOPLE}"}),
        ("(cn=zoë bob)", {BOB}),
        ("(cn=*van*)", {JANE}),
        ("(uid=jane*)", {JANE}),
        ("(cn=JANE VAN*)", {JANE}),
        ("(mail=jane.d*)", {JANE}),
        ("(cn=zoë*)", {BOB}),
        ("(cn=zo*b)", {BOB}),
        ("(|(cn=jane*)(uid=jane*)(mail=jane*))", {JANE}),
        ("(|(uid=carl)(displayName=zo*))", {BOB, f"uid=carl,{PEOPLE}"}),
        ("(&(objectClass=posixAccount)(cn=ca*))", {f"uid=carl,{PEOPLE}"}),
        ("(cn=nobody-there*)", set()),
        ("(uid=*jane*)", {JANE}),
        ("(uid=*ops=x*)", {BOB}),
        ("(mail=*dyke@mail*)", {JANE}),
        ("(mail=j*org)", {JANE}),
        (f"(memberOf=cn=R&D\\5c2C Berlin,{GROUPS})", {JANE}),
        (f"(memberOf=cn=ops,{GROUPS})", {JANE, BOB}),
        (f"(memberOf:1.2.840.113556.1.4.1941:=cn=ops,{GROUPS})", {JANE, BOB}),
        (f"(&(objectClass=posixGroup)(member={JANE}))", {f"cn=ops,{GROUPS}", f"cn=R&D\\2C Berlin,{GROUPS}"}),
        ("(&(objectClass=posixGroup)(memberUid=bob+ops=x@example.com))", {f"cn=ops,{GROUPS}"}),
        ("(&(uid=carl)(objectclass=posixAccount)(uid=*)(&(uidNumber=*)(!(uidNumber=0))))", {f"uid=carl,{PEOPLE}"}),
        ("(&(objectClass=person)(modifyTimestamp>=20240101000000.0Z)(uid=carl))", {f"uid=carl,{PEOPLE}"}),
        ("(&(objectClass=posixGroup)(modifyTimestamp>=20240101000000Z)(cn=ops))", {f"cn=ops,{GROUPS}"}),
        ("(&(objectClass=posixGroup)(modifyTimestamp>=21000101000000Z))", set()),
        ("(&(ou:dn:=people)(uid=carl))", {f"uid=carl,{PEOPLE}"}),
        ("(&(ou:dn:caseIgnoreMatch:=Groups)(cn=ops))", {f"cn=ops,{GROUPS}"}),
        ("(&(ou:dn:=groups)(uid=carl))", set()),
        ("(|(&(ou:dn:=groups)(uid=carl))(&(!(ou:dn:=groups))(uid=carl)))", {f"uid=carl,{PEOPLE}"}),
        ("(nosuch=x)", set()),
        ("(!(nosuch=x))", set()),
        ("(!(userAccountControl:1.2.840.113556.1.4.803:=2))", set()),
        ("(uid=al*ce\\28x\\29)", set()),
        ("(uid=)", set()),
        ("(uid=*a*rl*)", {f"uid=carl,{PEOPLE}"}),
        ("(uid=\\2a)", set()),
        ("(uid=c\\61rl)", {f"uid=carl,{PEOPLE}"}),
        ("(userPassword=*)", set()),
        ("(&)", None),
        ("(|)", set()),
    ],
)
def test_a_filter_finds(directory, text, expected):
    found = directory.search(text, "1.1")
    assert found.code == 0, found
    if expected is not None:
        assert {name.lower() for name in found.names} == {name.lower() for name in expected}


@pytest.mark.parametrize("size", ["1", "2", "3", "1000"])
def test_pages_have_every_entry_once(directory, size):
    whole = directory.search("(objectClass=*)", "1.1").names
    paged = directory.search("-E", f"pr={size}/noprompt", "(objectClass=*)", "1.1").names
    assert paged == whole and len(set(paged)) == len(paged)


def test_bounds_and_controls_are_what_the_standard_says(directory):
    few = directory.search("-z", "2", "(objectClass=*)", "1.1")
    assert few.code == 4 and len(few.names) == 2
    # With a page that has room for as many the page is no matter (RFC 2696 section 3).
    few = directory.search("-z", "2", "-E", "pr=2/noprompt", "(objectClass=*)", "1.1")
    assert few.code == 4 and len(few.names) == 2
    # Else it is meant of all pages together, sorted or not.
    for more in [[], ["-E", "sss=uid:caseIgnoreOrderingMatch"]]:
        few = directory.search("-z", "3", *more, "-E", "pr=2/noprompt", "(objectClass=*)", "1.1")
        assert few.code == 4 and len(few.names) == len(set(few.names)) == 3
    whole = directory.search("(objectClass=posixAccount)", "1.1").names
    all_of_them = directory.search("-z", str(len(whole)), "-E", "pr=2/noprompt", "(objectClass=posixAccount)", "1.1")
    assert all_of_them.code == 0 and all_of_them.names == whole
    assert directory.search("-E", "!1.2.3", "(uid=carl)").code == 12
    assert directory.search("-E", "1.2.3", "(uid=carl)", "1.1").names == [f"uid=carl,{PEOPLE}"]
    assert directory.search("(uid=carl)", base="uid=a,,dc=x").code == 34
    missing = directory.search("(uid=carl)", base=f"uid=nobody,{PEOPLE}", scope="base")
    assert missing.code == 32 and f"matched DN: {PEOPLE}" in (missing.out + missing.err).lower().replace("matched dn", "matched DN")


def test_results_are_sorted_where_that_is_asked_for(directory):
    rule = "caseIgnoreOrderingMatch"
    up = directory.search("-E", f"sss=uid:{rule}", "(objectClass=posixAccount)", "uid").entries
    down = directory.search("-E", f"sss=-uid:{rule}", "(objectClass=posixAccount)", "uid").entries
    names = [entry["uid"][0] for entry in up]
    assert names == sorted(names, key=str.lower) and names == [e["uid"][0] for e in down][::-1]


def test_comparisons_are_answered_by_what_is_kept_of_the_user(directory):
    ops = f"cn=ops,{GROUPS}"
    assert directory.run("ldapcompare", ops, f"member:{JANE}").code == 6
    assert directory.run("ldapcompare", ops, f"uniqueMember:uid=carl,{PEOPLE}").code == 5
    assert directory.run("ldapcompare", ops, "memberUid:jane@example.com").code == 6
    assert directory.run("ldapcompare", ops, "objectClass:groupOfUniqueNames").code == 6
    assert directory.run("ldapcompare", JANE, f"userPassword:{PASSWORD}").code == 50
    assert directory.run("ldapcompare", f"uid=nobody,{PEOPLE}", "cn:x").code == 32


def test_tls_is_spoken_from_the_first_byte_or_later(directory):
    assert directory.run("ldapwhoami", "-ZZ", bind="jane@example.com").code == 0
    assert directory.run("ldapwhoami", bind="jane@example.com", url=directory.secure_url).code == 0


def test_one_changes_the_own_password_and_the_former_one_opens_nothing(directory):
    muster = directory.muster
    muster.request("POST", "/muster/v1/users", json={"username": "dora", "password": PASSWORD, "permissions": 16})
    new = "Another-Walnut-93-Ferry"
    wrong = directory.run("ldappasswd", "-a", "wrong", "-s", new, bind="dora")
    assert "Invalid credentials (49)" in wrong.out, wrong
    weak = directory.run("ldappasswd", "-a", PASSWORD, "-s", "x", bind="dora")
    assert "Constraint violation (19)" in weak.out, weak
    assert directory.run("ldappasswd", "-a", PASSWORD, "-s", new, bind="dora").code == 0
    assert directory.run("ldapwhoami", bind="dora").code == 49
    assert directory.run("ldapwhoami", bind="dora", password=new).code == 0
    made = directory.run("ldappasswd", "-a", new, bind="dora", password=new)
    assert made.code == 0 and "New password:" in made.out
    chosen = made.out.split("New password:")[1].strip()
    assert directory.run("ldapwhoami", bind="dora", password=chosen).code == 0


def test_nothing_is_written_over_ldap(directory):
    whole = directory.search("(objectClass=*)", "*").out
    steps = ["changetype: modify\nreplace: cn\ncn: X\n", "changetype: modrdn\nnewrdn: uid=x\ndeleteoldrdn: 1\n"]
    added = "changetype: add\nobjectClass: inetOrgPerson\ncn: X\nsn: X\n"
    for change in [f"dn: {JANE}\n{step}" for step in steps] + [f"dn: uid=x,{PEOPLE}\n{added}", f"dn: cn=x,{GROUPS}\n{added}"]:
        answer = directory.run("ldapmodify", stdin=change)
        assert answer.code == 53 and "read-only" in answer.err, (change, answer)
    assert directory.run("ldapdelete", JANE).code == 53
    assert directory.search("(objectClass=*)", "*").out == whole
