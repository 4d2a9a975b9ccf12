//! Who belongs to which organization: kept with the users, so that members can be searched by what is
//! known of them.

use events::{
    Member, MembershipEvent, MembershipId, OrganizationEvent, OrganizationRoleEvent,
    OrganizationRoleId, Recorded,
};

use crate::{Rows, ViewError, column::integer};

const JOIN: &str = "INSERT INTO organization_users VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const HOLD: &str = "INSERT INTO organization_user_roles VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO NOTHING";
const LOSE: &str = "DELETE FROM organization_user_roles
    WHERE tenant = ?1 AND organization_id = ?2 AND user_id = ?3 AND role_id = ?4";
const LEAVE: [&str; 2] = [
    "DELETE FROM organization_users WHERE tenant = ?1 AND organization_id = ?2 AND user_id = ?3",
    "DELETE FROM organization_user_roles
        WHERE tenant = ?1 AND organization_id = ?2 AND user_id = ?3",
];
const ORGANIZATION_DELETED: [&str; 2] = [
    "DELETE FROM organization_users WHERE tenant = ?1 AND organization_id = ?2",
    "DELETE FROM organization_user_roles WHERE tenant = ?1 AND organization_id = ?2",
];
const USER_DELETED: [&str; 2] = [
    "DELETE FROM organization_users WHERE tenant = ?1 AND user_id = ?2",
    "DELETE FROM organization_user_roles WHERE tenant = ?1 AND user_id = ?2",
];
const ROLE_DELETED: &str = "DELETE FROM organization_user_roles
    WHERE tenant = ?1 AND role_id = ?2";

/// Folds a membership, if it is one of a user.
pub(super) fn membership_event(
    event: &MembershipEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let Ok(id) = recorded.stream.id().parse::<MembershipId>() else { return Ok(()) };
    let Member::User(user) = id.member() else { return Ok(()) };
    let key = (recorded.tenant.as_str(), id.organization().as_str(), user.as_str());
    let each = |sql: &str, roles: &[OrganizationRoleId]| {
        roles
            .iter()
            .try_for_each(|role| rows.execute(sql, (key.0, key.1, key.2, role.as_str())).map(drop))
    };
    match event {
        MembershipEvent::MembershipStarted { roles, .. } => {
            rows.execute(JOIN, (key.0, key.1, key.2, integer(recorded.position)))?;
            each(HOLD, roles)
        }
        MembershipEvent::MembershipRolesAssigned { roles } => each(HOLD, roles),
        MembershipEvent::MembershipRolesUnassigned { roles } => each(LOSE, roles),
        MembershipEvent::MembershipEnded { .. } => {
            LEAVE.iter().try_for_each(|sql| rows.execute(sql, key).map(drop))
        }
    }
}

/// Ends every membership of an organization that is gone.
pub(super) fn organization_event(
    event: &OrganizationEvent,
    key: (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    match event {
        OrganizationEvent::OrganizationDeleted {} => {
            ORGANIZATION_DELETED.iter().try_for_each(|sql| rows.execute(sql, key).map(drop))
        }
        OrganizationEvent::OrganizationCreated { .. }
        | OrganizationEvent::OrganizationChanged { .. } => Ok(()),
    }
}

/// Takes a role that is gone from everybody.
pub(super) fn role_event(
    event: &OrganizationRoleEvent,
    key: (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    match event {
        OrganizationRoleEvent::OrganizationRoleDeleted {} => {
            rows.execute(ROLE_DELETED, key).map(drop)
        }
        OrganizationRoleEvent::OrganizationRoleCreated { .. }
        | OrganizationRoleEvent::OrganizationRoleChanged { .. }
        | OrganizationRoleEvent::OrganizationRoleScopesAssigned { .. }
        | OrganizationRoleEvent::OrganizationRoleScopesUnassigned { .. }
        | OrganizationRoleEvent::OrganizationRoleResourceScopesAssigned { .. }
        | OrganizationRoleEvent::OrganizationRoleResourceScopesUnassigned { .. }
        | OrganizationRoleEvent::OrganizationRoleResourceScopesSet { .. } => Ok(()),
    }
}

/// Ends every membership of a user who is gone.
pub(super) fn user_deleted(key: (&str, &str), rows: &Rows<'_>) -> Result<(), ViewError> {
    USER_DELETED.iter().try_for_each(|sql| rows.execute(sql, key).map(drop))
}
