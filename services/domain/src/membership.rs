//! Rules of one membership: it starts, holds roles, ends, and may start again. That organization,
//! member and roles are there is for the command's maker to require; a deleted organization or member
//! ends a membership without an event here.

use std::collections::BTreeSet;

use events::{
    Event, MembershipEnding, MembershipEvent, MembershipId, OrganizationRoleId, StreamName,
    TenantId,
};

use crate::{Decider, Kind, Refusal, holding};

/// One membership.
pub struct Membership;

/// Wishes about a membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MembershipCommand {
    /// Let it be, with at least these roles.
    StartMembership {
        /// Whose membership it is.
        id: MembershipId,
        /// Roles.
        roles: Vec<OrganizationRoleId>,
    },
    /// Give roles; those held already are passed over.
    AssignMemberRoles {
        /// Roles.
        roles: Vec<OrganizationRoleId>,
    },
    /// Give exactly these roles.
    ReplaceMemberRoles {
        /// The whole set.
        roles: Vec<OrganizationRoleId>,
    },
    /// Take a role away.
    UnassignMemberRole {
        /// One that is held.
        role: OrganizationRoleId,
    },
    /// End it.
    EndMembership {
        /// Why.
        reason: MembershipEnding,
    },
}

/// What the rules know of a membership.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MembershipState {
    /// Never started, or ended.
    #[default]
    Absent,
    /// There.
    Present {
        /// Roles held; some may have been deleted since.
        roles: BTreeSet<OrganizationRoleId>,
    },
}

impl MembershipState {
    /// Whether the member belongs to the organization, as far as this stream knows: organization and
    /// member must be there as well.
    pub fn is_member(&self) -> bool {
        self.roles().is_some()
    }

    /// The roles that the member holds; some may have been deleted since.
    pub fn roles(&self) -> Option<&BTreeSet<OrganizationRoleId>> {
        match self {
            Self::Present { roles } => Some(roles),
            Self::Absent => None,
        }
    }
}

/// Why a wish about a membership is refused (contract: management-40 §3 and §4).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MembershipRefusal {
    /// Roles are for members.
    #[error("not a member of the organization")]
    NotMember,
    /// There is nothing to end.
    #[error("there is no such membership")]
    Absent,
    /// The role to take away is not held.
    #[error("the member does not hold the role")]
    RoleNotHeld,
}

impl Refusal for MembershipRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotMember => "organization.require_membership",
            Self::Absent | Self::RoleNotHeld => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::NotMember => Kind::Unprocessable,
            Self::Absent | Self::RoleNotHeld => Kind::Absent,
        }
    }
}

impl Decider for Membership {
    type Id = MembershipId;
    type Command = MembershipCommand;
    type Event = MembershipEvent;
    type Refusal = MembershipRefusal;
    type State = MembershipState;

    fn stream(tenant: &TenantId, id: &MembershipId) -> StreamName {
        StreamName::membership(tenant, id)
    }

    fn event(event: &Event) -> Option<&MembershipEvent> {
        if let Event::Membership(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &MembershipState,
        command: MembershipCommand,
    ) -> Result<Vec<MembershipEvent>, MembershipRefusal> {
        use MembershipCommand as Command;
        use MembershipState::{Absent, Present};
        match (state, command) {
            (Absent, Command::StartMembership { id, roles }) => {
                Ok(vec![MembershipEvent::MembershipStarted {
                    organization: id.organization().clone(),
                    member: id.member().clone(),
                    roles: holding::distinct(roles),
                }])
            }
            (
                Present { roles: held },
                Command::StartMembership { id: _, roles } | Command::AssignMemberRoles { roles },
            ) => Ok(assigned(holding::added(held, roles))),
            (Present { roles: held }, Command::ReplaceMemberRoles { roles }) => {
                let gone = holding::removed(held, &roles);
                let mut events = unassigned(gone);
                events.extend(assigned(holding::added(held, roles)));
                Ok(events)
            }
            (Present { roles: held }, Command::UnassignMemberRole { role }) => {
                if !held.contains(&role) {
                    return Err(MembershipRefusal::RoleNotHeld);
                }
                Ok(unassigned(vec![role]))
            }
            (Present { .. }, Command::EndMembership { reason }) => {
                Ok(vec![MembershipEvent::MembershipEnded { reason }])
            }
            (
                Absent,
                Command::AssignMemberRoles { .. }
                | Command::ReplaceMemberRoles { .. }
                | Command::UnassignMemberRole { .. },
            ) => Err(MembershipRefusal::NotMember),
            (Absent, Command::EndMembership { .. }) => Err(MembershipRefusal::Absent),
        }
    }

    fn evolve(state: MembershipState, event: &MembershipEvent) -> MembershipState {
        use MembershipState::{Absent, Present};
        match (state, event) {
            (Absent | Present { .. }, MembershipEvent::MembershipStarted { roles, .. }) => {
                Present { roles: roles.iter().cloned().collect() }
            }
            (Present { roles: mut held }, MembershipEvent::MembershipRolesAssigned { roles }) => {
                held.extend(roles.iter().cloned());
                Present { roles: held }
            }
            (Present { roles: mut held }, MembershipEvent::MembershipRolesUnassigned { roles }) => {
                held.retain(|role| !roles.contains(role));
                Present { roles: held }
            }
            (Absent | Present { .. }, MembershipEvent::MembershipEnded { .. })
            | (
                Absent,
                MembershipEvent::MembershipRolesAssigned { .. }
                | MembershipEvent::MembershipRolesUnassigned { .. },
            ) => Absent,
        }
    }
}

fn assigned(roles: Vec<OrganizationRoleId>) -> Vec<MembershipEvent> {
    if roles.is_empty() {
        return vec![];
    }
    vec![MembershipEvent::MembershipRolesAssigned { roles }]
}

fn unassigned(roles: Vec<OrganizationRoleId>) -> Vec<MembershipEvent> {
    if roles.is_empty() {
        return vec![];
    }
    vec![MembershipEvent::MembershipRolesUnassigned { roles }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, given, id};

    fn ids(roles: &[&str]) -> Vec<OrganizationRoleId> {
        roles.iter().copied().map(id).collect()
    }

    fn membership() -> MembershipId {
        MembershipId::of_user(&id("o1"), &id("u1"))
    }

    fn started(roles: &[&str]) -> MembershipEvent {
        let (organization, member) =
            (membership().organization().clone(), membership().member().clone());
        MembershipEvent::MembershipStarted { organization, member, roles: ids(roles) }
    }

    fn start(roles: &[&str]) -> MembershipCommand {
        MembershipCommand::StartMembership { id: membership(), roles: ids(roles) }
    }

    fn assign(roles: &[&str]) -> MembershipCommand {
        MembershipCommand::AssignMemberRoles { roles: ids(roles) }
    }

    fn replace(roles: &[&str]) -> MembershipCommand {
        MembershipCommand::ReplaceMemberRoles { roles: ids(roles) }
    }

    fn end() -> MembershipCommand {
        MembershipCommand::EndMembership { reason: MembershipEnding::Removed }
    }

    fn ended() -> MembershipEvent {
        MembershipEvent::MembershipEnded { reason: MembershipEnding::Removed }
    }

    fn member(roles: &[&str]) -> Scenario<Membership> {
        given([started(roles)])
    }

    #[test]
    fn joining_twice_changes_nothing_but_may_add_roles() {
        given::<Membership>([]).when(start(&["r1", "r1"])).then([started(&["r1"])]);
        member(&["r1"]).when(start(&[])).then_nothing();
        member(&["r1"])
            .when(start(&["r1", "r2"]))
            .then([MembershipEvent::MembershipRolesAssigned { roles: ids(&["r2"]) }]);
    }

    #[test]
    fn roles_held_already_are_passed_over() {
        member(&["r1"]).when(assign(&["r1"])).then_nothing();
        member(&["r1"])
            .when(assign(&["r2", "r1", "r2"]))
            .then([MembershipEvent::MembershipRolesAssigned { roles: ids(&["r2"]) }]);
    }

    #[test]
    fn replacing_roles_records_the_difference() {
        member(&["r1", "r2"]).when(replace(&["r2", "r1"])).then_nothing();
        member(&["r1", "r2"]).when(replace(&["r2", "r3"])).then([
            MembershipEvent::MembershipRolesUnassigned { roles: ids(&["r1"]) },
            MembershipEvent::MembershipRolesAssigned { roles: ids(&["r3"]) },
        ]);
    }

    #[test]
    fn a_role_is_taken_from_whoever_holds_it() {
        let take = |role| MembershipCommand::UnassignMemberRole { role: id(role) };
        member(&["r1"])
            .when(take("r1"))
            .then([MembershipEvent::MembershipRolesUnassigned { roles: ids(&["r1"]) }]);
        member(&["r1"]).when(take("r2")).then_refused(MembershipRefusal::RoleNotHeld);
    }

    #[test]
    fn only_members_hold_roles() {
        for past in [vec![], vec![started(&["r1"]), ended()]] {
            let nobody = given::<Membership>(past);
            assert!(!nobody.state().is_member());
            nobody.when(assign(&["r1"])).then_refused(MembershipRefusal::NotMember);
            nobody.when(replace(&[])).then_refused(MembershipRefusal::NotMember);
            nobody.when(end()).then_refused(MembershipRefusal::Absent);
        }
    }

    #[test]
    fn whoever_left_comes_back_without_former_roles() {
        member(&["r1"]).when(end()).then([ended()]);
        let back = given::<Membership>([started(&["r1"]), ended(), started(&[])]);
        assert!(back.state().is_member() && back.state().roles().unwrap().is_empty());
    }
}
