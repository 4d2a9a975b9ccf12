//! The rule of every grant: may this person act through this application now? Whoever asks brings the
//! facts, each as its own stream tells it; the order of the checks is the order of the answers.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use events::{AccessControl, OrganizationId, OrganizationRoleId, RoleId, UnixMillis, UserId};

use crate::{
    ApplicationState, ConsentState, MembershipState, OrganizationState, SessionState, UserState,
};

/// What the rule looks at.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The person.
    pub user: &'a UserState,
    /// When the person proved who they are or let the application in: a later suspension ends it.
    pub since: UnixMillis,
    /// The session that it all ends with; none = it ends with none.
    pub session: Option<&'a SessionState>,
    /// The application through which they act; none = the person alone.
    pub application: Option<ApplicationFacts<'a>>,
    /// The organization in which they act; none = in none.
    pub organization: Option<OrganizationFacts<'a>>,
    /// The moment of the request.
    pub now: UnixMillis,
}

/// What the rule looks at in an application.
#[derive(Clone, Copy)]
pub struct ApplicationFacts<'a> {
    /// The application; none = one that belongs to the product and is always there.
    pub state: Option<&'a ApplicationState>,
    /// What the person lets it have: looked at only if somebody else runs it.
    pub consent: &'a ConsentState,
    /// Whether its access control lets the person in, see [`admits`].
    pub is_admitted: bool,
}

/// What the rule looks at in an organization.
#[derive(Clone, Copy)]
pub struct OrganizationFacts<'a> {
    /// The organization.
    pub state: &'a OrganizationState,
    /// The person's membership.
    pub membership: &'a MembershipState,
    /// Whether the person lets the application act there: looked at only if somebody else runs it.
    pub is_consented: bool,
    /// Whether the person has a second factor.
    pub has_second_factor: bool,
}

/// Why a person may not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Denied {
    /// Never created, or deleted.
    #[error("the user does not exist")]
    UserGone,
    /// Suspended, or was suspended since.
    #[error("the user is suspended, or was since")]
    UserSuspended,
    /// The session is over.
    #[error("the session is over")]
    SessionOver,
    /// Deleted.
    #[error("the application does not exist")]
    ApplicationGone,
    /// A third-party application without the person's consent.
    #[error("the user does not consent to the application")]
    NotConsented,
    /// The application's access control does not let the person in.
    #[error("the application does not let the user in")]
    NotAdmitted,
    /// The organization is not there, or the person is not a member.
    #[error("the user is not a member of the organization")]
    NotMember,
    /// A third-party application that the person did not let into the organization.
    #[error("the application was not let into the organization")]
    OrganizationNotGranted,
    /// The organization asks for a second factor, and the person has none.
    #[error("the organization asks for a second factor")]
    SecondFactorMissing,
}

/// Whether the person may act.
///
/// # Errors
/// The first reason why not.
pub fn may_act(facts: &Facts<'_>) -> Result<(), Denied> {
    let account = facts.user.account().ok_or(Denied::UserGone)?;
    let is_after = |moment: UnixMillis| facts.since > moment;
    if account.is_suspended() || !account.revoked_before().is_none_or(is_after) {
        return Err(Denied::UserSuspended);
    }
    if facts.session.is_some_and(|session| session.live(facts.now).is_none()) {
        return Err(Denied::SessionOver);
    }
    let is_third_party = match &facts.application {
        Some(application) => through(application)?,
        None => false,
    };
    facts.organization.as_ref().map_or(Ok(()), |organization| inside(organization, is_third_party))
}

/// Whether the person may act through the application, and whether somebody else runs it.
fn through(application: &ApplicationFacts<'_>) -> Result<bool, Denied> {
    let is_third_party = match application.state {
        None => false,
        Some(state) => state.client().ok_or(Denied::ApplicationGone)?.is_third_party(),
    };
    if is_third_party && !application.consent.is_given() {
        return Err(Denied::NotConsented);
    }
    if !application.is_admitted {
        return Err(Denied::NotAdmitted);
    }
    Ok(is_third_party)
}

/// Whether the person may act in the organization (contract: oidc §6, in this order).
fn inside(organization: &OrganizationFacts<'_>, is_third_party: bool) -> Result<(), Denied> {
    if !organization.state.is_present() || !organization.membership.is_member() {
        return Err(Denied::NotMember);
    }
    if is_third_party && !organization.is_consented {
        return Err(Denied::OrganizationNotGranted);
    }
    if organization.state.is_mfa_required() && !organization.has_second_factor {
        return Err(Denied::SecondFactorMissing);
    }
    Ok(())
}

/// Whether access control lets a person in who holds these roles, and is a member of these
/// organizations with these roles there. All of them must be there still.
pub fn admits(
    access: &AccessControl,
    user: &UserId,
    roles: &BTreeSet<RoleId>,
    memberships: &BTreeMap<OrganizationId, BTreeSet<OrganizationRoleId>>,
) -> bool {
    let by_membership = |(organization, held): (&OrganizationId, &BTreeSet<OrganizationRoleId>)| {
        let rule =
            access.organization_role_rules.iter().find(|rule| rule.organization == *organization);
        match rule {
            Some(rule) => rule.roles.iter().any(|role| held.contains(role)),
            None => access.organizations.contains(organization),
        }
    };
    !access.enabled
        || access.users.contains(user)
        || access.user_roles.iter().any(|role| roles.contains(role))
        || memberships.iter().any(by_membership)
}
