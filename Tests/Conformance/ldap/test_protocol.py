"""Small print of the protocol: what clients rarely ask, answered as the standards say."""

import re
import ssl

import pytest

from conftest import serving
from muster import PASSWORD
from tree import GROUPS, PEOPLE, SUFFIX
from wire import START_TLS, WHO_AM_I, Stream, bind, element, extended, message, number, octets, search

CANCEL = b"1.3.6.1.1.8"
CARL = f"uid=carl,{PEOPLE}"


def compare(identifier, name, attribute, value):
    return message(identifier, element(0x6E, octets(name) + element(0x30, octets(attribute) + octets(value))))


def cancel(identifier, other):
    value = element(0x30, number(other))
    return message(identifier, element(0x77, octets(CANCEL, 0x80) + octets(value, 0x81)))


def test_an_operation_that_is_not_known_is_told_and_ends_nothing(directory):
    with Stream(directory) as stream:
        stream.send(extended(1, b"1.2.3.4"), extended(2, WHO_AM_I))
        first, second = stream.answer(), stream.answer()
        assert (first.id, first.code, second.id, second.code) == (1, 2, 2, 0)


@pytest.mark.parametrize("asked, tag", [(search(2), 0x65), (compare(2, CARL, "uid", "carl"), 0x6F)])
def test_what_is_cancelled_is_answered_by_that_and_nothing_more(directory, asked, tag):
    with Stream(directory).bound() as stream:
        stream.send(asked, cancel(3, 2), cancel(4, 2), cancel(5, 99), extended(6, WHO_AM_I))
        answers = [stream.answer() for _ in range(5)]
        assert [(one.id, one.code) for one in answers] == [(2, 118), (3, 0), (4, 119), (5, 119), (6, 0)]
        assert answers[0].operation == tag


def test_a_change_that_was_sent_is_made_and_told_before_anybody_can_cancel_it(writable):
    writable.muster.request("POST", "/muster/v1/users", json={"username": "ida", "password": PASSWORD, "permissions": 16})
    for number_of_try in range(20):
        name = f"Ida {number_of_try}"
        one = element(0x30, number(2, 0x0A) + element(0x30, octets("displayName") + element(0x31, octets(name))))
        change = message(2, element(0x66, octets(f"uid=ida,{PEOPLE}") + element(0x30, one)))
        with Stream(writable) as stream:
            stream.send(bind(1, "root@example.com"))
            assert stream.answer().code == 0
            stream.send(change, cancel(3, 2), extended(4, WHO_AM_I))
            answers = [stream.answer() for _ in range(3)]
        assert [(answer.id, answer.code) for answer in answers] == [(2, 0), (3, 119), (4, 0)]
        assert writable.muster.request("GET", "/muster/v1/users/ida").json()["name"] == name


def test_tls_is_not_begun_beside_something_else_and_makes_nobody(directory):
    with Stream(directory).bound() as stream:
        stream.send(search(2), extended(3, START_TLS))
        ended = {}
        while len(ended) < 2:
            one = stream.answer()
            if one.operation != 0x64:
                ended[one.id] = one.code
        assert ended == {2: 0, 3: 1}
        stream.send(extended(4, START_TLS))
        assert stream.answer().code == 0
        context = ssl.create_default_context(cafile=str(directory.authority))
        stream.socket = context.wrap_socket(stream.socket, server_hostname="127.0.0.1")
        stream.send(extended(5, WHO_AM_I), search(6))
        nobody, refused = stream.answer(), stream.answer()
        assert nobody.body.endswith(element(0x8B, b"")) and refused.code == 50
        stream.send(bind(7), extended(8, WHO_AM_I))
        assert stream.answer().code == 0 and b"dn:uid=svc" in stream.answer().body


@pytest.mark.parametrize(
    "base, scope, code",
    [
        (SUFFIX, 3, 2),
        ("dc=com", 2, 32),
        ("", 2, 32),
        ("dc=other", 0, 32),
        ("2.5.4.11=#0406706f6f706c,dc=example,dc=com", 0, 34),
        (f"uid=carl+cn=carl,{PEOPLE}", 0, 32),
        (f"OU = People , DC=Example,dc=COM", 0, 0),
        (f"uid=c\\61rl,{PEOPLE}", 0, 0),
    ],
)
def test_bases_and_scopes(directory, base, scope, code):
    with Stream(directory).bound() as stream:
        stream.send(search(2, None, ["1.1"], base, scope))
        answers = [stream.answer()]
        while answers[-1].operation != 0x65:
            answers.append(stream.answer())
        assert answers[-1].code == code and len(answers) == (2 if code == 0 else 1), base


def test_one_level_below_the_root_is_where_the_tree_begins(directory):
    assert directory.search("(objectClass=*)", "1.1", base="", scope="one").names == [SUFFIX]


def test_when_a_password_was_set_is_shown_to_who_asks(directory):
    made = directory.muster.request("POST", "/muster/v1/users", json={"username": "unset", "permissions": 16})
    assert made.status_code == 201, made.text
    entries = directory.search("(|(uid=carl)(uid=unset))", "pwdChangedTime").entries
    told = {entry["dn"][0]: entry.get("pwdChangedTime") for entry in entries}
    assert told.pop(f"uid=unset,{PEOPLE}") is None
    ((moment,),) = told.values()
    assert re.fullmatch(r"20\d{12}Z", moment), moment
    (whole,) = directory.search("(uid=carl)", "*").entries
    assert "pwdChangedTime" not in whole
    assert directory.search(f"(&(uid=carl)(pwdChangedTime>={moment}))", "1.1").names == [CARL]
    assert directory.search("(&(uid=carl)(pwdChangedTime<=20200101000000Z))", "1.1").names == []


def test_names_of_attributes_without_values(directory):
    shown = directory.search("-A", "(uid=carl)", "cn", "mail", "sshPublicKey", "nosuch")
    assert shown.code == 0 and "\ncn:\n" in shown.out and "Carl" not in shown.out and "nosuch" not in shown.out


def test_sorting_by_what_has_no_order_is_told(directory):
    rule = "caseIgnoreOrderingMatch"
    for key, code in [(f"sn:{rule}", 18), (f"nosuch:{rule}", 16), ("uid:caseExactOrderingMatch", 18)]:
        found = directory.search("-E", f"sss={key}", "(uid=carl)", "1.1")
        assert found.code == 0 and found.names == [CARL], found
        assert f"({code})" in found.out or f"sortResult: ({code})" in found.out, found.out
        critical = directory.search("-E", f"!sss={key}", "(uid=carl)", "1.1")
        assert critical.code == 12 and (code == 16 or "caseIgnoreOrderingMatch" in critical.err), critical


def test_a_comparison_of_what_an_entry_cannot_have(directory):
    assert directory.run("ldapcompare", CARL, "member:x").code == 16
    assert directory.run("ldapcompare", CARL, "nosuch:x").code == 16
    assert directory.run("ldapcompare", CARL, "uidNumber:many").code == 21
    assert directory.run("ldapcompare", "uid=carl,,dc=x", "uid:carl").code == 34


def test_administrators_give_others_a_password(writable):
    writable.muster.request("POST", "/muster/v1/users", json={"username": "gina", "password": PASSWORD, "permissions": 16})
    new = "Another-Walnut-93-Ferry"
    name = f"uid=gina,{PEOPLE}"
    assert "(50)" in writable.run("ldappasswd", "-s", new, name, bind="carl").out
    assert writable.run("ldappasswd", "-s", new, name, bind="root@example.com").code == 0
    assert writable.run("ldapwhoami", bind="gina").code == 49
    assert writable.run("ldapwhoami", bind="gina", password=new).code == 0
    gone = writable.run("ldappasswd", "-s", new, f"uid=nobody,{PEOPLE}", bind="root@example.com")
    assert "(32)" in gone.out, gone


@pytest.fixture(scope="module")
def candid(tmp_path_factory):
    """A server that shows administrators who is disabled."""
    with serving(tmp_path_factory.mktemp("candid"), {"MUSTER_LDAP_SHOW_DISABLED": "on"}) as found:
        yield found


def test_who_is_disabled_is_shown_to_administrators_alone(candid):
    muster = candid.muster
    made = muster.request("POST", "/muster/v1/users", json={"username": "dina", "password": PASSWORD, "permissions": 16})
    root = {"username": "root@example.com", "password": PASSWORD, "permissions": 64}
    assert muster.request("POST", "/muster/v1/users", json=root).status_code < 300
    name = f"uid=dina,{PEOPLE}"
    groups = {group["name"]: group["id"] for group in muster.request("GET", "/groups").json()["groups"]}
    assert muster.request("POST", f"/groups/{groups['ops']}/users/{made.json()['id']}").status_code < 300
    assert muster.request("PUT", f"/users/{made.json()['id']}/enabled", json={"enabled": False}).status_code == 200
    (shown,) = candid.search("(uid=dina)", "*", "+", bind="root@example.com").entries
    assert shown["nsAccountLock"] == ["TRUE"] and "sshPublicKey" not in shown
    assert shown["pwdAccountLockedTime"] == ["000001010000Z"]
    assert candid.search("(uid=dina)", "1.1").names == [] and candid.run("ldapwhoami", bind="dina").code == 49
    (ops,) = candid.search("(cn=ops)", "member", "memberUid", base=GROUPS).entries
    assert name not in ops["member"] and "dina" not in ops["memberUid"]
    assert candid.run("ldapcompare", f"cn=ops,{GROUPS}", f"member:{name}").code == 5
