//! Which password schemes are still in use, and by how many users.

use events::{Category, Event, PasswordScheme, Recorded, TenantId, UserEvent};

use crate::{
    QueryError, Reader, Rows, View, ViewError,
    column::{natural, word},
};

/// Which password schemes are still in use, and by how many users.
pub struct Credentials;

/// Users with passwords of one scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeCount {
    /// The scheme.
    pub scheme: PasswordScheme,
    /// How many users; never 0.
    pub users: u64,
}

const SET: &str = "INSERT INTO credentials VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET scheme = excluded.scheme";
const DELETE: &str = "DELETE FROM credentials WHERE tenant = ?1 AND user_id = ?2";
const COUNT_DOWN: &str = "UPDATE credential_counts SET users = users - 1 WHERE tenant = ?1
    AND scheme = (SELECT scheme FROM credentials WHERE tenant = ?1 AND user_id = ?2)";
const COUNT_UP: &str = "INSERT INTO credential_counts VALUES (?1, ?2, 1)
    ON CONFLICT DO UPDATE SET users = users + 1";
const COUNTS: &str = "SELECT scheme, users FROM credential_counts
    WHERE tenant = ? AND users > 0 ORDER BY scheme";

impl View for Credentials {
    const NAME: &'static str = "credentials";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("credentials.sql");
    const CATEGORIES: &'static [Category] = &[Category::User];

    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let Event::User(event) = &recorded.event else { return Ok(()) };
        let (tenant, user) = (recorded.tenant.as_str(), recorded.stream.id());
        match event {
            UserEvent::PasswordSet { scheme, .. }
            | UserEvent::PasswordRehashed { to: scheme, .. } => {
                rows.execute(COUNT_DOWN, (tenant, user))?;
                rows.execute(SET, (tenant, user, scheme.as_str()))?;
                rows.execute(COUNT_UP, (tenant, scheme.as_str())).map(drop)
            }
            UserEvent::UserDeleted {} => {
                rows.execute(COUNT_DOWN, (tenant, user))?;
                rows.execute(DELETE, (tenant, user)).map(drop)
            }
            UserEvent::UserCreated { .. }
            | UserEvent::UserChanged { .. }
            | UserEvent::UserSuspended { .. }
            | UserEvent::UserReactivated {}
            | UserEvent::FirstApplicationAuthorized { .. }
            | UserEvent::RolesAssigned { .. }
            | UserEvent::RolesUnassigned { .. } => Ok(()),
        }
    }
}

impl Reader<Credentials> {
    /// The schemes in use in a tenant, by name.
    pub fn counts(&self, tenant: &TenantId) -> Result<Vec<SchemeCount>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(COUNTS)?;
            let rows = statement.query_map([tenant.as_str()], |row| {
                Ok(SchemeCount { scheme: word(row, 0)?, users: natural(row, 1)? })
            })?;
            rows.collect()
        })
    }
}
