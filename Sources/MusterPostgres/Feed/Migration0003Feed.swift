import MusterSQL

extension Migration {
    /// Which rows each group of changes has touched, so that nodes can follow; and which nodes there are.
    ///
    /// Triggers write it, so that nothing is forgotten: not what the engine does by itself where a user goes, and not what
    /// somebody does by hand, who takes the lock and counts a group of his own then.
    static let feed = Migration(
        number: 3,
        name: "feed",
        sql: StatementText(joining: [tables, functions, triggers], separator: "\n")
    )

    private static let tables: StatementText = """
        CREATE TABLE change_row (
            position bigint NOT NULL,
            "table" text COLLATE "C" NOT NULL,
            number bigint,
            other bigint,
            digest bytea
        );

        CREATE INDEX change_row_by_position ON change_row (position);

        -- A node writes here several times a second, by which it knows that it hears the one server that can commit.
        CREATE TABLE node (
            id uuid PRIMARY KEY,
            name text COLLATE "C" NOT NULL,
            version text COLLATE "C" NOT NULL,
            position bigint NOT NULL,
            beat bigint NOT NULL DEFAULT 0,
            started_at timestamptz NOT NULL DEFAULT now(),
            seen_at timestamptz NOT NULL DEFAULT now()
        );
        """

    private static let functions: StatementText = """
        -- Counts a group for whoever changes something and has not: a node of an older version, or a person.
        CREATE FUNCTION begin_group() RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE
            given bigint;
        BEGIN
            PERFORM pg_advisory_xact_lock(5581494256950968321);
            UPDATE change_count SET position = position + 1 WHERE id = 1 RETURNING position INTO given;
            INSERT INTO change_group (position, node, number, mark)
            VALUES (given, gen_random_uuid(), 0, gen_random_uuid());
            PERFORM pg_notify(current_schema(), '');
            PERFORM set_config('muster.position', given::text, true);
            RETURN given::text;
        END
        $$;

        CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE
            present text := current_setting('muster.position', true);
            changed record;
        BEGIN
            IF present IS NULL OR present = '' THEN
                present := begin_group();
            END IF;
            IF present = 'none' THEN
                RETURN NULL;
            END IF;
            IF TG_OP = 'DELETE' THEN
                changed := OLD;
            ELSE
                changed := NEW;
            END IF;
            IF TG_ARGV[0] = 'id' THEN
                INSERT INTO change_row (position, "table", number)
                VALUES (present::bigint, TG_TABLE_NAME, changed.id);
            ELSIF TG_ARGV[0] = 'user' THEN
                INSERT INTO change_row (position, "table", number)
                VALUES (present::bigint, TG_TABLE_NAME, changed.user_id);
            ELSIF TG_ARGV[0] = 'token' THEN
                INSERT INTO change_row (position, "table", digest)
                VALUES (present::bigint, TG_TABLE_NAME, changed.token_digest);
            ELSE
                INSERT INTO change_row (position, "table", number, other)
                VALUES (present::bigint, TG_TABLE_NAME, changed.group_id, changed.user_id);
                IF TG_OP = 'UPDATE' THEN
                    INSERT INTO change_row (position, "table", number, other)
                    VALUES (present::bigint, TG_TABLE_NAME, OLD.group_id, OLD.user_id);
                END IF;
            END IF;
            RETURN NULL;
        END
        $$;
        """

    private static func trigger(_ table: StaticString, _ key: StaticString) -> StatementText {
        """
        CREATE TRIGGER note_\(name: table) AFTER INSERT OR UPDATE OR DELETE ON "\(name: table)"
            FOR EACH ROW EXECUTE FUNCTION note_change('\(name: key)');
        """
    }

    private static let triggers = StatementText(
        joining: [
            trigger("user", "id"), trigger("person", "user"), trigger("person_address", "user"),
            trigger("password", "user"), trigger("api_key", "user"), trigger("ssh_key", "user"),
            trigger("session", "token"), trigger("ended_session", "token"),
            trigger("factor", "user"), trigger("passkey_owner", "user"),
            trigger("recovery_code", "user"), trigger("user_group", "id"),
            trigger("group_member", "member"), trigger("directory", "id"),
        ],
        separator: "\n"
    )
}
