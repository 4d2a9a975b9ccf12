//! Clients of the provider with their secrets and machine roles.

use events::{
    ApplicationChange, ApplicationEvent, ApplicationId, ApplicationType, Category, Event, Recorded,
    RoleEvent, RoleId, TenantId,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params_from_iter, types::Value};
use serde_json::Map;

use crate::{
    Filter, Listing, Page, QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, json, natural, to_json, word},
    search::{Column, Field, Where},
};

/// Clients of the provider with their secrets and machine roles.
pub struct Applications;

/// One client.
#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationRow {
    /// Id in the tenant.
    pub id: ApplicationId,
    /// Kind of client.
    pub application_type: ApplicationType,
    /// Run by somebody else.
    pub is_third_party: bool,
    /// Name shown to people.
    pub name: String,
    /// For administrators.
    pub description: Option<String>,
    /// Metadata of OpenID Connect registration.
    pub oidc_client_metadata: Map<String, serde_json::Value>,
    /// Lifetimes and switches.
    pub custom_client_metadata: Map<String, serde_json::Value>,
    /// Whatever the administrator keeps with the application.
    pub custom_data: Map<String, serde_json::Value>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// What authenticates it, oldest first.
    pub secrets: Vec<ApplicationSecretRow>,
    /// Its machine roles, in the order they were given.
    pub roles: Vec<RoleId>,
}

/// A secret of a client.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicationSecretRow {
    /// Unique in the application.
    pub name: String,
    /// SHA-256 of the secret in base64url.
    pub sha256: String,
    /// The secret; `None` = erased.
    pub value: Option<String>,
    /// Milliseconds since the epoch; from this moment on it authenticates nobody.
    pub expires_at: Option<i64>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
}

impl std::fmt::Debug for ApplicationSecretRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ApplicationSecretRow")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Fields of an application that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationField {
    /// `id`
    Id,
    /// `name`
    Name,
    /// `description`
    Description,
}

impl Field for ApplicationField {
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

/// Which applications.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationFilter {
    /// Conditions on their texts.
    pub text: Filter<ApplicationField>,
    /// Only these types; none = all.
    pub types: Vec<ApplicationType>,
    /// Only those run by somebody else, or only our own.
    pub is_third_party: Option<bool>,
    /// Only holders of this role.
    pub role: Option<RoleId>,
    /// No holders of this role.
    pub exclude_role: Option<RoleId>,
}

macro_rules! columns {
    () => {
        "id, type, is_third_party, name, description, oidc_client_metadata,
        custom_client_metadata, custom_data, created_at"
    };
}

const INSERT: &str = "INSERT INTO applications
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING";
const SET_NAME: &str = "UPDATE applications SET name = ?3, name_folded = ?4
    WHERE tenant = ?1 AND id = ?2";
const SET_DESCRIPTION: &str = "UPDATE applications SET description = ?3, description_folded = ?4
    WHERE tenant = ?1 AND id = ?2";
const SET_OIDC: &str = "UPDATE applications SET oidc_client_metadata = ?3
    WHERE tenant = ?1 AND id = ?2";
const SET_CUSTOM: &str = "UPDATE applications SET custom_client_metadata = ?3
    WHERE tenant = ?1 AND id = ?2";
const SET_DATA: &str = "UPDATE applications SET custom_data = ?3 WHERE tenant = ?1 AND id = ?2";
const DELETE: &str = "DELETE FROM applications WHERE tenant = ?1 AND id = ?2";
const DELETE_SECRETS: &str =
    "DELETE FROM application_secrets WHERE tenant = ?1 AND application_id = ?2";
const DELETE_ROLES: &str =
    "DELETE FROM application_roles WHERE tenant = ?1 AND application_id = ?2";
const ROLE_DELETED: &str = "DELETE FROM application_roles WHERE tenant = ?1 AND role_id = ?2";
const ADD_SECRET: &str = "INSERT OR REPLACE INTO application_secrets
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const RENAME_SECRET: &str = "UPDATE OR REPLACE application_secrets SET name = ?4
    WHERE tenant = ?1 AND application_id = ?2 AND name = ?3";
const DELETE_SECRET: &str = "DELETE FROM application_secrets
    WHERE tenant = ?1 AND application_id = ?2 AND name = ?3";
const ASSIGN: &str = "INSERT INTO application_roles VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO NOTHING";
const UNASSIGN: &str = "DELETE FROM application_roles
    WHERE tenant = ?1 AND application_id = ?2 AND role_id = ?3";
const BY_ID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM applications
    WHERE tenant = ? AND id = ?"
);
const ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM applications WHERE tenant = ?
    ORDER BY position DESC"
);
const SECRETS: &str = "SELECT name, sha256, value, expires_at, created_at FROM application_secrets
    WHERE tenant = ? AND application_id = ? ORDER BY position, name";
const ROLES: &str = "SELECT role_id FROM application_roles WHERE tenant = ? AND application_id = ?
    ORDER BY position, role_id";

impl View for Applications {
    const NAME: &'static str = "applications";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("applications.sql");
    const CATEGORIES: &'static [Category] = &[Category::Application, Category::Role];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        match &recorded.event {
            Event::Application(event) => application_event(event, recorded, rows),
            Event::Role(RoleEvent::RoleDeleted {}) => {
                let key = (recorded.tenant.as_str(), recorded.stream.id());
                rows.execute(ROLE_DELETED, key).map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn application_event(
    event: &ApplicationEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    let position = integer(recorded.position);
    match event {
        ApplicationEvent::ApplicationCreated { application_type, is_third_party, settings } => rows
            .execute(
                INSERT,
                rusqlite::params![
                    position,
                    tenant,
                    id,
                    application_type.as_str(),
                    is_third_party,
                    settings.name,
                    settings.name.to_lowercase(),
                    settings.description,
                    settings.description.as_ref().map(|text| text.to_lowercase()),
                    to_json(&settings.oidc_client_metadata)?,
                    to_json(&settings.custom_client_metadata)?,
                    to_json(&settings.custom_data)?,
                    recorded.time.0,
                ],
            )
            .map(drop),
        ApplicationEvent::ApplicationChanged { change } => changed(change, (tenant, id), rows),
        ApplicationEvent::ApplicationSecretCreated { name, sha256, expires_at, personal } => {
            let value = personal.open().map(|secret| &secret.value);
            let expires_at = expires_at.map(|time| time.0);
            let created_at = recorded.time.0;
            rows.execute(
                ADD_SECRET,
                (tenant, id, name, sha256, value, expires_at, created_at, position),
            )
            .map(drop)
        }
        ApplicationEvent::ApplicationSecretRenamed { from, to } => {
            rows.execute(RENAME_SECRET, (tenant, id, from, to)).map(drop)
        }
        ApplicationEvent::ApplicationSecretDeleted { name } => {
            rows.execute(DELETE_SECRET, (tenant, id, name)).map(drop)
        }
        ApplicationEvent::ApplicationRolesAssigned { roles } => roles.iter().try_for_each(|role| {
            rows.execute(ASSIGN, (tenant, id, role.as_str(), position)).map(drop)
        }),
        ApplicationEvent::ApplicationRolesUnassigned { roles } => roles
            .iter()
            .try_for_each(|role| rows.execute(UNASSIGN, (tenant, id, role.as_str())).map(drop)),
        ApplicationEvent::ApplicationDeleted {} => [DELETE, DELETE_SECRETS, DELETE_ROLES]
            .iter()
            .try_for_each(|sql| rows.execute(sql, (tenant, id)).map(drop)),
    }
}

fn changed(
    change: &ApplicationChange,
    (tenant, id): (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    if let Some(name) = &change.name {
        rows.execute(SET_NAME, (tenant, id, name, name.to_lowercase()))?;
    }
    if let Some(text) = &change.description {
        let folded = text.as_ref().map(|text| text.to_lowercase());
        rows.execute(SET_DESCRIPTION, (tenant, id, text, folded))?;
    }
    if let Some(metadata) = &change.oidc_client_metadata {
        rows.execute(SET_OIDC, (tenant, id, to_json(metadata)?))?;
    }
    if let Some(metadata) = &change.custom_client_metadata {
        rows.execute(SET_CUSTOM, (tenant, id, to_json(metadata)?))?;
    }
    if let Some(data) = &change.custom_data {
        rows.execute(SET_DATA, (tenant, id, to_json(data)?))?;
    }
    Ok(())
}

fn application(row: &Row<'_>) -> rusqlite::Result<ApplicationRow> {
    Ok(ApplicationRow {
        id: id(row, 0)?,
        application_type: word(row, 1)?,
        is_third_party: row.get(2)?,
        name: row.get(3)?,
        description: row.get(4)?,
        oidc_client_metadata: json(row, 5)?,
        custom_client_metadata: json(row, 6)?,
        custom_data: json(row, 7)?,
        created_at: row.get(8)?,
        secrets: Vec::new(),
        roles: Vec::new(),
    })
}

fn complete(
    connection: &Connection,
    tenant: &TenantId,
    application: &mut ApplicationRow,
) -> rusqlite::Result<()> {
    let key = (tenant.as_str(), application.id.as_str());
    let mut secrets = connection.prepare_cached(SECRETS)?;
    let secrets = secrets.query_map(key, |row| {
        Ok(ApplicationSecretRow {
            name: row.get(0)?,
            sha256: row.get(1)?,
            value: row.get(2)?,
            expires_at: row.get(3)?,
            created_at: row.get(4)?,
        })
    })?;
    application.secrets = secrets.collect::<Result<_, _>>()?;
    let mut roles = connection.prepare_cached(ROLES)?;
    let key = (tenant.as_str(), application.id.as_str());
    application.roles = roles.query_map(key, |row| id(row, 0))?.collect::<Result<_, _>>()?;
    Ok(())
}

fn conditions(tenant: &TenantId, filter: &ApplicationFilter) -> Where {
    let mut condition = Where::new("tenant = ?", tenant.to_string());
    let held = "EXISTS (SELECT 1 FROM application_roles r WHERE r.tenant = applications.tenant
        AND r.application_id = applications.id AND r.role_id = ?)";
    if let Some(role) = &filter.role {
        condition.and(held, [Value::from(role.to_string())]);
    }
    if let Some(role) = &filter.exclude_role {
        condition.and(&["NOT ", held].concat(), [Value::from(role.to_string())]);
    }
    if let Some(is_third_party) = filter.is_third_party {
        condition.and("is_third_party = ?", [Value::from(is_third_party)]);
    }
    if !filter.types.is_empty() {
        let marks = vec!["?"; filter.types.len()].join(", ");
        let types = filter.types.iter().map(|kind| Value::from(kind.as_str().to_owned()));
        condition.and(&["type IN (", &marks, ")"].concat(), types);
    }
    condition.search(&filter.text);
    condition
}

impl Reader<Applications> {
    /// One application.
    pub fn by_id(
        &self,
        tenant: &TenantId,
        id: &ApplicationId,
    ) -> Result<Option<ApplicationRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(BY_ID)?;
            let found =
                statement.query_row((tenant.as_str(), id.as_str()), application).optional()?;
            found
                .map(|mut found| complete(connection, tenant, &mut found).map(|()| found))
                .transpose()
        })
    }

    /// Every application of a tenant, newest first: for the configuration kept in memory.
    pub fn all(&self, tenant: &TenantId) -> Result<Vec<ApplicationRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ALL)?;
            let rows = statement.query_map([tenant.as_str()], application)?;
            let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
            rows.iter_mut().try_for_each(|row| complete(connection, tenant, row))?;
            Ok(rows)
        })
    }

    /// The applications that a filter lets through, newest first, with their number.
    pub fn page(
        &self,
        tenant: &TenantId,
        filter: &ApplicationFilter,
        page: Page,
    ) -> Result<Listing<ApplicationRow>, QueryError> {
        let condition = conditions(tenant, filter);
        let select = concat!("SELECT ", columns!(), " FROM applications WHERE ");
        let order = " ORDER BY position DESC LIMIT ? OFFSET ?";
        self.query(|connection| {
            let count = ["SELECT count(*) FROM applications WHERE ", condition.sql()].concat();
            let values = params_from_iter(condition.values(&[]));
            let total =
                connection.prepare_cached(&count)?.query_row(values, |row| natural(row, 0))?;
            let sql = [select, condition.sql(), order].concat();
            let mut statement = connection.prepare_cached(&sql)?;
            let values = params_from_iter(condition.values(&[page.limit(), page.offset()]));
            let mut rows =
                statement.query_map(values, application)?.collect::<Result<Vec<_>, _>>()?;
            rows.iter_mut().try_for_each(|row| complete(connection, tenant, row))?;
            Ok(Listing { rows, total })
        })
    }
}
