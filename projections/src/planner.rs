//! What SQLite's planner is told about the tables of a view. Without numbers it takes a tenant for
//! a handful of rows and reads all of them; with measured numbers a view would not always ask in
//! the same way. So every view is planned as if it were large, with few tenants.

use rusqlite::Connection;

/// Rows that a table is planned for, how many tenants share them, and how many kinds there are.
const ROWS: u64 = 1_000_000;
const TENANTS: u64 = 2;
const KINDS: u64 = 8;
/// Rows that share any other value.
const ALIKE: u64 = 10;

const INDEXES: &str = "
    SELECT t.name, CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END, i.\"unique\",
        (SELECT group_concat(name, ' ') FROM (SELECT name FROM pragma_index_info(i.name)
            ORDER BY seqno))
    FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table'";

/// Makes the table of the numbers, in a file whose tables are empty.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ANALYZE")
}

/// Writes down the numbers; they hold for connections that are opened later, and for this one.
pub(crate) fn inform(connection: &Connection) -> rusqlite::Result<()> {
    let mut indexes = connection.prepare(INDEXES)?;
    let indexes = indexes.query_map((), |row| {
        let columns: String = row.get(3)?;
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, numbers(&columns, row.get(2)?)))
    })?;
    let indexes = indexes.collect::<Result<Vec<_>, _>>()?;
    connection.execute("DELETE FROM sqlite_stat1", ())?;
    for index in indexes {
        connection.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", index)?;
    }
    connection.execute_batch("ANALYZE sqlite_master")
}

/// Rows of the index, then rows that share the first column, the first two, and so on.
fn numbers(columns: &str, is_unique: bool) -> String {
    let mut text = ROWS.to_string();
    let mut alike = ROWS;
    let mut columns = columns.split(' ').peekable();
    while let Some(column) = columns.next() {
        alike = match column {
            "tenant" => alike / TENANTS,
            "kind" | "type" => alike / KINDS,
            "position" => 1,
            _ => alike.min(ALIKE),
        };
        if is_unique && columns.peek().is_none() {
            alike = 1;
        }
        text = format!("{text} {alike}");
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::{Catalogue, file};

    fn plan(view: &str, sql: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let catalogue = Catalogue::standard();
        let (_, fold) = catalogue.folds().find(|(_, fold)| fold.name() == view).unwrap();
        let mut connection = file::open_writer(&path, fold.schema()).unwrap();
        file::index(&mut connection, fold.indexes()).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = statement.raw_query();
        let mut lines = String::new();
        while let Some(row) = rows.next().unwrap() {
            lines = lines + &row.get::<_, String>(3).unwrap() + "\n";
        }
        lines
    }

    #[test]
    fn what_kills_tokens_finds_them_by_index() {
        let ended = "UPDATE access_tokens SET is_revoked = 1 WHERE tenant = ?1 AND grant_id IN
            (SELECT id FROM grants WHERE tenant = ?1 AND session_id = ?2 AND ends_with_session)";
        let plan = plan("grants", ended);
        assert!(plan.contains("access_tokens_grant (tenant=? AND grant_id=?)"), "{plan}");
        assert!(plan.contains("grants_session (tenant=? AND session_id=?)"), "{plan}");
    }

    #[test]
    fn an_exact_search_does_not_read_every_user() {
        let order = "ORDER BY position DESC LIMIT 20";
        let exact = "SELECT * FROM users WHERE tenant = ? AND (primary_email_folded IN (?, ?)";
        let one = plan("users", &format!("{exact}) {order}"));
        assert!(one.contains("users_email (tenant=? AND primary_email_folded=?)"), "{one}");
        let any = plan("users", &format!("{exact} OR username_folded IN (?)) {order}"));
        assert!(any.contains("users_email") && any.contains("users_username"), "{any}");
        let all = plan("users", &format!("SELECT * FROM users WHERE tenant = ? {order}"));
        assert!(all.contains("users_newest") && !all.contains("TEMP B-TREE"), "{all}");
    }

    #[test]
    fn members_are_read_in_the_order_of_their_page() {
        let page = plan(
            "users",
            "SELECT * FROM (SELECT o.user_id AS member, o.position AS joined
                FROM organization_users o CROSS JOIN users u
                    ON u.tenant = o.tenant AND u.id = o.user_id
                WHERE o.tenant = ? AND o.organization_id = ? AND (instr(u.name_folded, ?) > 0)
                ORDER BY o.position DESC LIMIT ? OFFSET ?)
            CROSS JOIN users ON users.tenant = ? AND users.id = member ORDER BY joined DESC",
        );
        assert!(page.contains("organization_users_newest"), "{page}");
        assert!(page.contains("users_id (tenant=? AND id=?)"), "{page}");
        let held = plan(
            "organization_roles",
            "SELECT DISTINCT s.name FROM holders h
            CROSS JOIN permitted p ON p.tenant = h.tenant AND p.role_id = h.role_id
                AND p.kind = 'organization'
            CROSS JOIN organization_scopes s ON s.tenant = p.tenant AND s.id = p.scope_id
            WHERE h.tenant = ? AND h.kind = ? AND h.member_id = ? AND h.organization_id = ?",
        );
        assert!(!held.contains("SCAN"), "{held}");
        let of_member = plan(
            "organizations",
            "SELECT o.name FROM members m
            CROSS JOIN organizations o ON o.tenant = m.tenant AND o.id = m.organization_id
            WHERE m.tenant = ? AND m.kind = ? AND m.member_id = ? ORDER BY m.position LIMIT 20",
        );
        assert!(of_member.contains("members_member") && !of_member.contains("TEMP"), "{of_member}");
    }

    #[test]
    fn a_page_of_the_timeline_is_read_in_order() {
        for column in ["stream", "correlation", "user_id", "actor_id", "type"] {
            let plan = plan(
                "timeline",
                &format!(
                    "SELECT * FROM timeline WHERE position > ? AND position < ? AND {column} = ?
                    AND +tenant = ? ORDER BY position DESC LIMIT 20"
                ),
            );
            assert!(plan.contains(&format!("({column}=? AND rowid")), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
