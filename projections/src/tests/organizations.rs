//! Organizations: who belongs to them, what their roles permit, and what ends with whom.

use events::{
    ApplicationEvent, Member, MembershipEnding, MembershipEvent, MembershipId, OrganizationEvent,
    OrganizationId, OrganizationRoleEvent, OrganizationScopeEvent, OrganizationSettings,
    ResourceEvent, RoleType, TenantId, UserEvent, UserId,
};

use super::history::{History, tenant, user_created, views_of};
use crate::{
    MemberFilter, OrganizationRoles, OrganizationScopes, Organizations, Page, UserFilter, Users,
    Views,
};

const URN: &str = "urn:shop";

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn organization(history: &mut History, organization: &str) {
    let settings = OrganizationSettings {
        name: format!("Name of {organization}"),
        ..OrganizationSettings::default()
    };
    let stream = format!("organization-default.{organization}");
    history.then(&stream, OrganizationEvent::OrganizationCreated { settings });
}

fn role(history: &mut History, role: &str, scopes: &[&str], resource_scopes: &[&str]) {
    let event = OrganizationRoleEvent::OrganizationRoleCreated {
        name: format!("role {role}"),
        description: None,
        role_type: RoleType::User,
        scopes: scopes.iter().map(|scope| id(scope)).collect(),
        resource_scopes: resource_scopes.iter().map(|scope| id(scope)).collect(),
    };
    history.then(&format!("organization_role-default.{role}"), event);
}

fn join(history: &mut History, membership: &MembershipId, roles: &[&str]) {
    let event = MembershipEvent::MembershipStarted {
        organization: membership.organization().clone(),
        member: membership.member().clone(),
        roles: roles.iter().map(|role| id(role)).collect(),
    };
    history.then(&format!("membership-default.{}", membership.as_str()), event);
}

fn user_in(organization: &str, user: &str) -> MembershipId {
    MembershipId::of_user(&id(organization), &id(user))
}

/// Two organizations, three users and a machine; `r1` permits `read`, `r2` permits `write`.
fn history() -> History {
    let mut history = History::default();
    for user in ["ann", "bob", "eve"] {
        history.then(&format!("user-default.{user}"), user_created(user));
    }
    for (scope, name) in [("s1", "read"), ("s2", "write")] {
        let (name, description) = (name.into(), None);
        let event = OrganizationScopeEvent::OrganizationScopeCreated { name, description };
        history.then(&format!("organization_scope-default.{scope}"), event);
    }
    let resource = ResourceEvent::ResourceCreated {
        name: "Shop".into(),
        indicator: URN.into(),
        access_token_ttl_seconds: 60,
    };
    history.then("resource-default.x1", resource);
    for (scope, name) in [("c1", "buy"), ("c2", "sell")] {
        let (scope, name, description) = (id(scope), name.into(), None);
        history
            .then("resource-default.x1", ResourceEvent::ScopeCreated { scope, name, description });
    }
    organization(&mut history, "o1");
    organization(&mut history, "o2");
    role(&mut history, "r1", &["s1"], &["c1"]);
    role(&mut history, "r2", &["s2", "s1"], &["c2"]);
    join(&mut history, &user_in("o1", "ann"), &["r1"]);
    join(&mut history, &user_in("o2", "ann"), &["r2"]);
    join(&mut history, &user_in("o1", "bob"), &[]);
    join(&mut history, &MembershipId::of_application(&id("o1"), &id("machine")), &["r2"]);
    history
}

fn ann() -> Member {
    Member::User(id("ann"))
}

fn members(views: &Views, organization: &str, q: &str) -> Vec<String> {
    let filter = MemberFilter { organization: id(organization), q: q.into(), role: None };
    let listing = views.reader::<Users>().members(&tenant(), &filter, Page::default()).unwrap();
    assert_eq!(listing.total, listing.rows.len() as u64);
    listing.rows.into_iter().map(|row| row.id.into()).collect()
}

fn organizations_of(views: &Views, member: &Member) -> Vec<String> {
    let reader = views.reader::<Organizations>();
    let listing = reader.of_member(&tenant(), member, Page::default()).unwrap();
    listing.rows.into_iter().map(|row| row.id.into()).collect()
}

#[test]
fn roles_permit_in_their_organization_only() {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), &history());
    let reader = views.reader::<OrganizationRoles>();
    let scopes =
        |organization: &str| reader.scopes_of(&tenant(), &id(organization), &ann()).unwrap();
    assert_eq!(
        (scopes("o1"), scopes("o2")),
        (vec!["read".into()], vec!["read".into(), "write".into()])
    );
    let resource = |organization: Option<&str>| {
        let organization = organization.map(id::<OrganizationId>);
        reader.resource_scopes_of(&tenant(), organization.as_ref(), &ann(), URN).unwrap()
    };
    assert_eq!(resource(Some("o1")), ["buy"]);
    assert_eq!(resource(Some("o2")), ["sell"]);
    assert_eq!(resource(None), ["buy", "sell"]);
    let machine = Member::Application(id("machine"));
    let held = reader.resource_scopes_of(&tenant(), Some(&id("o1")), &machine, URN).unwrap();
    assert_eq!(held, ["sell"]);
    let other = reader.scopes_of(&id::<TenantId>("other"), &id("o1"), &ann()).unwrap();
    assert_eq!(other, Vec::<String>::new());
}

#[test]
fn scopes_that_are_gone_or_taken_away_permit_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = history();
    history
        .then("organization_scope-default.s1", OrganizationScopeEvent::OrganizationScopeDeleted {})
        .then("resource-default.x1", ResourceEvent::ScopeDeleted { scope: id("c1") })
        .then(
            "organization_role-default.r2",
            OrganizationRoleEvent::OrganizationRoleResourceScopesUnassigned {
                scopes: vec![id("c2")],
            },
        );
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<OrganizationRoles>();
    assert_eq!(reader.scopes_of(&tenant(), &id("o2"), &ann()).unwrap(), ["write"]);
    let none = reader.resource_scopes_of(&tenant(), None, &ann(), URN).unwrap();
    assert_eq!(none, Vec::<String>::new());
    let row = reader.by_id(&tenant(), &id("r2")).unwrap().unwrap();
    assert_eq!((row.scopes, row.resource_scopes.len()), (vec![id("s2")], 0));
    let names = views.reader::<OrganizationScopes>().all(&tenant()).unwrap();
    assert_eq!(names.into_iter().map(|row| row.name).collect::<Vec<_>>(), ["write"]);
}

#[test]
fn members_are_listed_newest_first_and_found_by_what_is_known_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), &history());
    assert_eq!(members(&views, "o1", ""), ["bob", "ann"]);
    assert_eq!(members(&views, "o1", "ANN"), ["ann"]);
    assert_eq!(members(&views, "o2", "bob"), Vec::<String>::new());
    let filter = MemberFilter { organization: id("o1"), q: String::new(), role: Some(id("r1")) };
    let holders = views.reader::<Users>().members(&tenant(), &filter, Page::default()).unwrap();
    assert_eq!((holders.total, holders.rows[0].id.as_str()), (1, "ann"));
    let filter = UserFilter { exclude_organization: Some(id("o1")), ..UserFilter::default() };
    let others = views.reader::<Users>().page(&tenant(), &filter, Page::default()).unwrap();
    assert_eq!((others.total, others.rows[0].id.as_str()), (1, "eve"));
}

#[test]
fn a_membership_ends_with_an_event_the_organization_or_the_member() {
    let ends: [(&str, events::Event); 3] = [
        (
            "membership-default.o1~u~ann",
            MembershipEvent::MembershipEnded { reason: MembershipEnding::Removed }.into(),
        ),
        ("organization-default.o1", OrganizationEvent::OrganizationDeleted {}.into()),
        ("user-default.ann", UserEvent::UserDeleted {}.into()),
    ];
    for (stream, event) in ends {
        let folder = tempfile::tempdir().unwrap();
        let mut history = history();
        history.then(stream, event);
        let views = views_of(folder.path(), &history);
        assert!(!members(&views, "o1", "").contains(&"ann".to_owned()), "{stream}");
        assert!(!organizations_of(&views, &ann()).contains(&"o1".to_owned()), "{stream}");
        let reader = views.reader::<OrganizationRoles>();
        let scopes = reader.scopes_of(&tenant(), &id("o1"), &ann()).unwrap();
        assert_eq!(scopes, Vec::<String>::new(), "{stream}");
        let held = reader.held_by(&tenant(), &ann()).unwrap();
        assert!(held.iter().all(|(organization, ..)| organization.as_str() != "o1"), "{stream}");
        let row = views.reader::<Organizations>().by_id(&tenant(), &id("o1")).unwrap();
        assert!(
            row.is_none_or(
                |row| row.users_count == 1 && row.featured_users == [id::<UserId>("bob")]
            ),
            "{stream}"
        );
    }
}

#[test]
fn a_machine_leaves_when_it_is_deleted_and_everybody_loses_a_deleted_role() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = history();
    history
        .then("application-default.machine", ApplicationEvent::ApplicationDeleted {})
        .then("organization_role-default.r2", OrganizationRoleEvent::OrganizationRoleDeleted {});
    let views = views_of(folder.path(), &history);
    let machine = Member::Application(id("machine"));
    assert_eq!(organizations_of(&views, &machine), Vec::<String>::new());
    assert_eq!(organizations_of(&views, &ann()), ["o1", "o2"]);
    let reader = views.reader::<OrganizationRoles>();
    assert_eq!(reader.scopes_of(&tenant(), &id("o2"), &ann()).unwrap(), Vec::<String>::new());
    assert_eq!(reader.held_by(&tenant(), &ann()).unwrap().len(), 1);
}

#[test]
fn organizations_are_searched_by_id_and_name_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), &history());
    let reader = views.reader::<Organizations>();
    let get = |q: &str| reader.page(&tenant(), q, Page::new(0, 1)).unwrap();
    assert_eq!((get("").total, get("").rows[0].id.as_str()), (2, "o2"));
    assert_eq!((get("NAME OF o1").total, get("%").total), (1, 0));
    let row = reader.by_id(&tenant(), &id("o1")).unwrap().unwrap();
    assert_eq!((row.users_count, row.featured_users), (2, vec![id("bob"), id("ann")]));
}
