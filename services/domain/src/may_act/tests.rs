//! The rule over every combination of facts.

use std::collections::{BTreeMap, BTreeSet};

use events::{
    AccessControl, ApplicationEvent, ApplicationSettings, ApplicationType, ConsentEvent,
    MembershipEnding, MembershipEvent, MembershipId, OrganizationEvent, OrganizationRoleRule,
    OrganizationSettings, Personal, SessionEnding, SessionEvent, SessionOrigin, UnixMillis,
    UserEvent, UserIdentity, UserOrigin,
};

use super::{ApplicationFacts, Denied, Facts, OrganizationFacts, admits, may_act};
use crate::{
    Application, ApplicationState, Consent, ConsentState, Decider, Membership, MembershipState,
    Organization, OrganizationState, Session, SessionState, User, UserState, scenario::id,
};

const NOW: UnixMillis = UnixMillis(1_000);

/// What is true about a request; all good unless said otherwise.
#[derive(Debug, Clone, Copy)]
struct World {
    is_user_deleted: bool,
    is_suspended: bool,
    was_suspended_since: bool,
    has_session: bool,
    is_session_over: bool,
    has_application: bool,
    is_built_in: bool,
    is_application_deleted: bool,
    is_third_party: bool,
    is_consented: bool,
    is_admitted: bool,
    has_organization: bool,
    is_organization_deleted: bool,
    is_member: bool,
    is_organization_granted: bool,
    needs_second_factor: bool,
    has_second_factor: bool,
}

const GOOD: World = World {
    is_user_deleted: false,
    is_suspended: false,
    was_suspended_since: false,
    has_session: true,
    is_session_over: false,
    has_application: true,
    is_built_in: false,
    is_application_deleted: false,
    is_third_party: false,
    is_consented: true,
    is_admitted: true,
    has_organization: true,
    is_organization_deleted: false,
    is_member: true,
    is_organization_granted: true,
    needs_second_factor: false,
    has_second_factor: false,
};

fn folded<D: Decider>(past: Vec<D::Event>) -> D::State {
    past.iter().fold(D::State::default(), D::evolve)
}

impl World {
    fn user(&self) -> UserState {
        let mut past = vec![UserEvent::UserCreated {
            origin: UserOrigin::Management,
            application: None,
            roles: vec![],
            personal: Personal::Open(UserIdentity::default()),
        }];
        if self.is_suspended || self.was_suspended_since {
            past.push(UserEvent::UserSuspended { suspended_at: UnixMillis(500) });
        }
        if !self.is_suspended && self.was_suspended_since {
            past.push(UserEvent::UserReactivated {});
        }
        if self.is_user_deleted {
            past.push(UserEvent::UserDeleted {});
        }
        folded::<User>(past)
    }

    fn session(&self) -> SessionState {
        let mut past = vec![SessionEvent::SessionStarted {
            continues: None,
            user: id("u1"),
            interaction: id("i1"),
            application: id("a1"),
            secret_sha256: String::new(),
            amr: vec![],
            authenticated_at: UnixMillis(1),
            expires_at: UnixMillis(NOW.0 + 1),
            personal: Personal::Open(SessionOrigin::default()),
        }];
        if self.is_session_over {
            past.push(SessionEvent::SessionEnded { reason: SessionEnding::SignedOut });
        }
        folded::<Session>(past)
    }

    fn application(&self) -> ApplicationState {
        let mut past = vec![ApplicationEvent::ApplicationCreated {
            application_type: ApplicationType::Traditional,
            is_third_party: self.is_third_party,
            settings: ApplicationSettings::default(),
        }];
        if self.is_application_deleted {
            past.push(ApplicationEvent::ApplicationDeleted {});
        }
        folded::<Application>(past)
    }

    fn consent(&self) -> ConsentState {
        let given = ConsentEvent::ConsentGiven { scope: vec![], resources: BTreeMap::new() };
        folded::<Consent>(if self.is_consented { vec![given] } else { vec![] })
    }

    fn organization(&self) -> OrganizationState {
        let settings = OrganizationSettings {
            is_mfa_required: self.needs_second_factor,
            ..OrganizationSettings::default()
        };
        let mut past = vec![OrganizationEvent::OrganizationCreated { settings }];
        if self.is_organization_deleted {
            past.push(OrganizationEvent::OrganizationDeleted {});
        }
        folded::<Organization>(past)
    }

    fn membership(&self) -> MembershipState {
        let membership = MembershipId::of_user(&id("o1"), &id("u1"));
        let started = MembershipEvent::MembershipStarted {
            organization: membership.organization().clone(),
            member: membership.member().clone(),
            roles: vec![],
        };
        let mut past = vec![started];
        if !self.is_member {
            past.push(MembershipEvent::MembershipEnded { reason: MembershipEnding::Removed });
        }
        folded::<Membership>(past)
    }

    fn asks(&self) -> Result<(), Denied> {
        let (user, session, application) = (self.user(), self.session(), self.application());
        let (consent, organization, membership) =
            (self.consent(), self.organization(), self.membership());
        may_act(&Facts {
            user: &user,
            since: UnixMillis(if self.was_suspended_since { 500 } else { 501 }),
            session: self.has_session.then_some(&session),
            application: self.has_application.then_some(ApplicationFacts {
                state: (!self.is_built_in).then_some(&application),
                consent: &consent,
                is_admitted: self.is_admitted,
            }),
            organization: self.has_organization.then_some(OrganizationFacts {
                state: &organization,
                membership: &membership,
                is_consented: self.is_organization_granted,
                has_second_factor: self.has_second_factor,
            }),
            now: NOW,
        })
    }

    /// The rule once more, as the contract says it: a table.
    fn expected(&self) -> Result<(), Denied> {
        let registered = self.has_application && !self.is_built_in;
        let third_party = registered && self.is_third_party;
        let table = [
            (self.is_user_deleted, Denied::UserGone),
            (self.is_suspended || self.was_suspended_since, Denied::UserSuspended),
            (self.has_session && self.is_session_over, Denied::SessionOver),
            (registered && self.is_application_deleted, Denied::ApplicationGone),
            (third_party && !self.is_consented, Denied::NotConsented),
            (self.has_application && !self.is_admitted, Denied::NotAdmitted),
            (
                self.has_organization && (self.is_organization_deleted || !self.is_member),
                Denied::NotMember,
            ),
            (
                self.has_organization && third_party && !self.is_organization_granted,
                Denied::OrganizationNotGranted,
            ),
            (
                self.has_organization && self.needs_second_factor && !self.has_second_factor,
                Denied::SecondFactorMissing,
            ),
        ];
        table.into_iter().find(|(holds, _)| *holds).map_or(Ok(()), |(_, denied)| Err(denied))
    }
}

fn world(bits: u32) -> World {
    let bit = |place: u32| bits >> place & 1 == 1;
    World {
        is_user_deleted: bit(0),
        is_suspended: bit(1),
        was_suspended_since: bit(2),
        has_session: bit(3),
        is_session_over: bit(4),
        has_application: bit(5),
        is_built_in: bit(6),
        is_application_deleted: bit(7),
        is_third_party: bit(8),
        is_consented: bit(9),
        is_admitted: bit(10),
        has_organization: bit(11),
        is_organization_deleted: bit(12),
        is_member: bit(13),
        is_organization_granted: bit(14),
        needs_second_factor: bit(15),
        has_second_factor: bit(16),
    }
}

#[test]
fn whoever_has_nothing_against_them_may_act() {
    assert_eq!(GOOD.asks(), Ok(()));
    let third_party = World { is_third_party: true, ..GOOD };
    assert_eq!(third_party.asks(), Ok(()));
}

#[test]
fn the_rule_says_what_the_table_says_about_every_world() {
    for bits in 0..1 << 17 {
        let world = world(bits);
        assert_eq!(world.asks(), world.expected(), "{world:?}");
    }
}

#[test]
fn a_session_that_has_expired_is_over() {
    let (user, session) = (GOOD.user(), GOOD.session());
    let at = |now| {
        may_act(&Facts {
            user: &user,
            since: UnixMillis(1),
            session: Some(&session),
            application: None,
            organization: None,
            now,
        })
    };
    assert_eq!(at(NOW), Ok(()));
    assert_eq!(at(UnixMillis(NOW.0 + 1)), Err(Denied::SessionOver));
}

fn access() -> AccessControl {
    AccessControl {
        enabled: true,
        users: vec![id("u1")],
        user_roles: vec![id("r1")],
        organizations: vec![id("o1"), id("o2")],
        organization_role_rules: vec![
            OrganizationRoleRule { organization: id("o2"), roles: vec![id("or1")] },
            OrganizationRoleRule { organization: id("o3"), roles: vec![id("or1")] },
        ],
    }
}

fn admitted(user: &str, roles: &[&str], memberships: &[(&str, &[&str])]) -> bool {
    let roles = roles.iter().copied().map(id).collect();
    let memberships = memberships
        .iter()
        .map(|(name, held)| (id(name), held.iter().copied().map(id).collect::<BTreeSet<_>>()));
    admits(&access(), &id(user), &roles, &memberships.collect())
}

#[test]
fn access_control_lets_in_who_is_named_or_holds_a_role_or_is_a_member() {
    assert!(admitted("u1", &[], &[]));
    assert!(admitted("u2", &["r0", "r1"], &[]));
    assert!(admitted("u2", &[], &[("o1", &[])]));
    assert!(admitted("u2", &[], &[("o2", &["or1"])]));
    assert!(admitted("u2", &[], &[("o3", &["or1"])]));
    assert!(!admitted("u2", &["r0"], &[]));
    assert!(!admitted("u2", &[], &[("o2", &["or2"]), ("o3", &[]), ("o4", &["or1"])]));
    let open = AccessControl { enabled: false, ..access() };
    assert!(admits(&open, &id("u2"), &BTreeSet::new(), &BTreeMap::new()));
}

#[test]
fn one_thing_against_a_person_is_enough_whatever_else_is_true() {
    let flaws: [fn(&mut World); 9] = [
        |world| world.is_user_deleted = true,
        |world| world.is_suspended = true,
        |world| world.was_suspended_since = true,
        |world| (world.has_session, world.is_session_over) = (true, true),
        |world| world.is_application_deleted = true,
        |world| (world.is_third_party, world.is_consented) = (true, false),
        |world| world.is_admitted = false,
        |world| world.is_member = false,
        |world| world.is_organization_deleted = true,
    ];
    for bits in (0..1 << 17).step_by(61) {
        let world = World {
            has_application: true,
            is_built_in: false,
            has_organization: true,
            ..world(bits)
        };
        for flaw in flaws {
            let mut flawed = world;
            flaw(&mut flawed);
            assert!(flawed.asks().is_err(), "{flawed:?}");
        }
    }
}
