//! Roles that members hold inside organizations, people and machines alike.

use axum::response::Response;
use domain::{Membership, MembershipCommand, OrganizationRole, Reservation};
use events::{Member, MembershipId, OrganizationId, OrganizationRoleId, RoleType};
use projections::{OrganizationRoles, Organizations};
use store::Work;

use super::members::{is_there, require_organization};
use crate::{
    http::{administrator::Administrator, error::ApiError, page::OptionalPageQuery},
    management::{
        organization_roles::view::OrganizationRoleView,
        organization_template::{Names, unknown, unprocessable},
    },
    site::Site,
};

/// Roles that are wished for, by id and by name.
#[derive(Debug, Clone, Default)]
pub(super) struct WishedRoles {
    /// Ids.
    pub(super) ids: Vec<OrganizationRoleId>,
    /// Names.
    pub(super) names: Vec<String>,
}

/// 200 with the roles that a member holds, by name.
///
/// # Errors
/// 422 `organization.require_membership`
pub(super) fn list(
    admin: &Administrator,
    organization: &OrganizationId,
    member: &Member,
    page: &OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    check_membership(site, organization, member)?;
    let roles = site.app().views.reader::<OrganizationRoles>();
    let roles = roles.of_member(site.tenant(), organization, member)?;
    let total = roles.len() as u64;
    let shown = page.cut(roles.iter()).map(|row| OrganizationRoleView::new(site.tenant(), row));
    Ok(page.answer(&shown.collect::<Vec<_>>(), total))
}

/// Gives every one of the roles to every one of the members.
///
/// # Errors
/// 422 `entity.relation_foreign_key_not_found` for whoever is no member and what is no role,
/// `entity.db_constraint_violated` for a role of the other type
pub(super) async fn assign_all(
    admin: &Administrator,
    organization: &OrganizationId,
    members: &[Member],
    roles: &[OrganizationRoleId],
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let assigned = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        require_organization(&work, organization).await?;
        for member in members {
            require_roles(&work, roles, role_type(member)).await?;
            let id = MembershipId::new(organization.clone(), member.clone());
            if !is_there(&work, &id).await? {
                return Err(unknown());
            }
            let command = MembershipCommand::AssignMemberRoles { roles: roles.to_vec() };
            work.decide::<Membership>(&id, command).await?;
        }
        Ok(())
    });
    let ((), position) = assigned.await?;
    Ok(admin.settle(position).await?)
}

/// Gives roles to a member, or exactly these; answers with their ids, each once.
///
/// # Errors
/// 422 `organization.require_membership`, `organization.role_names_not_found`,
/// `entity.relation_foreign_key_not_found`, `entity.db_constraint_violated`
pub(super) async fn change(
    admin: &Administrator,
    id: &MembershipId,
    wished: &WishedRoles,
    command: fn(Vec<OrganizationRoleId>) -> MembershipCommand,
) -> Result<Vec<OrganizationRoleId>, ApiError> {
    let site = &admin.call.site;
    let context = admin.context();
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        if !is_there(&work, id).await? {
            return Err(not_member());
        }
        let roles = resolve(site, &work, wished).await?;
        require_roles(&work, &roles, role_type(id.member())).await?;
        work.decide::<Membership>(id, command(roles.clone())).await?;
        Ok(roles)
    });
    let (roles, position) = changed.await?;
    admin.settle(position).await?;
    Ok(roles)
}

/// Takes a role from a member.
///
/// # Errors
/// 422 `organization.require_membership`, 404 `entity.not_found`
pub(super) async fn unassign(
    admin: &Administrator,
    id: &MembershipId,
    role: &OrganizationRoleId,
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let taken = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        if !is_there(&work, id).await? {
            return Err(not_member());
        }
        let state = work.load::<OrganizationRole>(role).await?.state;
        state.terms().ok_or_else(ApiError::not_found)?;
        let command = MembershipCommand::UnassignMemberRole { role: role.clone() };
        work.decide::<Membership>(id, command).await?;
        Ok(())
    });
    let ((), position) = taken.await?;
    Ok(admin.settle(position).await?)
}

/// The membership, if it is there as the views know it: nothing else is looked at before.
///
/// # Errors
/// 422 `organization.require_membership`
pub(super) fn require_membership(
    admin: &Administrator,
    id: MembershipId,
) -> Result<MembershipId, ApiError> {
    check_membership(&admin.call.site, id.organization(), id.member())?;
    Ok(id)
}

/// Somebody belongs to an organization, as the views know it.
///
/// # Errors
/// 422 `organization.require_membership`
pub(super) fn check_membership(
    site: &Site,
    organization: &OrganizationId,
    member: &Member,
) -> Result<(), ApiError> {
    let organizations = site.app().views.reader::<Organizations>();
    if organizations.is_member(site.tenant(), organization, member)? {
        Ok(())
    } else {
        Err(not_member())
    }
}

fn not_member() -> ApiError {
    let message = "This needs a membership of the organization.";
    unprocessable("organization.require_membership", message)
}

fn role_type(member: &Member) -> RoleType {
    match member {
        Member::User(_) => RoleType::User,
        Member::Application(_) => RoleType::MachineToMachine,
    }
}

/// Ids, each once; a name is looked up where it is reserved, which is always current.
async fn resolve(
    site: &Site,
    work: &Work,
    wished: &WishedRoles,
) -> Result<Vec<OrganizationRoleId>, ApiError> {
    let mut roles: Vec<OrganizationRoleId> = Vec::new();
    for role in &wished.ids {
        if !roles.contains(role) {
            roles.push(role.clone());
        }
    }
    for name in &wished.names {
        let reservation = Names::Roles.reservation(site, name)?;
        let held = work.load::<Reservation>(&reservation).await?;
        let role = held.state.owner().and_then(|owner| owner.id().parse().ok());
        let role = role.ok_or_else(|| {
            let message = format!("No organization role is called `{name}`.");
            unprocessable("organization.role_names_not_found", &message)
        })?;
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(roles)
}

async fn require_roles(
    work: &Work,
    roles: &[OrganizationRoleId],
    role_type: RoleType,
) -> Result<(), ApiError> {
    for role in roles {
        let loaded = work.require::<OrganizationRole>(role).await?;
        if loaded.state.terms().ok_or_else(unknown)?.role_type != role_type {
            let message = "The role is not for members of this kind.";
            return Err(unprocessable("entity.db_constraint_violated", message));
        }
    }
    Ok(())
}
