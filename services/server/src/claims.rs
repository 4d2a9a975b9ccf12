//! Facts about a user, from the views, as the protocol's claims want them.

use events::{TenantId, UserId};
use projections::{Roles, Users};
use protocol::{
    ScopeSet,
    claims::UserClaims,
    scope::{ORGANIZATION_ROLES, ORGANIZATIONS, ROLES},
};

use crate::{call::Call, oidc::failure::OidcResult, site::Site};

/// Everything about a user that `scope` may show; none if there is no such user.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn user_claims(
    call: &Call,
    user: &UserId,
    scope: &ScopeSet,
) -> OidcResult<Option<UserClaims>> {
    if let Some(found) = read(&call.site, call.site.tenant(), user, scope)? {
        return Ok(Some(found));
    }
    // Whoever holds a token of the user may have been quicker than the view.
    call.catch_up().await?;
    read(&call.site, call.site.tenant(), user, scope)
}

fn read(
    site: &Site,
    tenant: &TenantId,
    user: &UserId,
    scope: &ScopeSet,
) -> OidcResult<Option<UserClaims>> {
    let views = &site.app().views;
    let Some(row) = views.reader::<Users>().by_id(tenant, user)?.filter(|row| !row.is_suspended)
    else {
        return Ok(None);
    };
    let roles = if scope.contains(ROLES) {
        views.reader::<Roles>().names_of_user(tenant, user)?
    } else {
        Vec::new()
    };
    let organizations =
        if scope.contains(ORGANIZATIONS) { site.organizations_of_user(user)? } else { Vec::new() };
    let organization_roles = if scope.contains(ORGANIZATION_ROLES) {
        site.organization_roles_of_user(user)?
    } else {
        Vec::new()
    };
    Ok(Some(UserClaims {
        id: row.id.into(),
        username: row.username,
        primary_email: row.primary_email,
        is_email_verified: row.email_verified,
        primary_phone: row.primary_phone,
        is_phone_verified: row.phone_verified,
        name: row.name,
        avatar: row.avatar,
        profile: row.profile,
        custom_data: row.custom_data,
        roles,
        organizations,
        organization_roles,
        created_at: row.created_at,
        updated_at: row.updated_at,
        ..UserClaims::default()
    }))
}
