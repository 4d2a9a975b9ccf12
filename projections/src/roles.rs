//! Roles, what they permit and who holds them, in one file so that what a token may say is one
//! statement.

mod query;

use events::{
    ApplicationEvent, ApplicationId, Category, Event, Recorded, ResourceEvent, RoleEvent, RoleId,
    RoleType, ScopeId, UserEvent, UserId,
};

use crate::{
    Filter, Rows, View, ViewError,
    column::integer,
    resources::scope_event,
    search::{Column, Field},
};

/// Roles, what they permit and who holds them.
pub struct Roles;

/// One role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// Id in the tenant.
    pub id: RoleId,
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: String,
    /// Who can hold it.
    pub role_type: RoleType,
    /// Given to every new user.
    pub is_default: bool,
    /// How many users hold it.
    pub users_count: u64,
    /// How many applications hold it.
    pub applications_count: u64,
    /// At most three users who got it last.
    pub featured_users: Vec<UserId>,
    /// At most three applications that got it last.
    pub featured_applications: Vec<ApplicationId>,
}

/// Fields of a role that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleField {
    /// `id`
    Id,
    /// `name`
    Name,
    /// `description`
    Description,
}

impl Field for RoleField {
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

/// Which roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleFilter {
    /// Conditions on their texts.
    pub text: Filter<RoleField>,
    /// Only roles of this type.
    pub role_type: Option<RoleType>,
    /// Only roles that this user holds.
    pub user: Option<UserId>,
    /// Only roles that this application holds.
    pub application: Option<ApplicationId>,
    /// No roles that this user holds.
    pub exclude_user: Option<UserId>,
    /// No roles that this application holds.
    pub exclude_application: Option<ApplicationId>,
    /// No roles whose name begins so, for instance `#internal:`.
    pub exclude_prefix: Option<String>,
}

const USER: &str = "user";
const APPLICATION: &str = "application";

macro_rules! columns {
    () => {
        "id, name, description, type, is_default, users_count, applications_count,
        (SELECT group_concat(holder_id, ' ') FROM (SELECT holder_id FROM holders h
            WHERE h.tenant = roles.tenant AND h.role_id = roles.id AND h.kind = 'user'
            ORDER BY position DESC LIMIT 3)),
        (SELECT group_concat(holder_id, ' ') FROM (SELECT holder_id FROM holders h
            WHERE h.tenant = roles.tenant AND h.role_id = roles.id AND h.kind = 'application'
            ORDER BY position DESC LIMIT 3))"
    };
}

use columns;

const INSERT: &str = "INSERT INTO roles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0)
    ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE roles SET name = ?3, name_folded = ?4, description = ?5,
    description_folded = ?6, is_default = ?7 WHERE tenant = ?1 AND id = ?2";
const DELETE: [&str; 3] = [
    "DELETE FROM roles WHERE tenant = ?1 AND id = ?2",
    "DELETE FROM role_scopes WHERE tenant = ?1 AND role_id = ?2",
    "DELETE FROM holders WHERE tenant = ?1 AND role_id = ?2",
];
const GRANT: &str = "INSERT INTO role_scopes VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const REVOKE: &str = "DELETE FROM role_scopes WHERE tenant = ?1 AND role_id = ?2 AND scope_id = ?3";
const SCOPE_DELETED: &str = "DELETE FROM role_scopes WHERE tenant = ?1 AND scope_id = ?2";
const RESOURCE_DELETED: &str = "DELETE FROM role_scopes WHERE tenant = ?1 AND scope_id IN
    (SELECT id FROM scopes WHERE tenant = ?1 AND resource_id = ?2)";
const ADD_RESOURCE: &str = "INSERT INTO resources VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const DELETE_RESOURCE: &str = "DELETE FROM resources WHERE tenant = ?1 AND id = ?2";
const ASSIGN: &str = "INSERT INTO holders VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const UNASSIGN: &str = "DELETE FROM holders
    WHERE tenant = ?1 AND kind = ?2 AND holder_id = ?3 AND role_id = ?4";
const COUNT_USERS: &str = "UPDATE roles SET users_count = users_count + ?3
    WHERE tenant = ?1 AND id = ?2";
const COUNT_APPLICATIONS: &str = "UPDATE roles SET applications_count = applications_count + ?3
    WHERE tenant = ?1 AND id = ?2";
const LEAVE: &str = "UPDATE roles SET users_count = users_count - (?2 = 'user'),
    applications_count = applications_count - (?2 = 'application')
    WHERE tenant = ?1 AND id IN (SELECT role_id FROM holders
        WHERE tenant = ?1 AND kind = ?2 AND holder_id = ?3)";
const LEFT: &str = "DELETE FROM holders WHERE tenant = ?1 AND kind = ?2 AND holder_id = ?3";

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM roles WHERE tenant = ? AND id = ?");
const DEFAULTS: &str = "SELECT id FROM roles WHERE tenant = ? AND is_default AND type = 'User'
    ORDER BY position";
const NAMES_OF_USER: &str = "SELECT name FROM holders h
    JOIN roles r ON r.tenant = h.tenant AND r.id = h.role_id
    WHERE h.tenant = ? AND h.kind = 'user' AND h.holder_id = ? ORDER BY h.position, r.name";
const PERMITTED: &str = "SELECT DISTINCT s.name FROM holders h
    CROSS JOIN role_scopes p ON p.tenant = h.tenant AND p.role_id = h.role_id
    CROSS JOIN scopes s ON s.tenant = p.tenant AND s.id = p.scope_id
    WHERE h.tenant = ?1 AND h.kind = ?2 AND h.holder_id = ?3 AND s.resource_id =
        (SELECT id FROM resources WHERE tenant = ?1 AND indicator = ?4)
    ORDER BY s.name";
const SCOPE_IDS: &str = "SELECT scope_id FROM role_scopes WHERE tenant = ? AND role_id = ?
    ORDER BY position, scope_id";

impl View for Roles {
    const NAME: &'static str = "roles";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("roles.sql");
    const CATEGORIES: &'static [Category] =
        &[Category::Role, Category::Resource, Category::User, Category::Application];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        match &recorded.event {
            Event::Role(event) => role_event(event, recorded, rows),
            Event::Resource(event) => resource_event(event, recorded, rows),
            Event::User(
                UserEvent::UserCreated { roles, .. } | UserEvent::RolesAssigned { roles },
            ) => assign(USER, roles, recorded, rows),
            Event::User(UserEvent::RolesUnassigned { roles }) => {
                unassign(USER, roles, recorded, rows)
            }
            Event::User(UserEvent::UserDeleted {}) => leave(USER, recorded, rows),
            Event::Application(ApplicationEvent::ApplicationRolesAssigned { roles }) => {
                assign(APPLICATION, roles, recorded, rows)
            }
            Event::Application(ApplicationEvent::ApplicationRolesUnassigned { roles }) => {
                unassign(APPLICATION, roles, recorded, rows)
            }
            Event::Application(ApplicationEvent::ApplicationDeleted {}) => {
                leave(APPLICATION, recorded, rows)
            }
            _ => Ok(()),
        }
    }
}

fn role_event(event: &RoleEvent, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
    let (tenant, role) = (recorded.tenant.as_str(), recorded.stream.id());
    let position = integer(recorded.position);
    let grant = |scopes: &[ScopeId]| {
        scopes.iter().try_for_each(|scope| {
            rows.execute(GRANT, (tenant, role, scope.as_str(), position)).map(drop)
        })
    };
    match event {
        RoleEvent::RoleCreated { name, description, role_type, is_default, scopes } => {
            let folded = (name.to_lowercase(), description.to_lowercase());
            let kind = role_type.as_str();
            let values =
                (tenant, role, position, name, folded.0, description, folded.1, kind, is_default);
            rows.execute(INSERT, values)?;
            grant(scopes)
        }
        RoleEvent::RoleChanged { name, description, is_default } => {
            let folded = (name.to_lowercase(), description.to_lowercase());
            let values = (tenant, role, name, folded.0, description, folded.1, is_default);
            rows.execute(CHANGE, values).map(drop)
        }
        RoleEvent::RoleScopesGranted { scopes } => grant(scopes),
        RoleEvent::RoleScopesRevoked { scopes } => scopes
            .iter()
            .try_for_each(|scope| rows.execute(REVOKE, (tenant, role, scope.as_str())).map(drop)),
        RoleEvent::RoleDeleted {} => {
            DELETE.iter().try_for_each(|sql| rows.execute(sql, (tenant, role)).map(drop))
        }
    }
}

fn resource_event(
    event: &ResourceEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, resource) = (recorded.tenant.as_str(), recorded.stream.id());
    match event {
        ResourceEvent::ResourceCreated { indicator, .. } => {
            rows.execute(ADD_RESOURCE, (tenant, resource, indicator))?;
        }
        ResourceEvent::ScopeDeleted { scope } => {
            rows.execute(SCOPE_DELETED, (tenant, scope.as_str()))?;
        }
        ResourceEvent::ResourceDeleted {} => {
            rows.execute(RESOURCE_DELETED, (tenant, resource))?;
            rows.execute(DELETE_RESOURCE, (tenant, resource))?;
        }
        ResourceEvent::ResourceChanged { .. }
        | ResourceEvent::ScopeCreated { .. }
        | ResourceEvent::ScopeChanged { .. } => {}
    }
    scope_event(event, recorded, rows)
}

fn count(kind: &str) -> &'static str {
    if kind == USER { COUNT_USERS } else { COUNT_APPLICATIONS }
}

fn assign(
    kind: &str,
    roles: &[RoleId],
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, holder) = (recorded.tenant.as_str(), recorded.stream.id());
    let position = integer(recorded.position);
    roles.iter().try_for_each(|role| {
        let added = rows.execute(ASSIGN, (tenant, kind, holder, role.as_str(), position))?;
        if added > 0 {
            rows.execute(count(kind), (tenant, role.as_str(), 1))?;
        }
        Ok(())
    })
}

fn unassign(
    kind: &str,
    roles: &[RoleId],
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, holder) = (recorded.tenant.as_str(), recorded.stream.id());
    roles.iter().try_for_each(|role| {
        if rows.execute(UNASSIGN, (tenant, kind, holder, role.as_str()))? > 0 {
            rows.execute(count(kind), (tenant, role.as_str(), -1))?;
        }
        Ok(())
    })
}

fn leave(kind: &str, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
    let (tenant, holder) = (recorded.tenant.as_str(), recorded.stream.id());
    rows.execute(LEAVE, (tenant, kind, holder))?;
    rows.execute(LEFT, (tenant, kind, holder)).map(drop)
}
