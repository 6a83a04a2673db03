"""A directory in PostgreSQL: the real program on a real server, one node or two, and what is refused.

What the store itself does is held to by Swift's tests; here are the commands around it.
"""

import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import postgres
import pytest
from folders import CHEAP
from machine import Machine

from muster import ADMINISTRATOR, PASSWORD, Muster, binary, until

INIT = f"init --store postgres --data-dir data --admin {ADMINISTRATOR} --format json"


@pytest.fixture(scope="module")
def engine():
    return postgres.shared()


def settings(url):
    return CHEAP | {"MUSTER_STORE_KIND": "postgres", "MUSTER_STORE_POSTGRES_URL": url}


@pytest.fixture
def place(engine, tmp_path):
    """A machine whose settings name an empty database."""
    machine = Machine(tmp_path / "place")
    machine.database = engine.database()
    machine.environment |= settings(engine.url(machine.database))
    return machine


@pytest.fixture
def made(place):
    """The same with a directory in it."""
    place.admin = json.loads(place.muster(INIT))
    return place


def node(machine, name):
    """A server of the machine's directory with a data folder of its own, which has a copy of the key."""
    folder = machine.work / name
    if not folder.exists():
        folder.mkdir(mode=0o700)
        shutil.copy(machine.work / "data/master.key", folder)
    url = machine.environment["MUSTER_STORE_POSTGRES_URL"]
    server = Muster(settings=settings(url), data_dir=folder)
    server.admin = machine.admin
    return server


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def tables(engine, database):
    found = "SELECT count(*) FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname = 'muster'"
    return int(engine.sql(found, database))


def test_a_directory_is_created_once_and_served(made, engine):
    assert names(made.work / "data") == ["master.key", "muster.lock", "muster.postgres"]
    again = "The directory is initialised already. Nothing was changed."
    assert made.refusal(INIT, 65) == again
    assert made.refusal(INIT.replace(" data ", " other "), 65) == again
    assert names(made.work) == ["data"]
    with node(made, "data") as server:
        server.admin = made.admin
        user = server.create()
        assert server.request("GET", f"/users/{user['id']}").json()["uuid"] == user["uuid"]
        assert server.login(user["username"]).status_code == 200
        assert server.request("GET", "/readyz", keys=None).status_code == 200
        until(lambda: "1 node with a copy of it at work." in made.muster("check --data-dir data --format csv"), 60, "a node that follows")
        checked = made.muster("check --data-dir data --format csv")
        assert re.search(rf'at {engine.folder}, schema \d+, 2 users\.', checked)
        assert server.request("GET", "/console/admin/export", keys=None).status_code != 500
    assert "role muster" not in server.log()


def test_of_ten_that_create_a_directory_at_once_one_wins(place):
    def create(number):
        line = INIT.replace(" data ", f" data-{number} ").split()
        return subprocess.run(
            [binary(), *line], cwd=place.work, env=place.environment, capture_output=True, text=True
        )

    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(create, range(10)))
    assert sorted(each.returncode for each in done) == [0] + [65] * 9, [each.stderr for each in done]
    winner = next(number for number, each in enumerate(done) if each.returncode == 0)
    for number, each in enumerate(done):
        if number != winner:
            assert "is initialised already" in each.stderr
            assert not (place.work / f"data-{number}/master.key").exists()
    shown = place.muster(f"users list --data-dir data-{winner} --format csv")
    assert shown.count(ADMINISTRATOR) == 1


def test_commands_with_the_folder_work_on_the_database(made, engine):
    assert ADMINISTRATOR in made.muster("users list --data-dir data --format csv")
    made.muster(f"users passwd {ADMINISTRATOR} --data-dir data --password-stdin", PASSWORD + "\n")
    people = "".join(f"person-{number}@example.com,Person {number}\n" for number in range(50))
    (made.work / "people.csv").write_text("username,name\n" + people)
    made.muster("users import people.csv --data-dir data")
    exported = made.muster("users export --data-dir data --format csv")
    assert exported.count("person-") == 50 and "Person 49" in exported
    with node(made, "second") as server:
        assert server.login(ADMINISTRATOR).status_code == 200
        # One more process on the directory is one more node; on the folder of one that runs it is refused.
        assert ADMINISTRATOR in made.muster("users list --data-dir data --format csv")
        assert "Stop the server, or reach it with --url" in made.refusal("users list --data-dir second", 69)


def test_the_key_and_the_folder_have_to_be_the_directorys(made, engine):
    other = made.work / "other"
    other.mkdir(mode=0o700)
    sentence = made.refusal("serve --data-dir other", 66)
    assert sentence.startswith(
        "other/master.key is not there. Copy the master key of the directory in PostgreSQL to it. For a new directory, "
        "run: muster init --store postgres --data-dir other --admin admin@example.com"
    )
    assert "other/master.key is not there" in made.refusal("serve --data-dir nowhere/other", 66).replace("nowhere/", "")
    made.muster(
        f"init --data-dir sqlite --admin {ADMINISTRATOR} --format json",
        MUSTER_STORE_KIND="sqlite",
        MUSTER_STORE_POSTGRES_URL="",
    )
    shutil.copy(made.work / "sqlite/master.key", other)
    assert "other/master.key is not the master key of this directory." in made.refusal("serve --data-dir other", 66)
    checked = made.run("muster check --data-dir other")
    assert checked.returncode == 2 and "is not the one that sealed what is in the directory" in checked.stdout
    # A folder is one directory's, whoever forgets to say where that is kept.
    for line in ("serve --data-dir sqlite", f"init --data-dir sqlite --admin {ADMINISTRATOR}"):
        assert made.refusal(line, 65) == (
            "sqlite has a directory of its own in sqlite/muster.sqlite. Name another folder for what is in PostgreSQL, or "
            "move that file away. Nothing was changed."
        )
    for line in ("serve --data-dir data", f"init --data-dir data --admin {ADMINISTRATOR}", "users list --data-dir data"):
        assert made.refusal(line, 78, MUSTER_STORE_KIND="sqlite") == (
            "The directory of data is in PostgreSQL. Say --store postgres, or set store.kind, and where it is: "
            "store.postgres.url."
        )


def test_backups_are_the_engines_and_the_command_that_is_named_makes_one(made, engine, tmp_path):
    sentence = made.refusal("backup --data-dir data copy.dump", 64)
    address = re.search(r'"[^"]*"', sentence).group()
    assert made.database in address and engine.folder in address
    assert sentence == (
        "The directory is in PostgreSQL, whose own tools back it up. Run: pg_dump --format=custom --schema=muster "
        f"--file=copy.dump --dbname={address}, and keep data/master.key, too, somewhere else."
    )
    done = made.run(re.search(r"Run: (.*), and keep", sentence).group(1))
    assert done.returncode == 0, done.stderr
    made.muster(f"users add --data-dir data later@example.com --password-stdin", PASSWORD + "\n")
    sentence = made.refusal("restore --data-dir data copy.dump", 64)
    assert sentence.startswith(
        "The directory is in PostgreSQL, whose own tools restore it. Stop its servers, and run: pg_restore --clean "
        "--if-exists --single-transaction --dbname="
    )
    done = made.run(sentence.partition("run: ")[2])
    assert done.returncode == 0, done.stderr
    shown = made.muster("users list --data-dir data --format csv")
    assert ADMINISTRATOR in shown and "later@example.com" not in shown


def test_the_password_of_the_address_is_never_shown(place, engine):
    address = f"postgresql://muster:hunter2@/{place.database}?host={engine.folder}"
    (place.work / "url").write_text(address + "\n")
    (place.work / "url").chmod(0o600)
    (place.work / "settings.json").write_text(json.dumps({"store": {"postgres": {"url": 7}}}))
    said = place.refusal(f"serve --set 'store.postgres.url={address}'", 78)
    assert said == (
        "The setting store.postgres.url (command line) has a password in it, which every user of this machine can read there. "
        "Put the address into a file that store.postgres.urlFile names, or the password into one that passfile= of the "
        "address names."
    )
    both = place.refusal("config --set store.postgres.urlFile=url", 78)
    assert "must be left out where store.postgres.urlFile is set" in both
    for line in ("config", "check", "config --config settings.json"):
        done = place.run(f"muster {line}", MUSTER_STORE_POSTGRES_URL=address)
        assert "hunter2" not in done.stdout + done.stderr
    shown = place.muster("config", MUSTER_STORE_POSTGRES_URL=address)
    assert "store.postgres.url = <redacted>  # environment" in shown
    del place.environment["MUSTER_STORE_POSTGRES_URL"]
    assert "store.postgres.urlFile = url" in place.muster("config --set store.postgres.urlFile=url")
    created = json.loads(place.muster(f"{INIT} --set store.postgres.urlFile=url"))
    assert created["username"] == ADMINISTRATOR
    with subprocess.Popen(
        [binary(), "serve", "--data-dir", "data", "--bind", "127.0.0.1:0", "--set", "store.postgres.urlFile=url"],
        cwd=place.work,
        env=place.environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        while "listening" not in (line := server.stderr.readline()):
            assert line
        with open(f"/proc/{server.pid}/cmdline") as arguments:
            assert "hunter2" not in arguments.read()
        server.terminate()
        assert "hunter2" not in server.stderr.read()


@pytest.mark.parametrize("text", ["nonsense", "postgresql://[", "host='a", "password=hunter2 no_such_option=1"])
def test_an_address_that_is_none_is_refused_and_not_quoted(place, text):
    rule = "libpq's URI or list of keywords and values, such as postgresql://muster@db1,db2/muster?sslmode=verify-full"
    said = place.refusal(INIT, 78, MUSTER_STORE_POSTGRES_URL=text)
    assert said == f"The setting MUSTER_STORE_POSTGRES_URL (environment) must be {rule}."
    (place.work / "url").write_text(text)
    said = place.refusal(f"{INIT} --set store.postgres.urlFile=url", 78, MUSTER_STORE_POSTGRES_URL="")
    assert said == f"The setting store.postgres.urlFile (command line) names a file that must hold {rule}."
    assert names(place.work) == ["url"]


@pytest.mark.parametrize("word", ["any", "standby", "prefer-standby", "read-only", "", "hunter2"])
def test_standbys_are_not_asked_for(place, word):
    (place.work / "url").write_text(f"postgresql://db1,db2/muster?target_session_attrs={word}")
    said = place.refusal(f"{INIT} --set store.postgres.urlFile=url", 78, MUSTER_STORE_POSTGRES_URL="")
    assert said == f"The setting store.postgres.urlFile (command line) names a file that must hold {postgres.PRIMARY}."
    assert names(place.work) == ["url"]


def test_postgres_needs_an_address(place):
    del place.environment["MUSTER_STORE_POSTGRES_URL"]
    assert place.refusal(INIT, 78) == (
        "The setting store.kind (command line) needs store.postgres.url, or store.postgres.urlFile, beside it."
    )
    assert "must be one of sqlite, postgres" in place.refusal(INIT.replace("postgres", "oracle"), 78)


def test_nothing_is_served_from_an_empty_database(place, engine):
    (place.work / "data").mkdir(mode=0o700)
    key = place.work / "data/master.key"
    place.muster(
        f"init --data-dir sqlite --admin {ADMINISTRATOR} --format json", MUSTER_STORE_KIND="sqlite"
    )
    shutil.copy(place.work / "sqlite/master.key", key)
    sentence = "There is no directory in the database yet. Run: muster init --store postgres --admin admin@example.com"
    assert place.refusal("serve --data-dir data", 66) == sentence
    assert sentence in place.run("muster check --data-dir data").stdout
    assert tables(engine, place.database) == 0
    # The key of a directory whose creation was cut short is taken for the next.
    before = key.read_bytes()
    place.muster(INIT)
    assert key.read_bytes() == before


@pytest.fixture(scope="module")
def unfit(engine):
    """Databases that will not do, by what is wrong with them, with what is said of each."""
    engine.sql("CREATE ROLE weak LOGIN")
    engine.sql("CREATE ROLE clerk LOGIN PASSWORD 'right'")
    taken = engine.database()
    engine.sql("CREATE TABLE invoice (id bigint)", taken)
    shop = engine.database()
    engine.sql("CREATE SCHEMA shop; CREATE TABLE shop.invoice (id bigint)", shop)
    frozen = engine.database()
    engine.sql(f"ALTER DATABASE {frozen} SET default_transaction_read_only = on")
    return {
        "stranger": (engine.url("no_such_database"), 'database "no_such_database" does not exist'),
        "role": (engine.url(taken, "nobody_here"), 'role "nobody_here" does not exist'),
        "host": ("host=127.0.0.1 port=1 user=muster dbname=muster", "The database at 127.0.0.1 cannot be reached:"),
        "socket": ("host=/nowhere user=muster", "The database at /nowhere cannot be reached:"),
        "name": ("host=no-such-host.invalid user=muster", "The database at no-such-host.invalid cannot be reached:"),
        "shop": (engine.url(shop), 'it has a table "shop.invoice" and none of muster\'s. Make one for muster alone.'),
        "taken": (engine.url(taken), 'it has a table "invoice" and none of muster\'s. Make one for muster alone.'),
        "rights": (
            engine.url(engine.database(), "weak"),
            "The database's role lacks a right: it may not make a schema in this database, which it has to own: ALTER "
            "DATABASE … OWNER TO muster.",
        ),
        "latin": (
            engine.url(engine.database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")),
            "The database has the encoding LATIN1; make one with UTF8: createdb --encoding=UTF8 --template=template0.",
        ),
        "frozen": (engine.url(frozen), "read-only"),
        "written": (
            engine.url(frozen) + " target_session_attrs=primary",
            "The database can only be read: it is a standby, or its operator has made it read-only.",
        ),
        "passwords": (
            engine.url(frozen) + " passfile=/nowhere/passwords",
            "The file of passwords /nowhere/passwords, which store.postgres.url names, cannot be read.",
        ),
    }


@pytest.mark.parametrize(
    "fault",
    ["stranger", "role", "host", "socket", "name", "taken", "shop", "rights", "latin", "frozen", "written", "passwords"],
)
def test_a_database_that_will_not_do_is_refused_and_left_alone(place, unfit, fault):
    url, sentence = unfit[fault]
    assert sentence in place.refusal(INIT, 69, MUSTER_STORE_POSTGRES_URL=url)
    assert names(place.work) == []


def test_a_role_that_may_read_and_change_the_tables_alone_serves(made, engine):
    engine.sql("DROP ROLE IF EXISTS server; CREATE ROLE server LOGIN")
    url = engine.url(made.database, "server")
    checked = made.run("muster check --data-dir data --format csv", MUSTER_STORE_POSTGRES_URL=url).stdout
    assert "it may not use the schema muster. As its owner, run: GRANT USAGE ON SCHEMA muster TO" in checked
    engine.sql("GRANT USAGE ON SCHEMA muster TO server; GRANT SELECT ON ALL TABLES IN SCHEMA muster TO server", made.database)
    checked = made.run("muster check --data-dir data --format csv", MUSTER_STORE_POSTGRES_URL=url)
    assert checked.returncode == 2
    assert (
        "The database's role lacks rights on api_key, audit_event, ceremony, change_count, change_group, .... As its owner, "
        "run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA muster TO …"
    ) in checked.stdout
    engine.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA muster TO server", made.database)
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA muster GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO server"
    engine.sql(f"SET ROLE muster; {later}; CREATE TABLE muster.later (id bigint)", made.database)
    assert "t" == engine.sql("SELECT has_table_privilege('server', 'muster.later', 'DELETE')", made.database)
    engine.sql("DROP TABLE muster.later", made.database)
    made.environment["MUSTER_STORE_POSTGRES_URL"] = url
    numbers = (
        "The database's role may not take numbers of new users ahead, so that users who are made together are tried twice. As its "
        "owner, run: GRANT USAGE ON ALL SEQUENCES IN SCHEMA muster TO …"
    )
    assert numbers in made.muster("check --data-dir data --format csv")
    engine.sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA muster TO server", made.database)
    assert "The database's role" not in made.muster("check --data-dir data --format csv")
    with node(made, "data") as server:
        server.admin = made.admin
        user = server.create()
        assert server.login(user["username"]).status_code == 200
        assert server.request("DELETE", f"/users/{user['id']}").status_code == 200
    superuser = (
        "The database's role is a superuser, who may do everything in that server. Give muster a role that owns its database "
        "and nothing else."
    )
    assert superuser in made.muster(
        "check --data-dir data --format csv", MUSTER_STORE_POSTGRES_URL=engine.url(made.database, "postgres")
    )
