//! Rules of what a user lets a third-party application have: it grows by saying yes and ends by
//! taking it back. What the application may ask for at all is the application's business, whether
//! the user is a member of an organization the membership's.

mod state;

use std::collections::BTreeMap;

use events::{ConsentEvent, ConsentId, Event, OrganizationId, StreamName, TenantId};

pub use self::state::ConsentState;
use crate::{Decider, Kind, Refusal, holding};

/// What a user lets a third-party application have.
pub struct Consent;

/// Wishes about what a user lets a third-party application have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentCommand {
    /// Say yes; what was given before stays.
    GiveConsent {
        /// Scopes of OpenID Connect.
        scope: Vec<String>,
        /// API resources by indicator, each with its scopes.
        resources: BTreeMap<String, Vec<String>>,
        /// Organizations to act in.
        organizations: Vec<OrganizationId>,
    },
    /// Let the application act in these organizations too.
    GrantOrganizations {
        /// Organizations of which the user is a member.
        organizations: Vec<OrganizationId>,
    },
    /// Let the application act in exactly these organizations.
    ReplaceOrganizations {
        /// Organizations of which the user is a member.
        organizations: Vec<OrganizationId>,
    },
    /// Let it act in an organization no more.
    WithdrawOrganization {
        /// One that was granted.
        organization: OrganizationId,
    },
    /// Let it have nothing any more. That is also so if it never had anything.
    WithdrawConsent,
}

/// Why a wish about a consent is refused (contract: management-20-applications 7).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsentRefusal {
    /// The organization to withdraw was never granted.
    #[error("the application was not let into the organization")]
    OrganizationNotGranted,
}

impl Refusal for ConsentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::OrganizationNotGranted => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::OrganizationNotGranted => Kind::Absent,
        }
    }
}

impl Decider for Consent {
    type Id = ConsentId;
    type Command = ConsentCommand;
    type Event = ConsentEvent;
    type Refusal = ConsentRefusal;
    type State = ConsentState;

    fn stream(tenant: &TenantId, id: &ConsentId) -> StreamName {
        StreamName::consent(tenant, id)
    }

    fn event(event: &Event) -> Option<&ConsentEvent> {
        if let Event::Consent(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &ConsentState,
        command: ConsentCommand,
    ) -> Result<Vec<ConsentEvent>, ConsentRefusal> {
        match command {
            ConsentCommand::GiveConsent { scope, resources, organizations } => {
                let given = state.yes_to(&scope, &resources);
                Ok(given.into_iter().chain(granted(state, organizations)).collect())
            }
            ConsentCommand::GrantOrganizations { organizations } => {
                Ok(granted(state, organizations).into_iter().collect())
            }
            ConsentCommand::ReplaceOrganizations { organizations } => {
                let gone = holding::removed(state.organizations(), &organizations);
                let events = withdrawn(gone).into_iter();
                Ok(events.chain(granted(state, organizations)).collect())
            }
            ConsentCommand::WithdrawOrganization { organization } => {
                if !state.permits_organization(&organization) {
                    return Err(ConsentRefusal::OrganizationNotGranted);
                }
                Ok(withdrawn(vec![organization]).into_iter().collect())
            }
            ConsentCommand::WithdrawConsent if *state == ConsentState::default() => Ok(vec![]),
            ConsentCommand::WithdrawConsent => Ok(vec![ConsentEvent::ConsentWithdrawn {}]),
        }
    }

    fn evolve(state: ConsentState, event: &ConsentEvent) -> ConsentState {
        state.after(event)
    }
}

fn granted(state: &ConsentState, wished: Vec<OrganizationId>) -> Option<ConsentEvent> {
    let organizations = holding::added(state.organizations(), wished);
    (!organizations.is_empty())
        .then_some(ConsentEvent::ConsentOrganizationsGranted { organizations })
}

fn withdrawn(organizations: Vec<OrganizationId>) -> Option<ConsentEvent> {
    (!organizations.is_empty())
        .then_some(ConsentEvent::ConsentOrganizationsWithdrawn { organizations })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn resources(of: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        of.iter().map(|(name, scopes)| ((*name).to_owned(), texts(scopes))).collect()
    }

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn said_yes(scope: &[&str], asked: &[(&str, &[&str])]) -> ConsentEvent {
        ConsentEvent::ConsentGiven { scope: texts(scope), resources: resources(asked) }
    }

    fn give(scope: &[&str], asked: &[(&str, &[&str])]) -> ConsentCommand {
        ConsentCommand::GiveConsent {
            scope: texts(scope),
            resources: resources(asked),
            organizations: vec![],
        }
    }

    fn let_into(organizations: &[&str]) -> ConsentEvent {
        let organizations = organizations.iter().copied().map(id).collect();
        ConsentEvent::ConsentOrganizationsGranted { organizations }
    }

    #[test]
    fn a_yes_records_only_what_is_new() {
        given::<Consent>([])
            .when(give(&["openid", "profile"], &[("https://api", &["read"])]))
            .then([said_yes(&["openid", "profile"], &[("https://api", &["read"])])]);
        let past = given::<Consent>([said_yes(&["openid"], &[("https://api", &["read"])])]);
        past.when(give(&["openid", "email"], &[("https://api", &["read", "write"])]))
            .then([said_yes(&["email"], &[("https://api", &["write"])])]);
        past.when(give(&["openid"], &[("https://api", &["read"])])).then_nothing();
    }

    #[test]
    fn a_yes_to_nothing_is_still_a_yes() {
        given::<Consent>([]).when(give(&[], &[])).then([said_yes(&[], &[])]);
        given::<Consent>([said_yes(&[], &[])]).when(give(&[], &[])).then_nothing();
    }

    #[test]
    fn a_resource_without_scopes_counts_too() {
        let past = given::<Consent>([said_yes(&["openid"], &[])]);
        past.when(give(&["openid"], &[("https://api", &[])]))
            .then([said_yes(&[], &[("https://api", &[])])]);
        let state = given::<Consent>([said_yes(&["openid"], &[("https://api", &["read"])])]);
        let state = state.state();
        assert!(state.covers(&texts(&["openid"]), &resources(&[("https://api", &["read"])])));
        assert!(!state.covers(&texts(&["email"]), &resources(&[])));
        assert!(!state.covers(&texts(&[]), &resources(&[("https://api", &["write"])])));
        assert!(!state.covers(&texts(&[]), &resources(&[("https://other", &[])])));
        assert!(!ConsentState::default().covers(&[], &BTreeMap::new()));
    }

    #[test]
    fn an_organization_is_granted_once() {
        let past = given::<Consent>([let_into(&["o1"])]);
        assert!(past.state().permits_organization(&id("o1")));
        assert!(!past.state().permits_organization(&id("o2")));
        let grant = |names: &[&str]| ConsentCommand::GrantOrganizations {
            organizations: names.iter().copied().map(id).collect(),
        };
        past.when(grant(&["o1"])).then_nothing();
        past.when(grant(&["o1", "o2", "o2"])).then([let_into(&["o2"])]);
    }

    #[test]
    fn organizations_are_replaced_as_a_whole_and_withdrawn_one_by_one() {
        let gone = |organizations: &[&str]| ConsentEvent::ConsentOrganizationsWithdrawn {
            organizations: organizations.iter().copied().map(id).collect(),
        };
        let past = given::<Consent>([let_into(&["o1", "o2"])]);
        let replace = ConsentCommand::ReplaceOrganizations {
            organizations: vec![id("o2"), id("o3"), id("o3")],
        };
        past.when(replace).then([gone(&["o1"]), let_into(&["o3"])]);
        let withdraw = |one| ConsentCommand::WithdrawOrganization { organization: id(one) };
        past.when(withdraw("o1")).then([gone(&["o1"])]);
        past.when(withdraw("o3")).then_refused(ConsentRefusal::OrganizationNotGranted);
        let after = given::<Consent>([let_into(&["o1"]), gone(&["o1"])]);
        after.when(withdraw("o1")).then_refused(ConsentRefusal::OrganizationNotGranted);
    }

    #[test]
    fn what_is_taken_back_must_be_asked_for_again() {
        let past = given::<Consent>([said_yes(&["openid"], &[]), let_into(&["o1"])]);
        past.when(ConsentCommand::WithdrawConsent).then([ConsentEvent::ConsentWithdrawn {}]);
        let after =
            given::<Consent>([said_yes(&["openid"], &[]), ConsentEvent::ConsentWithdrawn {}]);
        assert!(!after.state().is_given());
        after.when(ConsentCommand::WithdrawConsent).then_nothing();
        after.when(give(&["openid"], &[])).then([said_yes(&["openid"], &[])]);
    }
}
