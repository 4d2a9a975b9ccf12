//! Clients of the provider with their secrets, machine roles, consent lists and access control.

mod consent_scopes;
mod query;

use events::{
    AccessControl, ApplicationChange, ApplicationEvent, ApplicationId, ApplicationType, Category,
    ConsentScopes, Event, Recorded, RoleEvent, RoleId,
};
use serde_json::Map;

use crate::{
    Filter, Rows, View, ViewError,
    column::{integer, to_json},
    search::{Column, Field},
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
    /// What it may ask users for, if somebody else runs it, in the order it was listed.
    pub consent_scopes: ConsentScopes,
    /// Who may use it.
    pub access_control: AccessControl,
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
    /// Only these.
    pub among: Option<Vec<ApplicationId>>,
    /// None of these.
    pub exclude: Vec<ApplicationId>,
}

const INSERT: &str = "INSERT INTO applications
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING";
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
const DELETE_CONSENT_SCOPES: &str =
    "DELETE FROM application_consent_scopes WHERE tenant = ?1 AND application_id = ?2";
const SET_ACCESS: &str = "UPDATE applications SET access_control = ?3
    WHERE tenant = ?1 AND id = ?2";
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

impl View for Applications {
    const NAME: &'static str = "applications";
    const VERSION: u32 = 2;
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
                    to_json(&AccessControl::default())?,
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
        ApplicationEvent::ApplicationConsentScopesAdded(scopes) => {
            consent_scopes::add(scopes, (tenant, id), position, rows)
        }
        ApplicationEvent::ApplicationConsentScopesRemoved(scopes) => {
            consent_scopes::remove(scopes, (tenant, id), rows)
        }
        ApplicationEvent::ApplicationAccessControlChanged(access) => {
            rows.execute(SET_ACCESS, (tenant, id, to_json(access)?)).map(drop)
        }
        ApplicationEvent::ApplicationDeleted {} => {
            [DELETE, DELETE_SECRETS, DELETE_ROLES, DELETE_CONSENT_SCOPES]
                .iter()
                .try_for_each(|sql| rows.execute(sql, (tenant, id)).map(drop))
        }
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
