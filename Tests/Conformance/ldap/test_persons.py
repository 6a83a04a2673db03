"""What is known of people beside their sign-in: brought by an import, shown and changed over LDAP, and found by filters."""

import json

import requests

from muster import PASSWORD
from test_writes import change, person, user, write
from tree import PEOPLE

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SHOWN = {
    "givenName": ["Marie"],
    "sn": ["Example"],
    "title": ["Analyst"],
    "employeeType": ["Staff"],
    "preferredLanguage": ["en"],
    "telephoneNumber": ["+1 555 0100", "+1 555 0101"],
    "mobile": ["+1 555 0102"],
    "street": ["1 Street"],
    "l": ["Town"],
    "st": ["Region"],
    "postalCode": ["12345"],
    "c": ["GB"],
    "employeeNumber": ["7"],
    "departmentNumber": ["Research"],
    "o": ["Example Ltd"],
}


def bring(directory, username, known, **more):
    """Imports a user with a person's document."""
    line = json.dumps({"username": username, "person": known, **more})
    access, secret = directory.muster.admin_keys
    answer = requests.post(
        f"https://127.0.0.1:{directory.muster.port}/muster/v1/users/import?mode=upsert",
        data=line,
        headers={"X-ApiKeys": f"accessKey={access};secretKey={secret}", "Content-Type": "application/x-ndjson"},
        verify=str(directory.muster.authority),
        timeout=60,
    )
    assert '"failed":0' in answer.text, answer.text


def document(manager):
    return {
        "name": {"familyName": "Example", "givenName": "Marie"},
        "title": "Analyst",
        "userType": "Staff",
        "preferredLanguage": "en",
        "phoneNumbers": [
            {"value": "+1 555 0100", "type": "work"},
            {"value": "+1 555 0101"},
            {"value": "+1 555 0102", "type": "mobile"},
            {"value": "+1 555 0103", "type": "fax"},
        ],
        "addresses": [
            {"locality": "Elsewhere", "type": "home"},
            {
                "streetAddress": "1 Street",
                "locality": "Town",
                "region": "Region",
                "postalCode": "12345",
                "country": "GB",
                "type": "work",
            },
        ],
        ENTERPRISE: {
            "employeeNumber": "7",
            "department": "Research",
            "organization": "Example Ltd",
            "manager": {"value": manager},
        },
    }


def test_what_an_import_brought_is_shown_and_found(writable):
    manager = user(writable, "jane@example.com")["uuid"]
    bring(writable, "marie@example.com", document(manager), name="M. Example")
    (entry,) = writable.search("(uid=marie@example.com)").entries
    assert {name: entry.get(name) for name in SHOWN} == SHOWN
    assert entry["manager"] == [f"uid=jane@example.com,{PEOPLE}"]
    for wanted in ("title=analyst", "telephoneNumber=*0101", "telephoneNumber=+1-555-0100", "mobile=+15550102", "departmentNumber=Rese*", "l=TOWN", "employeeNumber=7"):
        assert writable.search(f"(&(uid=*)({wanted}))", "1.1").names == [f"uid=marie@example.com,{PEOPLE}"], wanted
    named = writable.search(f"(manager=uid=jane@example.com,{PEOPLE})", "1.1").names
    assert named == [f"uid=marie@example.com,{PEOPLE}"]
    (only,) = writable.search("(uid=marie@example.com)", "title").entries
    assert sorted(only) == ["dn", "title"]


def test_it_is_written_and_shown_by_every_way(writable):
    ldif = person("noor@example.com", "cn: Noor Example", "sn: Example", "title: Nurse", "mobile: 1", "mobile: 2")
    assert write(writable, ldif, program="ldapadd").code == 0
    kept = user(writable, "noor@example.com")["person"]
    assert kept["title"] == "Nurse"
    assert [one["value"] for one in kept["phoneNumbers"]] == ["1", "2"]
    assert kept["name"]["familyName"] == "Example"
    dn = f"uid=noor@example.com,{PEOPLE}"
    done = write(writable, change(dn, "replace: title", "title: Doctor", "-", "delete: mobile", "mobile: 1", "-",
                                  "add: departmentNumber", "departmentNumber: Ward 7", "-", "add: l", "l: Town"))
    assert done.code == 0, done.err
    (entry,) = writable.search("(uid=noor@example.com)").entries
    assert (entry["title"], entry["mobile"]) == (["Doctor"], ["2"])
    assert (entry["departmentNumber"], entry["l"]) == (["Ward 7"], ["Town"])
    assert write(writable, change(dn, "replace: sn", "sn: Other")).code == 0
    (entry,) = writable.search("(uid=noor@example.com)", "cn", "sn", "givenName").entries
    assert (entry["cn"], entry["sn"], entry["givenName"]) == (["Noor Other"], ["Other"], ["Noor"])
    assert write(writable, change(dn, "delete: title")).code == 0
    assert "title" not in user(writable, "noor@example.com")["person"]


def test_what_cannot_be_is_refused_and_changes_nothing(writable):
    dn = f"uid=carl,{PEOPLE}"
    before = user(writable, "carl")
    refusals = {
        ("add: title", "title: a", "title: b"): 19,
        ("delete: title",): 16,
        ("add: manager", f"manager: uid=jane@example.com,{PEOPLE}"): 53,
        ("replace: title", "title: " + "x" * 1025): 19,
        ("add: postalAddress", "postalAddress: x"): 53,
    }
    for lines, code in refusals.items():
        assert write(writable, change(dn, *lines)).code == code, lines
    assert before and user(writable, "carl") == before


def test_oneself_changes_what_is_known_of_oneself(writable):
    bring(writable, "olga@example.com", {"title": "Clerk"}, password=PASSWORD)
    dn = f"uid=olga@example.com,{PEOPLE}"
    assert write(writable, change(dn, "replace: title", "title: Head"), bind="olga@example.com").code == 0
    (entry,) = writable.search("(uid=olga@example.com)", "title", bind="olga@example.com").entries
    assert entry["title"] == ["Head"]


def test_shells_and_homes_are_those_of_the_user_or_else_of_the_settings(writable):
    bring(writable, "zoe@example.com", {"posix": {"loginShell": "/bin/zsh"}}, password=PASSWORD)
    dn, names = f"uid=zoe@example.com,{PEOPLE}", ("homeDirectory", "loginShell")

    def shown():
        (entry,) = writable.search("(uid=zoe@example.com)", *names).entries
        return [entry[name][0] for name in names]

    assert shown() == ["/home/zoe@example.com", "/bin/zsh"]
    assert writable.search("(loginShell=/bin/zsh)", "1.1").names == [dn]
    # A program that changes what it was shown takes that away first.
    steps = ("delete: homeDirectory", "homeDirectory: /home/zoe@example.com", "-", "add: homeDirectory", "homeDirectory: /srv/zoe")
    assert write(writable, change(dn, *steps)).code == 0
    assert shown() == ["/srv/zoe", "/bin/zsh"]
    assert user(writable, "zoe@example.com")["person"]["posix"] == {"homeDirectory": "/srv/zoe", "loginShell": "/bin/zsh"}
    # Machines make folders for accounts by their own power.
    own = write(writable, change(dn, "replace: homeDirectory", "homeDirectory: /etc/zoe"), bind="zoe@example.com")
    assert own.code == 50 and shown() == ["/srv/zoe", "/bin/zsh"]
    assert write(writable, change(dn, "delete: loginShell")).code == 0
    assert shown() == ["/srv/zoe", "/bin/bash"]
