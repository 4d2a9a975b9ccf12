//! Members of organizations, people and machines alike. Whatever a membership relies on counts as it
//! stands in the log, so it cannot vanish between the check and the record.

use std::collections::BTreeSet;

use domain::{Application, Membership, MembershipCommand, Organization, User};
use events::{ApplicationType, Member, MembershipEnding, MembershipId, OrganizationId};
use store::Work;

use crate::{
    consents,
    http::{administrator::Administrator, error::ApiError},
    management::organization_template::{unknown, unprocessable},
};

/// Most memberships that end in one commit.
const ENDS_MAX: usize = if cfg!(test) { 2 } else { 500 };

/// Lets members join; those who belong to the organization already are passed over.
///
/// # Errors
/// 422 `entity.relation_foreign_key_not_found`, `entity.db_constraint_violated`
pub(super) async fn add(
    admin: &Administrator,
    organization: &OrganizationId,
    members: &[Member],
) -> Result<(), ApiError> {
    change(admin, organization, members, &[]).await
}

/// Lets exactly these members belong to the organization; those who stay keep their roles. A large
/// number leaves in several commits, each of which is right by itself.
///
/// # Errors
/// As [`add`].
pub(super) async fn replace(
    admin: &Administrator,
    organization: &OrganizationId,
    members: &[Member],
    former: Vec<Member>,
) -> Result<(), ApiError> {
    let kept: BTreeSet<&Member> = members.iter().collect();
    let gone: Vec<Member> = former.into_iter().filter(|one| !kept.contains(one)).collect();
    let (first, rest) = gone.split_at(gone.len().min(ENDS_MAX));
    change(admin, organization, members, first).await?;
    for gone in rest.chunks(ENDS_MAX) {
        change(admin, organization, &[], gone).await?;
    }
    Ok(())
}

async fn change(
    admin: &Administrator,
    organization: &OrganizationId,
    joining: &[Member],
    leaving: &[Member],
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let changed = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        require_organization(&work, organization).await?;
        for member in joining {
            require_member(&work, member).await?;
            let id = MembershipId::new(organization.clone(), member.clone());
            let command = MembershipCommand::StartMembership { id: id.clone(), roles: vec![] };
            work.decide::<Membership>(&id, command).await?;
        }
        for member in leaving {
            let id = MembershipId::new(organization.clone(), member.clone());
            if work.load::<Membership>(&id).await?.state.is_member() {
                let reason = MembershipEnding::Removed;
                let command = MembershipCommand::EndMembership { reason };
                work.decide::<Membership>(&id, command).await?;
                withdraw_consents(admin, &work, &id).await?;
            }
        }
        Ok(())
    });
    let ((), position) = changed.await?;
    Ok(admin.settle(position).await?)
}

/// Takes a member out.
///
/// # Errors
/// 404 `entity.not_found`
pub(super) async fn remove(
    admin: &Administrator,
    organization: OrganizationId,
    member: Member,
) -> Result<(), ApiError> {
    let id = MembershipId::new(organization, member);
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let removed = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        if !is_there(&work, &id).await? {
            return Err(ApiError::not_found());
        }
        let command = MembershipCommand::EndMembership { reason: MembershipEnding::Removed };
        work.decide::<Membership>(&id, command).await?;
        withdraw_consents(admin, &work, &id).await?;
        Ok(())
    });
    let ((), position) = removed.await?;
    Ok(admin.settle(position).await?)
}

/// A user who leaves takes back what they let third-party applications do there.
async fn withdraw_consents(
    admin: &Administrator,
    work: &Work,
    id: &MembershipId,
) -> Result<(), ApiError> {
    match id.member() {
        Member::User(user) => consents::withdraw(&admin.call, work, user, id.organization()).await,
        Member::Application(_) => Ok(()),
    }
}

/// Whether the organization, the member and the membership are all there.
///
/// # Errors
/// Only failures of the machinery.
pub(super) async fn is_there(work: &Work, id: &MembershipId) -> Result<bool, ApiError> {
    if !work.load::<Membership>(id).await?.state.is_member() {
        return Ok(false);
    }
    let organization = work.require::<Organization>(id.organization()).await?;
    Ok(organization.state.is_present() && type_of(work, id.member()).await?.is_some())
}

/// What a member is.
enum MemberType {
    Person,
    Client(ApplicationType),
}

/// The member, if there; it must stay so until the commit.
async fn type_of(work: &Work, member: &Member) -> Result<Option<MemberType>, ApiError> {
    match member {
        Member::User(id) => {
            let user = work.require::<User>(id).await?;
            Ok(user.state.account().map(|_| MemberType::Person))
        }
        Member::Application(id) => {
            let application = work.require::<Application>(id).await?;
            let client = application.state.client();
            Ok(client.map(|client| MemberType::Client(client.application_type())))
        }
    }
}

/// The organization is there.
///
/// # Errors
/// 422 `entity.relation_foreign_key_not_found`
pub(super) async fn require_organization(work: &Work, id: &OrganizationId) -> Result<(), ApiError> {
    let organization = work.require::<Organization>(id).await?;
    if organization.state.is_present() { Ok(()) } else { Err(unknown()) }
}

async fn require_member(work: &Work, member: &Member) -> Result<(), ApiError> {
    match type_of(work, member).await?.ok_or_else(unknown)? {
        MemberType::Person | MemberType::Client(ApplicationType::MachineToMachine) => Ok(()),
        MemberType::Client(
            ApplicationType::Native | ApplicationType::Spa | ApplicationType::Traditional,
        ) => {
            let message = "Only machine-to-machine applications can belong to organizations.";
            Err(unprocessable("entity.db_constraint_violated", message))
        }
    }
}
