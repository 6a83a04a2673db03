import MusterSQL

extension Migration {
    /// An index of what users' names and addresses contain.
    ///
    /// The module pg_trgm would do the same, but is not in every database, and not everybody may put it there.
    static let userTexts = Migration(
        number: 2,
        name: "user texts",
        sql: """
            -- Each three characters in a row of some texts, with small letters of ASCII for large ones.
            CREATE FUNCTION user_runs(VARIADIC texts text[]) RETURNS text[]
            LANGUAGE sql IMMUTABLE PARALLEL SAFE
            AS $$
                SELECT coalesce(array_agg(DISTINCT substr(t.folded, r.start, 3)), '{}')
                FROM (SELECT lower(text COLLATE "C") AS folded FROM unnest(texts) AS text) AS t
                CROSS JOIN LATERAL generate_series(1, length(t.folded) - 2) AS r (start)
            $$;

            CREATE INDEX user_by_runs ON "user" USING gin (user_runs(username, name, email));
            """
    )
}
