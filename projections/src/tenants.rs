//! Tenants and how their sign-in pages look.

use events::{
    Category, Event, Recorded, SignInExperienceEvent, SignInExperienceSettings, TenantEvent,
    TenantId,
};
use rusqlite::OptionalExtension as _;

use crate::{
    QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, json, to_json},
};

/// Tenants and how their sign-in pages look.
pub struct Tenants;

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Its id.
    pub id: TenantId,
    /// Name shown to its administrators.
    pub name: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
}

const CREATED: &str = "INSERT INTO tenants VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const SETTINGS_SET: &str = "INSERT OR REPLACE INTO sign_in_experiences VALUES (?1, ?2)";
const ALL: &str = "SELECT id, name, created_at FROM tenants ORDER BY position";
const SETTINGS: &str = "SELECT settings FROM sign_in_experiences WHERE tenant = ?";

impl View for Tenants {
    const NAME: &'static str = "tenants";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("tenants.sql");
    const CATEGORIES: &'static [Category] = &[Category::Tenant, Category::SignInExperience];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let tenant = recorded.tenant.as_str();
        match &recorded.event {
            Event::Tenant(TenantEvent::TenantCreated { name }) => {
                let position = integer(recorded.position);
                rows.execute(CREATED, (tenant, name, recorded.time.0, position)).map(drop)
            }
            Event::SignInExperience(SignInExperienceEvent::SignInExperienceSet { settings }) => {
                rows.execute(SETTINGS_SET, (tenant, to_json(settings)?)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

impl Reader<Tenants> {
    /// Every tenant, oldest first.
    pub fn all(&self) -> Result<Vec<TenantRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ALL)?;
            let rows = statement.query_map((), |row| {
                Ok(TenantRow { id: id(row, 0)?, name: row.get(1)?, created_at: row.get(2)? })
            })?;
            rows.collect()
        })
    }

    /// Settings of the sign-in pages of a tenant; `None` = never set, so the defaults hold.
    pub fn sign_in_experience(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<SignInExperienceSettings>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SETTINGS)?;
            statement.query_row([tenant.as_str()], |row| json(row, 0)).optional()
        })
    }
}
