//! What consents to third-party applications have to do with organizations: a user lets them in only
//! where they are a member, and no longer than that.

use axum::http::StatusCode;
use domain::{Consent, ConsentCommand, Membership, Organization};
use events::{ConsentId, MembershipId, OrganizationId, UserId};
use projections::Consents;
use store::Work;

use crate::{call::Call, http::error::ApiError};

/// The user is a member of the organization, and stays so until the commit.
///
/// # Errors
/// 422 `organization.require_membership`
pub(crate) async fn require_member(
    work: &Work,
    user: &UserId,
    organization: &OrganizationId,
) -> Result<(), ApiError> {
    let id = MembershipId::of_user(organization, user);
    let membership = work.require::<Membership>(&id).await?.state;
    let organization = work.require::<Organization>(organization).await?.state;
    if membership.is_member() && organization.is_present() {
        return Ok(());
    }
    let code = "organization.require_membership";
    let message = "The user is not a member of the organization.";
    Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message))
}

/// Takes back every consent to an organization that the user leaves.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn withdraw(
    call: &Call,
    work: &Work,
    user: &UserId,
    organization: &OrganizationId,
) -> Result<(), ApiError> {
    let site = &call.site;
    let consents = site.app().views.reader::<Consents>();
    for application in consents.applications(site.tenant(), user, organization)? {
        let id = ConsentId::new(user, &application);
        if work.load::<Consent>(&id).await?.state.permits_organization(organization) {
            let organization = organization.clone();
            let command = ConsentCommand::WithdrawOrganization { organization };
            work.decide::<Consent>(&id, command).await?;
        }
    }
    Ok(())
}
