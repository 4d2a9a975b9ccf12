//! What can happen between an organization and one member: a person or a machine. Each membership
//! has a stream of its own, so that a large organization never has a long one.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, OrganizationId, OrganizationRoleId, UserId};

/// What can happen between an organization and one member. A membership also ends without an event
/// of its own, when the organization or the member is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum MembershipEvent {
    /// The member belongs to the organization from here on.
    #[serde(rename = "MembershipStarted.v1")]
    MembershipStarted {
        /// The organization.
        organization: OrganizationId,
        /// Who joined.
        member: Member,
        /// Roles held from the start.
        roles: Vec<OrganizationRoleId>,
    },
    /// The member got roles.
    #[serde(rename = "MembershipRolesAssigned.v1")]
    MembershipRolesAssigned {
        /// Those not held before.
        roles: Vec<OrganizationRoleId>,
    },
    /// Roles were taken away.
    #[serde(rename = "MembershipRolesUnassigned.v1")]
    MembershipRolesUnassigned {
        /// Those held before.
        roles: Vec<OrganizationRoleId>,
    },
    /// The member belongs to the organization no more and holds no role in it. May start again.
    #[serde(rename = "MembershipEnded.v1")]
    MembershipEnded {
        /// Why.
        reason: MembershipEnding,
    },
}

/// Who can belong to an organization.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Member {
    /// A person.
    User(UserId),
    /// A machine-to-machine application.
    Application(ApplicationId),
}

/// Why a membership ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipEnding {
    /// An administrator took the member out.
    Removed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, StreamName};

    #[test]
    fn a_membership_is_about_its_person_and_a_machines_about_nobody() {
        let event =
            Event::from(MembershipEvent::MembershipEnded { reason: MembershipEnding::Removed });
        let about = |stream: &str| {
            let stream: StreamName = stream.parse().unwrap();
            event.user(&stream).map(str::to_owned)
        };
        assert_eq!(about("membership-default.o1~u~ann").as_deref(), Some("ann"));
        assert_eq!(about("membership-default.o1~m~app"), None);
    }
}
