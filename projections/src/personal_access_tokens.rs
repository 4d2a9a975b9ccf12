//! The personal access tokens of each user.

use events::{
    Category, Event, PersonalAccessTokenEvent, PersonalAccessTokenId, Recorded, TenantId,
    UserEvent, UserId,
};
use rusqlite::{OptionalExtension as _, Row};

use crate::{
    QueryError, Reader, Rows, View, ViewError,
    column::{id, integer},
};

/// The personal access tokens of each user.
pub struct PersonalAccessTokens;

/// A personal access token.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalAccessTokenRow {
    /// Its id.
    pub id: PersonalAccessTokenId,
    /// What people call it; unique among those of the user.
    pub name: String,
    /// The token itself; `None` after an erasure.
    pub value: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// Milliseconds since the epoch; `None` = never.
    pub expires_at: Option<i64>,
}

impl std::fmt::Debug for PersonalAccessTokenRow {
    /// Without the token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PersonalAccessTokenRow")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

const ADD: &str = "INSERT INTO personal_access_tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT DO NOTHING";
const RENAME: &str = "UPDATE personal_access_tokens SET name = ?3 WHERE tenant = ?1 AND id = ?2";
const DELETE: &str = "DELETE FROM personal_access_tokens WHERE tenant = ?1 AND id = ?2";
const DELETE_OF_USER: &str =
    "DELETE FROM personal_access_tokens WHERE tenant = ?1 AND user_id = ?2";
const OF_USER: &str = "SELECT id, name, value, created_at, expires_at FROM personal_access_tokens
    WHERE tenant = ? AND user_id = ? ORDER BY position LIMIT ?";
const BY_NAME: &str = "SELECT id, name, value, created_at, expires_at FROM personal_access_tokens
    WHERE tenant = ? AND user_id = ? AND name = ?";

impl View for PersonalAccessTokens {
    const NAME: &'static str = "personal_access_tokens";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("personal_access_tokens.sql");
    const CATEGORIES: &'static [Category] = &[Category::PersonalAccessToken, Category::User];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        match &recorded.event {
            Event::PersonalAccessToken(PersonalAccessTokenEvent::PersonalAccessTokenCreated {
                user,
                name,
                created_at,
                expires_at,
                personal,
                sha256: _,
            }) => rows.execute(
                ADD,
                (
                    tenant,
                    id,
                    integer(recorded.position),
                    user.as_str(),
                    name,
                    personal.open().map(|held| &held.value),
                    created_at.0,
                    expires_at.map(|moment| moment.0),
                ),
            ),
            Event::PersonalAccessToken(PersonalAccessTokenEvent::PersonalAccessTokenRenamed {
                name,
            }) => rows.execute(RENAME, (tenant, id, name)),
            Event::PersonalAccessToken(PersonalAccessTokenEvent::PersonalAccessTokenDeleted {}) => {
                rows.execute(DELETE, (tenant, id))
            }
            Event::User(UserEvent::UserDeleted {}) => rows.execute(DELETE_OF_USER, (tenant, id)),
            _ => Ok(0),
        }
        .map(drop)
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<PersonalAccessTokenRow> {
    Ok(PersonalAccessTokenRow {
        id: id(row, 0)?,
        name: row.get(1)?,
        value: row.get(2)?,
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
    })
}

impl Reader<PersonalAccessTokens> {
    /// The tokens of a user, oldest first, at most `max`.
    pub fn of_user(
        &self,
        tenant: &TenantId,
        user: &UserId,
        max: u32,
    ) -> Result<Vec<PersonalAccessTokenRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(OF_USER)?;
            statement.query_map((tenant.as_str(), user.as_str(), max), token)?.collect()
        })
    }

    /// The token of a user with this name.
    pub fn by_name(
        &self,
        tenant: &TenantId,
        user: &UserId,
        name: &str,
    ) -> Result<Option<PersonalAccessTokenRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(BY_NAME)?;
            statement.query_row((tenant.as_str(), user.as_str(), name), token).optional()
        })
    }
}
