"""The way to a database in PostgreSQL: passwords, TLS, a standby, several servers of which one is the primary, and pools in between."""

import json
import shutil
import socket
import struct
import subprocess
import sys
import threading

import postgres
import pytest
from folders import CHEAP
from machine import Machine
from pool import Peer, Pool

from muster import ADMINISTRATOR, REPOSITORY, until

sys.path.insert(0, str(REPOSITORY / "Tests/Cluster"))
from engine import OWNER, Engine  # noqa: E402
from node import free_port  # noqa: E402

INIT = f"init --store postgres --data-dir data --admin {ADMINISTRATOR} --format json"
CHECK = "check --data-dir data --format csv"
PASSWORDS = "local all clerk scram-sha-256\nhost all clerk 127.0.0.1/32 scram-sha-256\n"


def owned(path, mode):
    path.chmod(mode)
    shutil.chown(path, OWNER, OWNER)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for localhost that vouches for itself, its key, and one that has nothing to do with it."""
    folder = tmp_path_factory.mktemp("authority")
    for name in ("server", "other"):
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
            + ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
            capture_output=True,
        )
        assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def engine(authority):
    """A server with TLS, whose role clerk has to show a password."""
    with Engine("ways", free_port()) as engine:
        engine.create()
        for name in ("server.pem", "server.key"):
            shutil.copy(authority / name, engine.folder)
            owned(engine.folder / name, 0o600)
        engine.sql("CREATE ROLE clerk LOGIN PASSWORD 'right'")
        rules = engine.data / "pg_hba.conf"
        rules.write_text(PASSWORDS + rules.read_text())
        engine.settings |= {
            "ssl": "on", "ssl_cert_file": engine.folder / "server.pem", "ssl_key_file": engine.folder / "server.key",
        }
        engine.stop()
        engine.start()
        yield engine


@pytest.fixture
def place(engine, tmp_path):
    """A machine whose settings name an empty database."""
    machine = Machine(tmp_path / "place")
    machine.database = engine.database()
    machine.environment |= CHEAP | {"MUSTER_STORE_KIND": "postgres"}
    machine.environment["MUSTER_STORE_POSTGRES_URL"] = engine.url(machine.database)
    return machine


@pytest.fixture
def made(place):
    """The same with a directory in it."""
    place.admin = json.loads(place.muster(INIT))
    return place


def schemas(engine, machine):
    return engine.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'muster'", machine.database)


def test_a_password_that_is_wrong_or_missing_is_refused_and_a_right_one_taken(place, engine):
    url = engine.url(place.database, "clerk")
    wrong = place.refusal(INIT, 69, MUSTER_STORE_POSTGRES_URL=url + " password=hunter2")
    assert wrong.startswith(f"The database at {engine.folder} cannot be reached: ")
    assert wrong.endswith('password authentication failed for user "clerk"') and "hunter2" not in wrong
    assert "no password supplied" in place.refusal(INIT, 69, MUSTER_STORE_POSTGRES_URL=url)
    assert list(place.work.iterdir()) == [] and schemas(engine, place) == "0"
    engine.sql(f"ALTER DATABASE {place.database} OWNER TO clerk")
    passwords = place.work / "passwords"
    passwords.write_text(f"{engine.folder}:{engine.number}:{place.database}:clerk:right\n")
    passwords.chmod(0o644)
    by_file = f"{url} passfile={passwords}"
    assert place.refusal(INIT, 69, MUSTER_STORE_POSTGRES_URL=by_file) == (
        f"The file of passwords {passwords}, which store.postgres.url names, may be read by others, so that it is not used. "
        f"Run: chmod 600 {passwords}"
    )
    passwords.chmod(0o600)
    place.muster(INIT, MUSTER_STORE_POSTGRES_URL=by_file)
    place.muster(CHECK, MUSTER_STORE_POSTGRES_URL=url + " password=right")


def test_the_servers_certificate_and_name_are_checked_where_that_is_said(made, engine, authority):
    def url(host, mode, root):
        return (
            f"postgresql://muster@{host}:{engine.number}/{made.database}?sslmode={mode}&sslrootcert={authority}/{root}.pem"
        )

    made.muster(CHECK, MUSTER_STORE_POSTGRES_URL=url("localhost", "verify-full", "server"))
    stranger = made.refusal("serve --data-dir data", 69, MUSTER_STORE_POSTGRES_URL=url("localhost", "verify-full", "other"))
    assert stranger.startswith("The database at localhost cannot be reached: ") and "certificate verify failed" in stranger
    name = made.refusal("serve --data-dir data", 69, MUSTER_STORE_POSTGRES_URL=url("127.0.0.1", "verify-full", "server"))
    assert 'server certificate for "localhost"' in name and name.endswith('does not match host name "127.0.0.1"')
    made.muster(CHECK, MUSTER_STORE_POSTGRES_URL=url("127.0.0.1", "verify-ca", "server"))


def test_a_standby_is_refused_alone_and_passed_over_beside_the_primary(made, engine):
    with Engine("standby", free_port()) as standby:
        standby.follow(engine)
        alone = standby.url(made.database)
        for line in (INIT.replace(" data ", " other "), "serve --data-dir data"):
            sentence = made.refusal(line, 69, MUSTER_STORE_POSTGRES_URL=alone)
            assert sentence.startswith(f"The database at {standby.folder} cannot be reached: ")
            assert sentence.endswith("session is read-only")
        any_will_do = made.refusal("serve --data-dir data", 78, MUSTER_STORE_POSTGRES_URL=alone + " target_session_attrs=any")
        assert any_will_do == f"The setting MUSTER_STORE_POSTGRES_URL (environment) must be {postgres.PRIMARY}."
        assert not (made.work / "other").exists()
        both = f"host={standby.folder},{engine.folder} port={standby.number},{engine.number} user=muster dbname={made.database}"
        made.muster(CHECK, MUSTER_STORE_POSTGRES_URL=both)
        # libpq itself ends its search at a server that lets nobody in.
        rules = standby.data / "pg_hba.conf"
        rules.write_text("local all muster reject\n" + rules.read_text())
        standby.sql("SELECT pg_reload_conf()")
        until(lambda: "pg_hba.conf rejects" in made.run(f"muster {CHECK}", MUSTER_STORE_POSTGRES_URL=alone).stdout, 60, "a refusal")
        made.muster(CHECK, MUSTER_STORE_POSTGRES_URL=both)


class Full:
    """A server that has no connection left, and says so to whoever comes."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        said = b"SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0"
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                Peer(client).startup()
                client.sendall(b"E" + struct.pack("!I", 4 + len(said)) + said)


def test_a_server_without_a_connection_left_does_not_hide_the_next_one(made, engine):
    with Full() as full:
        alone = f"host=127.0.0.1 port={full.port} user=muster dbname={made.database}"
        assert made.refusal("serve --data-dir data", 69, MUSTER_STORE_POSTGRES_URL=alone).endswith("too many clients already")
        for hosts, ports in (
            (f"127.0.0.1,{engine.folder}", f"{full.port},{engine.number}"),
            (f"{engine.folder},127.0.0.1", f"{engine.number},{full.port}"),
        ):
            made.muster(CHECK, MUSTER_STORE_POSTGRES_URL=f"host={hosts} port={ports} user=muster dbname={made.database}")
        # Where none will do, what each of them has said is told.
        both = f"host=127.0.0.1,127.0.0.1 port={full.port},1 user=muster dbname={made.database}"
        sentence = made.refusal("serve --data-dir data", 69, MUSTER_STORE_POSTGRES_URL=both)
        assert "too many clients already" in sentence and "Connection refused" in sentence


def test_a_pool_that_gives_each_transaction_another_connection_is_refused(made, engine):
    path = engine.folder / f".s.PGSQL.{engine.number}"
    with Pool(path, "muster", made.database, is_shared=True) as pool:
        url = f"host=127.0.0.1 port={pool.port} user=muster dbname={made.database} sslmode=disable"
        sentence = (
            "The database at 127.0.0.1 is reached through a pool that gives each transaction another connection, as pgbouncer does "
            "with pool_mode=transaction; muster needs connections of its own. Name the server itself in store.postgres.url, or have "
            "the pool keep a connection for each client: pool_mode=session."
        )
        # Also where the pool's connections have what was left on them.
        for _ in range(2):
            assert made.refusal("serve --data-dir data", 69, MUSTER_STORE_POSTGRES_URL=url) == sentence
            assert sentence in made.run(f"muster {CHECK}", MUSTER_STORE_POSTGRES_URL=url).stdout
    with Pool(path, "muster", made.database, is_shared=False) as pool:
        url = f"host=127.0.0.1 port={pool.port} user=muster dbname={made.database} sslmode=disable"
        made.muster(CHECK, MUSTER_STORE_POSTGRES_URL=url)
        assert ADMINISTRATOR in made.muster("users list --data-dir data --format csv", MUSTER_STORE_POSTGRES_URL=url)
