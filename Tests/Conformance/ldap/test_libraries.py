"""Libraries of other languages with more people than stand on one page: Ruby's net-ldap and Perl's Net::LDAP as Debian has them, and Python's bonsai."""

import asyncio
import subprocess
from pathlib import Path

import bonsai
import pytest

from conftest import bring, serving
from muster import PASSWORD
from tree import PEOPLE, SUFFIX

HERE = Path(__file__).resolve().parent
SERVICE = f"uid=svc@example.com,{PEOPLE}"
JANE = f"uid=jane@example.com,{PEOPLE}"
MAIL = "Jane.Dyke@mail.example.org"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A server that takes no password without TLS, with three hundred people beside the usual ones."""
    with serving(tmp_path_factory.mktemp("crowd"), {"MUSTER_LDAP_PLAINTEXT_BIND": "never"}) as found:
        bring(found, [f"page{count:05}" for count in range(300)])
        found.people = set(found.search("-ZZ", "(objectClass=inetOrgPerson)", "1.1").names)
        assert len(found.people) > 300
        yield found


def said(directory, *program):
    """The lines of a program, each the rest of its line by its first word."""
    done = subprocess.run(
        [*program, str(directory.port), directory.authority, SERVICE, PASSWORD, SUFFIX],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = {}
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        lines.setdefault(word, []).append(rest)
    return lines


def test_ruby_pages_by_itself_and_signs_in(crowd):
    lines = said(crowd, "ruby", HERE / "directory.rb")
    count = len(crowd.people)
    assert lines["context"] == [SUFFIX] and lines["mail"] == [MAIL]
    assert lines["people"] == [f"{count} {count}"] and lines["few"] == ["5"]
    assert lines["sign-in"] == ["yes", "no", "no"]
    assert lines["stranger"] == ["50"] and lines["unknown"] == ["no"]


def test_perl_reads_the_schema_pages_compares_and_signs_in(crowd):
    lines = said(crowd, "perl", HERE / "directory.pl")
    count = len(crowd.people)
    assert lines["context"] == [SUFFIX] and lines["class"] == ["posixAccount"] and lines["mail"] == [MAIL]
    assert lines["people"] == [f"{count} 0 {(count + 99) // 100}"]
    # Compared and found (6), bound, refused.
    assert lines["member"] == ["6"] and lines["sign-in"] == ["0", "49"] and lines["stranger"] == ["50"]


def client(directory, name=None, password=PASSWORD):
    """A client of bonsai, which begins with StartTLS."""
    made = bonsai.LDAPClient(directory.url, True)
    made.set_ca_cert(str(directory.authority))
    made.set_cert_policy("demand")
    if name:
        made.set_credentials("SIMPLE", user=name, password=password)
    return made


def test_bonsai_pages_and_signs_in(crowd):
    root = client(crowd).get_rootDSE()
    assert root["namingContexts"] == [SUFFIX]
    with client(crowd, SERVICE).connect() as connection:
        assert connection.whoami() == f"dn:{SERVICE}"
        pages = connection.paged_search(SUFFIX, 2, "(objectClass=inetOrgPerson)", ["uid"], page_size=70)
        names = [entry["uid"][0] for entry in pages]
        assert len(names) == len(set(names)) == len(crowd.people) and {"page00299", "jane@example.com"} <= set(names)
        (jane,) = connection.search(SUFFIX, 2, "(uid=jane@example.com)", ["mail", "memberOf"])
        assert jane["mail"] == [MAIL] and str(jane.dn) == JANE
    client(crowd, JANE).connect().close()
    for password in ["wrong", ""]:
        with pytest.raises(bonsai.LDAPError):
            client(crowd, JANE, password).connect()


def test_bonsai_asks_beside_other_work(crowd):
    async def ask(number):
        async with client(crowd, SERVICE).connect(is_async=True) as connection:
            found = await connection.search(SUFFIX, 2, f"(uid=page{number:05})", ["uid"])
            return [entry["uid"][0] for entry in found]

    async def all_of_them():
        return await asyncio.gather(*(ask(number) for number in range(20)))

    assert asyncio.run(all_of_them()) == [[f"page{number:05}"] for number in range(20)]
