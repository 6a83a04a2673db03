import MusterSQL

extension Migration {
    /// How many members each group has, kept beside its name, so that a look at a group does not count them.
    static let memberCounts = Migration(
        number: 7,
        name: "member counts",
        sql: """
            ALTER TABLE user_group ADD COLUMN member_count INTEGER NOT NULL DEFAULT 0
                CHECK (member_count >= 0);

            UPDATE user_group
            SET member_count = (SELECT count(*) FROM group_member AS m WHERE m.group_id = user_group.id);

            CREATE TRIGGER group_member_added AFTER INSERT ON group_member BEGIN
                UPDATE user_group SET member_count = member_count + 1 WHERE id = NEW.group_id;
            END;

            -- Also for members who go because their user does.
            CREATE TRIGGER group_member_removed AFTER DELETE ON group_member BEGIN
                UPDATE user_group SET member_count = member_count - 1 WHERE id = OLD.group_id;
            END;

            CREATE TRIGGER group_member_moved AFTER UPDATE OF group_id ON group_member BEGIN
                UPDATE user_group SET member_count = member_count - 1 WHERE id = OLD.group_id;
                UPDATE user_group SET member_count = member_count + 1 WHERE id = NEW.group_id;
            END;
            """
    )
}
