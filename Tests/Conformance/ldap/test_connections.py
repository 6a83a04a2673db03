"""Connections that do what no good client does: they get an answer or an end, and cost others nothing."""

import select
import socket
import ssl

import pytest

from conftest import bring, serving
from muster import until
from wire import START_TLS, UNBIND, WHO_AM_I, Stream, abandon, bind, element, extended, message, number, octets, search

DISCONNECTED = b"1.3.6.1.4.1.1466.20036"


def test_so_many_connections_as_are_set_and_no_more_also_of_this_machine(tmp_path):
    with serving(tmp_path, {"MUSTER_LDAP_LIMITS_CONNECTIONS": "8"}) as found:
        held = [Stream(found) for _ in range(8)]
        for stream in held:
            stream.send(extended(1, WHO_AM_I))
            assert stream.answer().code == 0
        for _ in range(3):
            with Stream(found) as one_more:
                try:
                    assert one_more.answer() is None
                except ConnectionError:
                    pass
        held.pop().socket.close()
        until(lambda: found.run("ldapwhoami", bind="carl").code == 0, 60, "a place that is free again")
        for stream in held:
            stream.send(extended(2, WHO_AM_I))
            assert stream.answer().code == 0
            stream.socket.close()


def test_an_unbind_ends_a_connection_that_never_bound(directory):
    with Stream(directory) as stream:
        stream.send(message(1, UNBIND))
        assert stream.answers() == []


def test_a_thousand_operations_are_all_answered_once(directory):
    with Stream(directory).bound() as stream:
        wanted = range(2, 1002)
        stream.send(*(search(one, octets("nosuch", 0x87)) for one in wanted))
        stream.send(message(1002, UNBIND))
        # The unbind may come before the last searches have been answered; whatever is answered is answered once.
        codes = [one.id for one in stream.answers() if one.operation == 0x65]
        assert len(codes) == len(set(codes)) and set(codes) <= set(wanted)
    with Stream(directory).bound() as stream:
        stream.send(*(search(one, octets("nosuch", 0x87)) for one in wanted))
        assert sorted(stream.answer().id for _ in wanted) == list(wanted)


def test_a_bind_gives_up_what_was_asked_before_it_and_makes_nobody_until_it_is_done(directory):
    with Stream(directory).bound() as stream:
        stream.send(search(2), bind(3, password="wrong"), extended(4, WHO_AM_I), search(5, base="ou=people,dc=example,dc=com"))
        answers = []
        while not answers or answers[-1].id != 5:
            answers.append(stream.answer())
        ended = {one.id: one.code for one in answers if one.operation != 0x64}
        assert (ended[3], ended[4], ended[5]) == (49, 0, 50)
        # Nobody: the answer has no name.
        assert next(one for one in answers if one.id == 4).body.endswith(element(0x8B, b""))


def test_what_is_abandoned_is_not_answered_and_the_number_is_free(directory):
    with Stream(directory).bound() as stream:
        stream.send(abandon(2, 77), search(3), abandon(4, 3), extended(5, WHO_AM_I), search(6, octets("nosuch", 0x87)))
        answers = []
        while not answers or answers[-1].id != 6:
            answers.append(stream.answer())
        assert {one.id for one in answers} <= {3, 5, 6}
        # The number stands for something else before what it stood for has come to its end.
        for _ in range(20):
            stream.send(search(3), abandon(4, 3), extended(3, WHO_AM_I))
            while (one := stream.answer()).operation != 0x78:
                assert one.id == 3
            assert (one.id, one.code) == (3, 0)


def test_a_number_is_free_as_soon_as_its_last_answer_is_there(directory):
    # Ruby's net-ldap asks for all pages under one number.
    with Stream(directory).bound() as stream:
        for _ in range(500):
            stream.send(search(2, octets("cn", 0x87), ["1.1"]))
            while (one := stream.answer()).operation != 0x65:
                assert one.id == 2
            assert (one.id, one.code) == (2, 0)


def test_the_thirty_third_operation_waits_for_one_to_end(directory):
    with Stream(directory).bound() as stream:
        stream.send(*(search(one) for one in range(2, 42)), extended(42, WHO_AM_I))
        ended = []
        while (one := stream.answer()).id != 42:
            if one.operation == 0x65:
                assert one.code == 0
                ended.append(one.id)
        # It is answered as soon as it is read: of the forty before it at most 31 were under way then.
        assert len(ended) >= 9
        while len(ended) < 40:
            one = stream.answer()
            ended += [one.id] if one.operation == 0x65 else []
        assert sorted(ended) == list(range(2, 42))


def sent_until_nobody_reads(stream, data, most):
    """How many bytes of some messages, again and again, are taken until for three seconds none is; at most so many."""
    stream.socket.setblocking(False)
    sent = 0
    while sent < most and select.select([], [stream.socket], [], 3)[1]:
        sent += stream.socket.send(data[sent % len(data) :])
    stream.socket.settimeout(60)
    return sent


@pytest.mark.parametrize(
    "bound, ask",
    [
        # The longest answer that strangers get.
        (False, lambda one: search(one, attributes=["+"], base="cn=Subschema", scope=0)),
        # Such as are found at once, and such as are looked for.
        (True, lambda one: search(one, equal("uid", "carl"), ["*", "+"])),
        (True, search),
    ],
    ids=["schema", "one", "all"],
)
def test_of_whoever_reads_no_answers_no_more_is_read(directory, bound, ask):
    before = directory.resident
    with Stream(directory) as stream:
        if bound:
            stream.bound()
        # What lies between the two takes some MiB.
        most = 64 * 1024 * 1024
        assert sent_until_nobody_reads(stream, b"".join(map(ask, range(2, 1002))), most) < most
        assert directory.resident < before + 64 * 1024
        assert directory.search("(uid=carl)", "1.1").code == 0
        # Whoever reads then is served on: these are more than have arrived.
        assert all(2 <= stream.answer().id < 1002 for _ in range(2000))


def test_tls_is_begun_once(directory):
    plain = socket.create_connection(("127.0.0.1", directory.port), timeout=60)
    plain.sendall(extended(1, START_TLS))
    assert plain.recv(200)[7:14].find(b"\x0a\x01\x00") >= 0
    context = ssl.create_default_context(cafile=str(directory.authority))
    with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
        secure.sendall(extended(2, START_TLS))
        answer = secure.recv(200)
        assert b"\x0a\x01\x01" in answer and b"TLS is spoken already" in answer
        secure.sendall(extended(3, WHO_AM_I))
        assert b"\x0a\x01\x00" in secure.recv(200)


def test_a_number_that_is_under_way_ends_the_connection(directory):
    with Stream(directory).bound() as stream:
        stream.send(search(2, element(0xA0, octets("cn", 0x87) * 200)), search(2))
        ends = [one for one in stream.answers() if one.id == 0]
        # The first may have been answered before the second was read.
        assert all(DISCONNECTED in one.body for one in ends)


def test_whoever_reads_nothing_holds_nobody_up(directory):
    with Stream(directory) as stream:
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stream.bound()
        # Answers of some megabytes, of which none is read.
        stream.send(*(search(one, attributes=["*", "+"]) for one in range(2, 1002)))
        assert directory.search("(uid=carl)", "1.1").code == 0
        until(lambda: directory.run("ldapwhoami", bind="carl").code == 0, 60, "others are served")


@pytest.mark.parametrize("kind", [0xA0, 0xA1, 0xA2], ids=["and", "or", "not"])
def test_a_filter_of_a_thousand_levels_is_refused(directory, kind):
    condition = octets("uid", 0x87)
    for _ in range(1000):
        condition = element(kind, condition)
    with Stream(directory).bound() as stream:
        stream.send(search(2, condition, ["1.1"]))
        last = stream.answer()
        # By its depth, or as no message at all.
        assert last.code == 11 or last.id == 0 and DISCONNECTED in last.body


def test_whoever_reads_slowly_is_sent_everybody_and_holds_nobody_up(tmp_path):
    with serving(tmp_path, {}) as found:
        names = {f"slow{count:05}" for count in range(2_000)}
        bring(found, names)
        with Stream(found).bound() as stream, Stream(found).bound() as other:
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stream.part = 2048
            # A megabyte, of which a few kilobytes are on the way.
            stream.send(search(2, element(0xA4, octets("uid") + element(0x30, octets("slow", 0x80))), ["*"]))
            seen = []
            while (one := stream.answer()).operation == 0x64:
                seen.append(one.body[: one.body.index(b",")].split(b"=")[1].decode())
                if len(seen) % 50 == 0:
                    other.send(extended(len(seen), WHO_AM_I))
                    assert other.answer().code == 0
            assert one.code == 0 and len(seen) == 2_000 and set(seen) == names


def test_a_filter_of_a_megabyte_ends_the_connection(directory):
    with Stream(directory).bound() as stream:
        try:
            stream.send(search(2, element(0xA1, octets("uid", 0x87) * 250_000)))
            answers = stream.answers()
        except ConnectionError:
            return
        assert [one.id for one in answers] == [0] and DISCONNECTED in answers[0].body


MEGABYTE = b"x" * 1_000_000
LONG = {
    "a value": (element(0xA3, octets("uid") + octets(MEGABYTE)), 0),
    "a value that is not ASCII": (element(0xA3, octets("cn") + octets("ü" * 500_000)), 0),
    "a name of an entry": (element(0xA3, octets("member") + octets(b"cn=x," * 200_000)), 0),
    "an attribute": (element(0xA3, octets(MEGABYTE) + octets("x")), 0),
    "a part of a text": (element(0xA4, octets("cn") + element(0x30, octets(MEGABYTE, 0x81))), 0),
    "a rule": (element(0xA9, octets(MEGABYTE, 0x81) + octets("cn", 0x82) + octets("x", 0x83)), 0),
    "terms": (element(0xA1, octets("cn", 0x87) * 250_000), 11),
    "parts of a text": (element(0xA4, octets("cn") + element(0x30, octets("x", 0x81) * 300_000)), 11),
}


@pytest.mark.parametrize("name", LONG)
def test_a_filter_of_a_megabyte_that_a_message_has_room_for_finds_nobody_or_is_refused(directory, name):
    condition, code = LONG[name]
    with Stream(directory).bound() as stream:
        stream.send(search(2, condition, ["1.1"]), extended(3, WHO_AM_I))
        answers = [stream.answer(), stream.answer()]
        assert {one.id: one.code for one in answers} == {2: code, 3: 0}, name


@pytest.mark.parametrize("operation", [0x66, 0x68, 0x6C])
def test_a_change_that_is_cut_short_ends_the_connection(directory, operation):
    with Stream(directory).bound() as stream:
        stream.send(message(2, element(operation, octets("uid=carl") + number(7)[:-1])))
        answers = stream.answers()
        assert [one.id for one in answers] == [0] and DISCONNECTED in answers[0].body


@pytest.mark.parametrize(
    "version, way, code",
    [
        (2, octets("x", 0x80), 2),
        (4, octets("x", 0x80), 2),
        (3, element(0xA3, octets("PLAIN") + octets("\0carl\0x")), 7),
        (3, element(0xA3, octets("EXTERNAL")), 7),
        (3, octets("", 0x80), 53),
        # It is longer than any password, and is not hashed.
        (3, octets("x" * 16_000, 0x80), 49),
        (3, octets(b"\xff\xfe", 0x80), 49),
    ],
    ids=["version 2", "version 4", "PLAIN", "EXTERNAL", "no password", "16,000 bytes", "no UTF-8"],
)
def test_a_bind_that_cannot_be(directory, version, way, code):
    with Stream(directory) as stream:
        stream.send(message(1, element(0x60, number(version) + octets("uid=carl,ou=people,dc=example,dc=com") + way)))
        assert stream.answer().code == code
        stream.send(extended(2, WHO_AM_I))
        assert stream.answer().code == 0


def test_a_password_of_a_megabyte_ends_the_connection(directory):
    with Stream(directory) as stream:
        try:
            stream.send(bind(1, password="x" * 1_048_576))
            answers = stream.answers()
        except ConnectionError:
            return
        assert [one.id for one in answers] == [0] and DISCONNECTED in answers[0].body


def test_more_attributes_than_are_told_are_refused(directory):
    with Stream(directory).bound() as stream:
        stream.send(search(2, octets("nosuch", 0x87), [f"a{place}" for place in range(513)]))
        assert stream.answer().code == 11


def equal(name, value):
    return element(0xA3, octets(name) + octets(value))


@pytest.mark.parametrize("value", ["", "*", "a*", "(", ")", "carl\0", "\0", "c" * 5_000, b"\xff"])
def test_what_a_filter_compares_stands_for_itself(directory, value):
    with Stream(directory).bound() as stream:
        stream.send(search(2, equal("uid", value), ["1.1"]))
        last = stream.answer()
        assert (last.operation, last.code) == (0x65, 0)


@pytest.mark.parametrize("base", ["uid=a,,dc=x", "=x", "uid=\\zz", "uid", "uid=a+", "uid=a,"])
def test_a_base_that_is_no_name_is_told(directory, base):
    with Stream(directory).bound() as stream:
        stream.send(search(2, octets("uid", 0x87), ["1.1"], base))
        assert stream.answer().code == 34


def paged(identifier, condition, size, cookie=b""):
    """A search with the control for pages."""
    whole = search(identifier, condition, ["1.1"])
    start, count = Stream.head(whole)
    value = element(0x30, number(size) + octets(cookie))
    control = element(0x30, octets("1.2.840.113556.1.4.319") + octets(value))
    return element(0x30, whole[start : start + count] + element(0xA0, control))


def test_a_mark_of_another_search_or_a_part_of_one_is_refused(directory):
    with Stream(directory).bound() as stream:
        stream.send(paged(2, octets("uid", 0x87), 1))
        while (one := stream.answer()).operation != 0x65:
            pass
        assert one.code == 0
        mark = one.mark
        assert mark
        for place, (condition, cookie) in enumerate(
            [(octets("cn", 0x87), mark), (octets("uid", 0x87), mark[:-1]), (octets("uid", 0x87), b"made up")], 3
        ):
            stream.send(paged(place, condition, 1, cookie))
            assert stream.answer().code == 53
        stream.send(paged(9, octets("uid", 0x87), 1, mark))
        assert stream.answer().operation == 0x64
