//! Permissions inside organizations, with their search. They have a view of their own because they
//! change rarely: what the server keeps of them in memory stays valid while members come and go.

use events::{Category, Event, OrganizationScopeEvent, OrganizationScopeId, Recorded, TenantId};
use rusqlite::{OptionalExtension as _, Row};

use crate::{
    Listing, Page, QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, natural},
};

/// Permissions inside organizations.
pub struct OrganizationScopes;

/// One permission inside organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationScopeRow {
    /// Id in the tenant.
    pub id: OrganizationScopeId,
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

const INSERT: &str = "INSERT INTO organization_scopes VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE organization_scopes SET name = ?3, name_folded = ?4, description = ?5
    WHERE tenant = ?1 AND id = ?2";
const DELETE: &str = "DELETE FROM organization_scopes WHERE tenant = ?1 AND id = ?2";
const BY_ID: &str = "SELECT id, name, description FROM organization_scopes
    WHERE tenant = ? AND id = ?";
const ALL: &str = "SELECT id, name, description FROM organization_scopes WHERE tenant = ?
    ORDER BY position";
const PAGE: &str = "SELECT id, name, description FROM organization_scopes
    WHERE tenant = ?1 AND (?2 = '' OR instr(name_folded, ?2) > 0)
    ORDER BY position DESC LIMIT ?3 OFFSET ?4";
const COUNT: &str = "SELECT count(*) FROM organization_scopes
    WHERE tenant = ?1 AND (?2 = '' OR instr(name_folded, ?2) > 0)";

impl View for OrganizationScopes {
    const NAME: &'static str = "organization_scopes";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("organization_scopes.sql");
    const CATEGORIES: &'static [Category] = &[Category::OrganizationScope];

    #[expect(clippy::wildcard_enum_match_arm, reason = "one of many events concerns the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        match &recorded.event {
            Event::OrganizationScope(event) => match event {
                OrganizationScopeEvent::OrganizationScopeCreated { name, description } => {
                    let folded = name.to_lowercase();
                    let position = integer(recorded.position);
                    rows.execute(INSERT, (tenant, position, id, name, folded, description))
                }
                OrganizationScopeEvent::OrganizationScopeChanged { name, description } => {
                    rows.execute(CHANGE, (tenant, id, name, name.to_lowercase(), description))
                }
                OrganizationScopeEvent::OrganizationScopeDeleted {} => {
                    rows.execute(DELETE, (tenant, id))
                }
            }
            .map(drop),
            _ => Ok(()),
        }
    }
}

fn scope(row: &Row<'_>) -> rusqlite::Result<OrganizationScopeRow> {
    Ok(OrganizationScopeRow { id: id(row, 0)?, name: row.get(1)?, description: row.get(2)? })
}

impl Reader<OrganizationScopes> {
    /// One scope.
    pub fn by_id(
        &self,
        tenant: &TenantId,
        id: &OrganizationScopeId,
    ) -> Result<Option<OrganizationScopeRow>, QueryError> {
        self.query(|connection| {
            let key = (tenant.as_str(), id.as_str());
            connection.prepare_cached(BY_ID)?.query_row(key, scope).optional()
        })
    }

    /// Those of the scopes that exist, in the order of the ids.
    pub fn by_ids(
        &self,
        tenant: &TenantId,
        ids: &[OrganizationScopeId],
    ) -> Result<Vec<OrganizationScopeRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(BY_ID)?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let key = (tenant.as_str(), id.as_str());
                found.extend(statement.query_row(key, scope).optional()?);
            }
            Ok(found)
        })
    }

    /// Every scope of a tenant, oldest first: for the configuration kept in memory.
    pub fn all(&self, tenant: &TenantId) -> Result<Vec<OrganizationScopeRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ALL)?;
            statement.query_map([tenant.as_str()], scope)?.collect()
        })
    }

    /// The scopes whose name contains `q`, whatever the case, newest first, with their number. An
    /// empty `q` lets every scope through.
    pub fn page(
        &self,
        tenant: &TenantId,
        q: &str,
        page: Page,
    ) -> Result<Listing<OrganizationScopeRow>, QueryError> {
        let q = q.to_lowercase();
        self.query(|connection| {
            let mut count = connection.prepare_cached(COUNT)?;
            let total = count.query_row((tenant.as_str(), &q), |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(PAGE)?;
            let values = (tenant.as_str(), &q, page.limit(), page.offset());
            let rows = statement.query_map(values, scope)?.collect::<Result<_, _>>()?;
            Ok(Listing { rows, total })
        })
    }
}
