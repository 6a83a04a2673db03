"""Whoever is disabled is out at once, on a connection that is open as well; and what is no LDAP gets nowhere."""

import socket

import ldap3
import pytest

from tree import PEOPLE, SUFFIX
from muster import PASSWORD


def bound(directory, name, password=PASSWORD):
    server = ldap3.Server("127.0.0.1", port=directory.port, get_info=ldap3.ALL)
    return ldap3.Connection(server, f"uid={name},{PEOPLE}", password, raise_exceptions=False)


def test_ldap3_reads_root_and_schema_and_pages(directory):
    connection = bound(directory, "svc@example.com")
    assert connection.bind()
    assert connection.server.info.naming_contexts == [SUFFIX]
    assert "posixAccount" in connection.server.schema.object_classes
    found = connection.extend.standard.paged_search(
        SUFFIX,
        "(objectClass=inetOrgPerson)",
        attributes=["uid", "mail", "memberOf", "sshPublicKey", "entryUUID", "shadowLastChange"],
        paged_size=2,
        generator=False,
    )
    assert len([entry for entry in found if entry["type"] == "searchResEntry"]) >= 4
    assert connection.extend.standard.who_am_i() == f"dn:uid=svc@example.com,{PEOPLE}"


def test_a_bound_connection_ends_with_its_users_right(directory):
    muster = directory.muster
    made = muster.request(
        "POST",
        "/muster/v1/users",
        json={"username": "erin", "password": PASSWORD, "permissions": 16, "readbm": 8},
    ).json()
    connection = bound(directory, "erin")
    assert connection.bind()
    assert connection.search(SUFFIX, "(uid=erin)") and len(connection.entries) == 1
    assert muster.request("PUT", f"/users/{made['id']}/enabled", json={"enabled": False}).status_code == 200
    assert not connection.search(SUFFIX, "(uid=erin)")
    assert connection.result["result"] == 50 and "bind again" in connection.result["message"]
    assert not bound(directory, "erin").bind()
    # Nobody else sees a user who is shut out.
    assert directory.search("(uid=erin)", "1.1").names == []


@pytest.mark.parametrize(
    "bytes_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x30\x80\x02\x01\x01",
        b"\x30\x84\x7f\xff\xff\xff",
        b"\x30\x03\x02\x01\x00",
        # An unbind under the numbers 0 and -1.
        b"\x30\x05\x02\x01\x00\x42\x00",
        b"\x30\x05\x02\x01\xff\x42\x00",
        b"\x30\x05\x02\x01\x01\x7f\x00",
        b"\x30\x0c\x02\x01\x01\x60\x07\x24\x01\x03\x04\x00\x80\x00",
    ],
)
def test_what_is_no_message_ends_the_connection_with_a_notice(directory, bytes_):
    with socket.create_connection(("127.0.0.1", directory.port), timeout=60) as stream:
        stream.sendall(bytes_)
        answer = b""
        while part := stream.recv(4096):
            answer += part
        assert b"1.3.6.1.4.1.1466.20036" in answer


def test_bytes_behind_a_request_for_tls_are_not_taken(directory):
    start = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
    whoami = bytes.fromhex("3020020102771b8019") + b"1.3.6.1.4.1.4203.1.11.3"[:25]
    with socket.create_connection(("127.0.0.1", directory.port), timeout=60) as stream:
        stream.sendall(start + whoami)
        answer = b""
        while part := stream.recv(4096):
            answer += part
        assert b"1.3.6.1.4.1.1466.20036" in answer


def test_a_probe_of_a_load_balancer_succeeds(directory):
    with socket.create_connection(("127.0.0.1", directory.port), timeout=60) as stream:
        stream.sendall(bytes.fromhex("300c020101600702010304008000"))
        assert stream.recv(100) == bytes.fromhex("300c02010161070a010004000400")
