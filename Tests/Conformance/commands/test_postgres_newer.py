"""A database that a newer version has changed: what an older program says, and the way back by it."""

from test_postgres import engine, made, node, place  # noqa: F401

from muster import ADMINISTRATOR


def test_a_newer_schema_is_refused_and_the_dump_of_before_takes_its_place_by_the_commands_that_are_named(made, engine):
    address = engine.url(made.database)
    done = made.run(f'pg_dump --format=custom --schema=muster --file=before.dump --dbname="{address}"')
    assert done.returncode == 0, done.stderr
    newer = "CREATE TABLE muster.later (id bigint); INSERT INTO muster.schema_migration VALUES (99, 'later', 'x')"
    engine.sql(f"SET ROLE muster; {newer}", made.database)
    sentence = made.refusal("serve --data-dir data", 76)
    assert "its schema is number 99" in sentence
    done = made.run(sentence.partition("in the place of what is there: ")[2].replace("DUMP", "before.dump"))
    assert done.returncode == 0, done.stderr
    assert engine.sql("SELECT to_regclass('muster.later') IS NULL", made.database) == "t"
    assert ADMINISTRATOR in made.muster("users list --data-dir data --format csv")
    with node(made, "data") as server:
        assert server.request("GET", "/readyz", keys=None).status_code == 200
