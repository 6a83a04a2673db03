"""What applications ask: Java's JNDI runs for real; of Grafana, GitLab and Nextcloud, which do not come with Debian, the questions as they ask them."""

import subprocess
from pathlib import Path

import ldap3
import pytest

from muster import PASSWORD
from tree import GROUPS, PEOPLE, SUFFIX

HERE = Path(__file__).resolve().parent
JANE = f"uid=jane@example.com,{PEOPLE}"


def test_java_reads_root_pages_and_schema_and_signs_in(directory):
    name = f"uid=svc@example.com,{PEOPLE}"
    done = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", HERE / "Directory.java", directory.url, name, PASSWORD, SUFFIX],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert said["context"] == SUFFIX and said["name"] == JANE
    assert said["mail"] == "Jane.Dyke@mail.example.org"
    assert int(said["people"]) >= 4 and int(said["pages"]) == (int(said["people"]) + 1) // 2
    assert (said["stars"], said["wrong"], said["own"]) == ("false", "AuthenticationException", "Jane van Dyke")


@pytest.fixture
def service(directory):
    """A connection as applications keep one, which ask for attributes that no schema has."""
    server = ldap3.Server("127.0.0.1", port=directory.port, get_info=ldap3.ALL)
    with ldap3.Connection(server, f"uid=svc@example.com,{PEOPLE}", PASSWORD, auto_bind=True, check_names=False) as connection:
        yield connection


def names(connection, base, text, attributes, **how):
    assert connection.search(base, text, attributes=attributes, **how) or connection.result["result"] == 0
    return [entry["dn"] for entry in connection.response if entry["type"] == "searchResEntry"]


def may_sign_in(directory, dn, password):
    server = ldap3.Server("127.0.0.1", port=directory.port)
    return ldap3.Connection(server, dn, password).bind()


def test_grafana_finds_a_login_with_its_groups_and_signs_it_in(directory, service):
    # pkg/services/ldap: one search per base, with dn and the configured attributes, then a bind as the user.
    attributes = ["uid", "sn", "mail", "givenName", "memberOf"]
    assert names(service, PEOPLE, "(uid=jane@example.com)", attributes) == [JANE]
    assert f"cn=ops,{GROUPS}" in service.response[0]["attributes"]["memberOf"]
    assert names(service, PEOPLE, "(|(uid=jane@example.com)(uid=carl))", attributes) == [JANE, f"uid=carl,{PEOPLE}"]
    # With group_search_filter in the place of memberOf.
    groups = names(service, GROUPS, "(&(objectClass=posixGroup)(memberUid=jane@example.com))", ["cn"])
    assert f"cn=ops,{GROUPS}" in groups
    assert may_sign_in(directory, JANE, PASSWORD) and not may_sign_in(directory, JANE, "wrong")


def test_gitlab_finds_a_login_and_the_members_of_a_group(directory, service):
    # omniauth-ldap, net-ldap: by uid with a filter beside it; pages of 126 entries.
    both = "(&(uid=jane@example.com)(objectClass=person))"
    found = service.extend.standard.paged_search(SUFFIX, both, attributes=["uid", "cn", "mail"], paged_size=126)
    assert [entry["dn"] for entry in found] == [JANE]
    # Group sync: a group by cn, then its members, each by a search of its own name.
    assert names(service, SUFFIX, "(cn=ops)", ["member", "uniqueMember", "memberUid"]) == [f"cn=ops,{GROUPS}"]
    for member in service.response[0]["attributes"]["member"]:
        assert names(service, member, "(objectClass=*)", ["uid"], search_scope=ldap3.BASE) == [member]


def test_nextcloud_pages_by_two_and_finds_by_uuid(directory, service):
    people = "(&(|(objectclass=inetOrgPerson)))"
    found = service.extend.standard.paged_search(PEOPLE, people, attributes=["entryUUID", "uid", "displayName"], paged_size=2)
    uuids = {entry["dn"]: entry["attributes"]["entryUUID"] for entry in found}
    assert len(uuids) >= 4
    (uuid,) = uuids[JANE]
    assert names(service, SUFFIX, f"(&{people}(entryUUID={uuid}))", ["uid"]) == [JANE]
    login = "(&(|(objectclass=inetOrgPerson))(|(uid=jane@example.com)(|(mailPrimaryAddress=jane@example.com)(mail=jane@example.com))))"
    assert names(service, SUFFIX, login, ["uid"]) == [JANE]
    groups = f"(&(|(objectclass=groupOfNames))(member={JANE}))"
    assert f"cn=ops,{GROUPS}" in names(service, SUFFIX, groups, ["cn", "entryUUID"])


def test_pfsense_lists_containers_and_asks_for_a_user_in_a_group(directory, service):
    containers = names(service, SUFFIX, "(|(ou=*)(cn=Users))", ["ou"], search_scope=ldap3.LEVEL)
    assert containers == [PEOPLE, GROUPS]
    both = f"(&(uid=jane@example.com)(memberOf=cn=ops,{GROUPS}))"
    assert names(service, PEOPLE, both, ["memberOf"]) == [JANE]
    assert names(service, PEOPLE, both.replace("jane@example.com", "carl"), ["memberOf"]) == []
