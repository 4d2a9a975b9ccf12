//! API resources with their scopes.

use events::{
    Category, Event, Recorded, ResourceEvent, ResourceId, ScopeId, TenantEvent, TenantId,
};
use rusqlite::{OptionalExtension as _, Row, params_from_iter};

use crate::{
    Filter, Listing, Page, QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, natural},
    search::{Column, Field, Where},
};

/// API resources with their scopes.
pub struct Resources;

/// One API resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRow {
    /// Id in the tenant.
    pub id: ResourceId,
    /// Name shown to people.
    pub name: String,
    /// Audience of its access tokens.
    pub indicator: String,
    /// Lifetime of its access tokens.
    pub access_token_ttl_seconds: u32,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// Whether token requests that name no resource mean it.
    pub is_default: bool,
}

/// A scope of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRow {
    /// Id in the tenant.
    pub id: ScopeId,
    /// The resource.
    pub resource_id: ResourceId,
    /// Unique in the resource.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
}

/// Fields of a scope that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeField {
    /// `id`
    Id,
    /// `name`
    Name,
    /// `description`
    Description,
}

impl Field for ScopeField {
    const ALL: &'static [Self] = &[Self::Id, Self::Name, Self::Description];

    fn column(self) -> Column {
        let (exact, folded) = match self {
            Self::Id => ("id", "lower(id)"),
            Self::Name => ("name", "name_folded"),
            Self::Description => ("description", "description_folded"),
        };
        Column { exact, folded }
    }
}

macro_rules! resource_columns {
    () => {
        "id, name, indicator, access_token_ttl_seconds, created_at, is_default"
    };
}
macro_rules! scope_columns {
    () => {
        "id, resource_id, name, description, created_at"
    };
}
pub(crate) use scope_columns;

const INSERT: &str = "INSERT INTO resources VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
    ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE resources SET name = coalesce(?3, name),
    access_token_ttl_seconds = coalesce(?4, access_token_ttl_seconds)
    WHERE tenant = ?1 AND id = ?2";
const DELETE: &str = "DELETE FROM resources WHERE tenant = ?1 AND id = ?2";
const DELETE_SCOPES: &str = "DELETE FROM scopes WHERE tenant = ?1 AND resource_id = ?2";
const CHOOSE_DEFAULT: &str = "UPDATE resources SET is_default = id IS ?2 WHERE tenant = ?1";
const ADD_SCOPE: &str = "INSERT INTO scopes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT DO NOTHING";
const CHANGE_SCOPE: &str = "UPDATE scopes SET name = ?3, name_folded = ?4, description = ?5,
    description_folded = ?6 WHERE tenant = ?1 AND id = ?2";
const DELETE_SCOPE: &str = "DELETE FROM scopes WHERE tenant = ?1 AND id = ?2";

const ALL: &str = concat!(
    "SELECT ",
    resource_columns!(),
    " FROM resources WHERE tenant = ?
    ORDER BY position DESC"
);
const PAGE: &str = concat!(
    "SELECT ",
    resource_columns!(),
    " FROM resources WHERE tenant = ?
    ORDER BY position DESC LIMIT ? OFFSET ?"
);
const COUNT: &str = "SELECT count(*) FROM resources WHERE tenant = ?";
const BY_ID: &str =
    concat!("SELECT ", resource_columns!(), " FROM resources WHERE tenant = ? AND id = ?");
const BY_INDICATOR: &str =
    concat!("SELECT ", resource_columns!(), " FROM resources WHERE tenant = ? AND indicator = ?");
const ALL_SCOPES: &str = concat!(
    "SELECT ",
    scope_columns!(),
    " FROM scopes WHERE tenant = ?
    ORDER BY resource_id, position"
);
const SCOPE: &str =
    concat!("SELECT ", scope_columns!(), " FROM scopes WHERE tenant = ? AND id = ?");

/// The tables of scopes are alike in the view of roles.
pub(crate) fn scope_event(
    event: &ResourceEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let tenant = recorded.tenant.as_str();
    let resource = recorded.stream.id();
    match event {
        ResourceEvent::ScopeCreated { scope, name, description } => rows
            .execute(
                ADD_SCOPE,
                (
                    tenant,
                    scope.as_str(),
                    resource,
                    integer(recorded.position),
                    name,
                    name.to_lowercase(),
                    description,
                    description.as_ref().map(|text| text.to_lowercase()),
                    recorded.time.0,
                ),
            )
            .map(drop),
        ResourceEvent::ScopeChanged { scope, name, description } => {
            let folded = description.as_ref().map(|text| text.to_lowercase());
            let name_folded = name.to_lowercase();
            let values = (tenant, scope.as_str(), name, name_folded, description, folded);
            rows.execute(CHANGE_SCOPE, values).map(drop)
        }
        ResourceEvent::ScopeDeleted { scope } => {
            rows.execute(DELETE_SCOPE, (tenant, scope.as_str())).map(drop)
        }
        ResourceEvent::ResourceDeleted {} => {
            rows.execute(DELETE_SCOPES, (tenant, resource)).map(drop)
        }
        ResourceEvent::ResourceCreated { .. } | ResourceEvent::ResourceChanged { .. } => Ok(()),
    }
}

impl View for Resources {
    const NAME: &'static str = "resources";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("resources.sql");
    const CATEGORIES: &'static [Category] = &[Category::Resource, Category::Tenant];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        match &recorded.event {
            Event::Resource(event) => {
                scope_event(event, recorded, rows)?;
                match event {
                    ResourceEvent::ResourceCreated {
                        name,
                        indicator,
                        access_token_ttl_seconds,
                    } => {
                        let ttl = access_token_ttl_seconds;
                        let position = integer(recorded.position);
                        let time = recorded.time.0;
                        rows.execute(INSERT, (tenant, id, position, name, indicator, ttl, time))
                            .map(drop)
                    }
                    ResourceEvent::ResourceChanged { name, access_token_ttl_seconds } => {
                        rows.execute(CHANGE, (tenant, id, name, access_token_ttl_seconds)).map(drop)
                    }
                    ResourceEvent::ResourceDeleted {} => {
                        rows.execute(DELETE, (tenant, id)).map(drop)
                    }
                    ResourceEvent::ScopeCreated { .. }
                    | ResourceEvent::ScopeChanged { .. }
                    | ResourceEvent::ScopeDeleted { .. } => Ok(()),
                }
            }
            Event::Tenant(TenantEvent::DefaultResourceChosen { resource }) => {
                let chosen = resource.as_ref().map(ResourceId::as_str);
                rows.execute(CHOOSE_DEFAULT, (tenant, chosen)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn resource(row: &Row<'_>) -> rusqlite::Result<ResourceRow> {
    Ok(ResourceRow {
        id: id(row, 0)?,
        name: row.get(1)?,
        indicator: row.get(2)?,
        access_token_ttl_seconds: row.get(3)?,
        created_at: row.get(4)?,
        is_default: row.get(5)?,
    })
}

pub(crate) fn scope(row: &Row<'_>) -> rusqlite::Result<ScopeRow> {
    Ok(ScopeRow {
        id: id(row, 0)?,
        resource_id: id(row, 1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        created_at: row.get(4)?,
    })
}

impl Reader<Resources> {
    /// Every resource of a tenant, newest first.
    pub fn all(&self, tenant: &TenantId) -> Result<Vec<ResourceRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ALL)?;
            statement.query_map([tenant.as_str()], resource)?.collect()
        })
    }

    /// A page of the resources of a tenant, newest first, with their number.
    pub fn page(&self, tenant: &TenantId, page: Page) -> Result<Listing<ResourceRow>, QueryError> {
        self.query(|connection| {
            let mut count = connection.prepare_cached(COUNT)?;
            let total = count.query_row([tenant.as_str()], |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(PAGE)?;
            let values = (tenant.as_str(), page.limit(), page.offset());
            let rows = statement.query_map(values, resource)?.collect::<Result<_, _>>()?;
            Ok(Listing { rows, total })
        })
    }

    fn one(&self, sql: &str, key: (&str, &str)) -> Result<Option<ResourceRow>, QueryError> {
        self.query(|connection| connection.prepare_cached(sql)?.query_row(key, resource).optional())
    }

    /// One resource.
    pub fn by_id(
        &self,
        tenant: &TenantId,
        id: &ResourceId,
    ) -> Result<Option<ResourceRow>, QueryError> {
        self.one(BY_ID, (tenant.as_str(), id.as_str()))
    }

    /// The resource with an indicator.
    pub fn by_indicator(
        &self,
        tenant: &TenantId,
        indicator: &str,
    ) -> Result<Option<ResourceRow>, QueryError> {
        self.one(BY_INDICATOR, (tenant.as_str(), indicator))
    }

    /// Every scope of a tenant, by resource, oldest first: for the configuration kept in memory.
    pub fn all_scopes(&self, tenant: &TenantId) -> Result<Vec<ScopeRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ALL_SCOPES)?;
            statement.query_map([tenant.as_str()], scope)?.collect()
        })
    }

    /// The scopes of a resource that a filter lets through, newest first, with their number.
    pub fn scopes(
        &self,
        tenant: &TenantId,
        resource: &ResourceId,
        filter: &Filter<ScopeField>,
        page: Page,
    ) -> Result<Listing<ScopeRow>, QueryError> {
        let mut condition = Where::new("tenant = ?", tenant.to_string());
        condition.and("resource_id = ?", [resource.to_string().into()]);
        condition.search(filter);
        self.query(|connection| {
            let sql = ["SELECT count(*) FROM scopes WHERE ", condition.sql()].concat();
            let values = params_from_iter(condition.values(&[]));
            let total =
                connection.prepare_cached(&sql)?.query_row(values, |row| natural(row, 0))?;
            let sql = [
                concat!("SELECT ", scope_columns!(), " FROM scopes WHERE "),
                condition.sql(),
                " ORDER BY position DESC LIMIT ? OFFSET ?",
            ]
            .concat();
            let values = params_from_iter(condition.values(&[page.limit(), page.offset()]));
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(values, scope)?.collect::<Result<_, _>>()?;
            Ok(Listing { rows, total })
        })
    }

    /// Those of the scopes that exist, in the order of the ids.
    pub fn scopes_by_id(
        &self,
        tenant: &TenantId,
        ids: &[ScopeId],
    ) -> Result<Vec<ScopeRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SCOPE)?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let key = (tenant.as_str(), id.as_str());
                found.extend(statement.query_row(key, scope).optional()?);
            }
            Ok(found)
        })
    }
}
