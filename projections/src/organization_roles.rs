//! Roles inside organizations, what they permit and who holds them where, in one file so that what a
//! token may say is one statement.

mod query;

use events::{
    ApplicationEvent, Category, Event, Member, MembershipEvent, MembershipId, OrganizationEvent,
    OrganizationRoleEvent, OrganizationRoleId, OrganizationScopeEvent, OrganizationScopeId,
    Recorded, ResourceEvent, RoleType, ScopeId, UserEvent,
};

use crate::{Rows, View, ViewError, column::integer};

/// Roles inside organizations.
pub struct OrganizationRoles;

/// One role inside organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationRoleRow {
    /// Id in the tenant.
    pub id: OrganizationRoleId,
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Who can hold it.
    pub role_type: RoleType,
    /// Organization scopes that it permits, in the order they were added.
    pub scopes: Vec<OrganizationScopeId>,
    /// Scopes of API resources that it permits, in the order they were added.
    pub resource_scopes: Vec<ScopeId>,
}

/// A role that a member of an organization holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRoleRow {
    /// Id of the user or application.
    pub member_id: String,
    /// The role.
    pub id: OrganizationRoleId,
    /// Its name.
    pub name: String,
}

/// Stands between searched texts; nobody types it.
const SEPARATOR: &str = "\u{1f}";
const USER: &str = "user";
const APPLICATION: &str = "application";
/// Kind of a permitted organization scope.
const ORGANIZATION_SCOPE: &str = "organization";
/// Kind of a permitted scope of an API resource.
const RESOURCE_SCOPE: &str = "resource";

const INSERT: &str = "INSERT INTO organization_roles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE organization_roles SET name = ?3, description = ?4, type = ?5,
    searched = ?6 WHERE tenant = ?1 AND id = ?2";
const DELETE: [&str; 3] = [
    "DELETE FROM permitted WHERE tenant = ?1 AND role_id = ?2",
    "DELETE FROM holders WHERE tenant = ?1 AND role_id = ?2",
    "DELETE FROM organization_roles WHERE tenant = ?1 AND id = ?2",
];
const PERMIT: &str = "INSERT INTO permitted VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO NOTHING";
const FORBID: &str = "DELETE FROM permitted
    WHERE tenant = ?1 AND role_id = ?2 AND kind = ?3 AND scope_id = ?4";
const FORBID_ALL: &str = "DELETE FROM permitted WHERE tenant = ?1 AND role_id = ?2 AND kind = ?3";
const ADD_ORGANIZATION_SCOPE: &str = "INSERT INTO organization_scopes VALUES (?1, ?2, ?3)
    ON CONFLICT DO NOTHING";
const NAME_ORGANIZATION_SCOPE: &str = "UPDATE organization_scopes SET name = ?3
    WHERE tenant = ?1 AND id = ?2";
const ORGANIZATION_SCOPE_DELETED: [&str; 2] = [
    "DELETE FROM permitted WHERE tenant = ?1 AND scope_id = ?2 AND kind = 'organization'",
    "DELETE FROM organization_scopes WHERE tenant = ?1 AND id = ?2",
];
const ADD_RESOURCE: &str = "INSERT INTO resources VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const ADD_SCOPE: &str = "INSERT INTO scopes VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const NAME_SCOPE: &str = "UPDATE scopes SET name = ?3 WHERE tenant = ?1 AND id = ?2";
const SCOPE_DELETED: [&str; 2] = [
    "DELETE FROM permitted WHERE tenant = ?1 AND scope_id = ?2 AND kind = 'resource'",
    "DELETE FROM scopes WHERE tenant = ?1 AND id = ?2",
];
const RESOURCE_DELETED: [&str; 3] = [
    "DELETE FROM permitted WHERE tenant = ?1 AND kind = 'resource' AND scope_id IN
        (SELECT id FROM scopes WHERE tenant = ?1 AND resource_id = ?2)",
    "DELETE FROM scopes WHERE tenant = ?1 AND resource_id = ?2",
    "DELETE FROM resources WHERE tenant = ?1 AND id = ?2",
];
const HOLD: &str = "INSERT INTO holders VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const LOSE: &str = "DELETE FROM holders WHERE tenant = ?1 AND kind = ?2 AND member_id = ?3
    AND organization_id = ?4 AND role_id = ?5";
const LEAVE: &str = "DELETE FROM holders WHERE tenant = ?1 AND kind = ?2 AND member_id = ?3
    AND organization_id = ?4";
const MEMBER_DELETED: &str = "DELETE FROM holders
    WHERE tenant = ?1 AND kind = ?2 AND member_id = ?3";
const ORGANIZATION_DELETED: &str = "DELETE FROM holders
    WHERE tenant = ?1 AND organization_id = ?2";

impl View for OrganizationRoles {
    const NAME: &'static str = "organization_roles";
    const VERSION: u32 = 2;
    const SCHEMA: &'static str = include_str!("organization_roles.sql");
    const CATEGORIES: &'static [Category] = &[
        Category::OrganizationRole,
        Category::OrganizationScope,
        Category::Resource,
        Category::Membership,
        Category::Organization,
        Category::User,
        Category::Application,
    ];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        match &recorded.event {
            Event::OrganizationRole(event) => role_event(event, recorded, rows),
            Event::OrganizationScope(event) => scope_event(event, (tenant, id), rows),
            Event::Resource(event) => resource_event(event, (tenant, id), rows),
            Event::Membership(event) => membership_event(event, recorded, rows),
            Event::Organization(OrganizationEvent::OrganizationDeleted {}) => {
                rows.execute(ORGANIZATION_DELETED, (tenant, id)).map(drop)
            }
            Event::User(UserEvent::UserDeleted {}) => {
                rows.execute(MEMBER_DELETED, (tenant, USER, id)).map(drop)
            }
            Event::Application(ApplicationEvent::ApplicationDeleted {}) => {
                rows.execute(MEMBER_DELETED, (tenant, APPLICATION, id)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn each<const N: usize>(
    statements: [&str; N],
    key: (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    statements.iter().try_for_each(|sql| rows.execute(sql, key).map(drop))
}

fn role_event(
    event: &OrganizationRoleEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    let position = integer(recorded.position);
    let permit = |kind: &str, scopes: Vec<&str>| {
        (0_i64..).zip(scopes).try_for_each(|(ordinal, scope)| {
            rows.execute(PERMIT, (tenant, id, kind, scope, position, ordinal)).map(drop)
        })
    };
    let forbid = |kind: &str, scopes: Vec<&str>| {
        scopes
            .into_iter()
            .try_for_each(|scope| rows.execute(FORBID, (tenant, id, kind, scope)).map(drop))
    };
    match event {
        OrganizationRoleEvent::OrganizationRoleCreated {
            name,
            description,
            role_type,
            scopes,
            resource_scopes,
        } => {
            let searched = searched(id, name, description.as_deref());
            let kind = role_type.as_str();
            let values = (tenant, position, id, name, description, kind, searched);
            rows.execute(INSERT, values)?;
            permit(ORGANIZATION_SCOPE, organization(scopes))?;
            permit(RESOURCE_SCOPE, resource(resource_scopes))
        }
        OrganizationRoleEvent::OrganizationRoleChanged { name, description, role_type } => {
            let searched = searched(id, name, description.as_deref());
            let values = (tenant, id, name, description, role_type.as_str(), searched);
            rows.execute(CHANGE, values).map(drop)
        }
        OrganizationRoleEvent::OrganizationRoleScopesAssigned { scopes } => {
            permit(ORGANIZATION_SCOPE, organization(scopes))
        }
        OrganizationRoleEvent::OrganizationRoleScopesUnassigned { scopes } => {
            forbid(ORGANIZATION_SCOPE, organization(scopes))
        }
        OrganizationRoleEvent::OrganizationRoleResourceScopesAssigned { scopes } => {
            permit(RESOURCE_SCOPE, resource(scopes))
        }
        OrganizationRoleEvent::OrganizationRoleResourceScopesUnassigned { scopes } => {
            forbid(RESOURCE_SCOPE, resource(scopes))
        }
        OrganizationRoleEvent::OrganizationRoleResourceScopesSet { resource_scopes } => {
            rows.execute(FORBID_ALL, (tenant, id, RESOURCE_SCOPE))?;
            permit(RESOURCE_SCOPE, resource(resource_scopes))
        }
        OrganizationRoleEvent::OrganizationRoleDeleted {} => each(DELETE, (tenant, id), rows),
    }
}

fn organization(scopes: &[OrganizationScopeId]) -> Vec<&str> {
    scopes.iter().map(OrganizationScopeId::as_str).collect()
}

fn resource(scopes: &[ScopeId]) -> Vec<&str> {
    scopes.iter().map(ScopeId::as_str).collect()
}

fn searched(id: &str, name: &str, description: Option<&str>) -> String {
    [id, name, description.unwrap_or_default()].join(SEPARATOR).to_lowercase()
}

fn scope_event(
    event: &OrganizationScopeEvent,
    (tenant, id): (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    match event {
        OrganizationScopeEvent::OrganizationScopeCreated { name, .. } => {
            rows.execute(ADD_ORGANIZATION_SCOPE, (tenant, id, name)).map(drop)
        }
        OrganizationScopeEvent::OrganizationScopeChanged { name, .. } => {
            rows.execute(NAME_ORGANIZATION_SCOPE, (tenant, id, name)).map(drop)
        }
        OrganizationScopeEvent::OrganizationScopeDeleted {} => {
            each(ORGANIZATION_SCOPE_DELETED, (tenant, id), rows)
        }
    }
}

fn resource_event(
    event: &ResourceEvent,
    (tenant, id): (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    match event {
        ResourceEvent::ResourceCreated { indicator, .. } => {
            rows.execute(ADD_RESOURCE, (tenant, id, indicator)).map(drop)
        }
        ResourceEvent::ScopeCreated { scope, name, .. } => {
            rows.execute(ADD_SCOPE, (tenant, scope.as_str(), id, name)).map(drop)
        }
        ResourceEvent::ScopeChanged { scope, name, .. } => {
            rows.execute(NAME_SCOPE, (tenant, scope.as_str(), name)).map(drop)
        }
        ResourceEvent::ScopeDeleted { scope } => {
            each(SCOPE_DELETED, (tenant, scope.as_str()), rows)
        }
        ResourceEvent::ResourceDeleted {} => each(RESOURCE_DELETED, (tenant, id), rows),
        ResourceEvent::ResourceChanged { .. } => Ok(()),
    }
}

/// Kind and id of a member, as `holders` has them.
pub(crate) fn member_key(member: &Member) -> (&'static str, &str) {
    match member {
        Member::User(id) => (USER, id.as_str()),
        Member::Application(id) => (APPLICATION, id.as_str()),
    }
}

fn membership_event(
    event: &MembershipEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let Ok(id) = recorded.stream.id().parse::<MembershipId>() else { return Ok(()) };
    let (tenant, organization) = (recorded.tenant.as_str(), id.organization().as_str());
    let (kind, member) = member_key(id.member());
    let each = |sql: &str, roles: &[OrganizationRoleId]| {
        roles.iter().try_for_each(|role| {
            rows.execute(sql, (tenant, kind, member, organization, role.as_str())).map(drop)
        })
    };
    match event {
        MembershipEvent::MembershipStarted { roles, .. }
        | MembershipEvent::MembershipRolesAssigned { roles } => each(HOLD, roles),
        MembershipEvent::MembershipRolesUnassigned { roles } => each(LOSE, roles),
        MembershipEvent::MembershipEnded { .. } => {
            rows.execute(LEAVE, (tenant, kind, member, organization)).map(drop)
        }
    }
}
