//! Applications, resources, roles, organization roles and tenants.

use events::{
    AccessControl, ApplicationChange, ApplicationEvent, ApplicationSecretValue,
    ApplicationSettings, ApplicationType, ConsentScopes, OrganizationRoleEvent, Personal,
    ResourceEvent, RoleEvent, RoleType, SignInExperienceEvent, SignInExperienceSettings,
    TenantEvent, UserEvent,
};

use super::history::{History, tenant, user_created, views_of};
use crate::{
    ApplicationFilter, Applications, Filter, OrganizationRoles, Page, Resources, RoleFilter, Roles,
    Tenants,
};

fn application(name: &str, application_type: ApplicationType) -> ApplicationEvent {
    let settings = ApplicationSettings { name: name.into(), ..ApplicationSettings::default() };
    ApplicationEvent::ApplicationCreated { application_type, is_third_party: false, settings }
}

fn secret(name: &str) -> ApplicationEvent {
    ApplicationEvent::ApplicationSecretCreated {
        name: name.into(),
        sha256: "digest".into(),
        expires_at: None,
        personal: Personal::Open(ApplicationSecretValue { value: "value".into() }),
    }
}

#[test]
fn a_third_party_application_comes_with_what_it_may_ask_for_and_who_may_use_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let stream = "application-default.a1";
    let list = |users: &[&str], resources: &[&str]| ConsentScopes {
        user_scopes: users.iter().map(|name| (*name).to_owned()).collect(),
        resource_scopes: resources.iter().map(|id| id.parse().unwrap()).collect(),
        ..ConsentScopes::default()
    };
    let access = AccessControl {
        enabled: true,
        users: vec!["u1".parse().unwrap()],
        ..AccessControl::default()
    };
    let settings = ApplicationSettings::default();
    let created = ApplicationEvent::ApplicationCreated {
        application_type: ApplicationType::Spa,
        is_third_party: true,
        settings,
    };
    let added =
        ApplicationEvent::ApplicationConsentScopesAdded(list(&["phone", "email"], &["s2", "s1"]));
    let removed = ApplicationEvent::ApplicationConsentScopesRemoved(list(&["email"], &["s2"]));
    history
        .then(stream, created)
        .then(stream, added)
        .then(stream, removed)
        .then(stream, ApplicationEvent::ApplicationAccessControlChanged(access.clone()));
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Applications>();
    let row = reader.by_id(&tenant(), &"a1".parse().unwrap()).unwrap().unwrap();
    assert_eq!(row.consent_scopes, list(&["phone"], &["s1"]));
    assert_eq!(row.access_control, access);
    assert_eq!(reader.all(&tenant()).unwrap()[0].consent_scopes, row.consent_scopes);
}

#[test]
fn an_application_comes_with_its_secrets_and_roles() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let stream = "application-default.a1";
    let change = ApplicationChange {
        description: Some(Some("Über alles".into())),
        ..ApplicationChange::default()
    };
    let roles = vec!["r1".parse().unwrap(), "r2".parse().unwrap()];
    history
        .then(stream, application("Shop", ApplicationType::MachineToMachine))
        .then("application-default.a2", application("Blog", ApplicationType::Spa))
        .then(stream, ApplicationEvent::ApplicationChanged { change })
        .then(stream, secret("one"))
        .then(stream, secret("two"))
        .then(stream, ApplicationEvent::ApplicationSecretDeleted { name: "one".into() })
        .then(
            stream,
            ApplicationEvent::ApplicationSecretRenamed { from: "two".into(), to: "due".into() },
        )
        .then(stream, ApplicationEvent::ApplicationRolesAssigned { roles: roles.clone() })
        .then(stream, ApplicationEvent::ApplicationRolesUnassigned { roles: roles[..1].to_vec() });
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Applications>();
    let row = reader.by_id(&tenant(), &"a1".parse().unwrap()).unwrap().unwrap();
    assert_eq!((row.secrets.len(), row.secrets[0].name.as_str()), (1, "due"));
    assert_eq!(row.secrets[0].value.as_deref(), Some("value"));
    assert_eq!(row.roles, roles[1..]);
    let ids = |filter: &ApplicationFilter| {
        let page = reader.page(&tenant(), filter, Page::default()).unwrap();
        page.rows.into_iter().map(|row| row.id.to_string()).collect::<Vec<_>>()
    };
    let all = ApplicationFilter::default;
    assert_eq!(ids(&all()), ["a2", "a1"]);
    assert_eq!(ids(&ApplicationFilter { text: Filter::containing("über"), ..all() }), ["a1"]);
    assert_eq!(ids(&ApplicationFilter { types: vec![ApplicationType::Spa], ..all() }), ["a2"]);
    let excluded = ApplicationFilter { exclude_role: Some(roles[1].clone()), ..all() };
    assert_eq!(ids(&excluded), ["a2"]);
    assert_eq!(reader.all(&tenant()).unwrap().len(), 2);
    drop(views);
    history.then(stream, ApplicationEvent::ApplicationDeleted {});
    let views = views_of(folder.path(), &history);
    assert_eq!(views.reader::<Applications>().all(&tenant()).unwrap().len(), 1);
}

fn resource(indicator: &str) -> ResourceEvent {
    ResourceEvent::ResourceCreated {
        name: "Shop".into(),
        indicator: indicator.into(),
        access_token_ttl_seconds: 3600,
    }
}

fn scope(id: &str, name: &str) -> ResourceEvent {
    ResourceEvent::ScopeCreated { scope: id.parse().unwrap(), name: name.into(), description: None }
}

fn role(name: &str, role_type: RoleType, scopes: &[&str]) -> RoleEvent {
    RoleEvent::RoleCreated {
        name: name.into(),
        description: "for tests".into(),
        role_type,
        is_default: role_type == RoleType::User,
        scopes: scopes.iter().map(|scope| scope.parse().unwrap()).collect(),
    }
}

fn shop() -> History {
    let mut history = History::default();
    let roles = |role: &str| vec![role.parse().unwrap()];
    history
        .then("resource-default.x1", resource("https://shop"))
        .then("resource-default.x1", scope("c1", "read"))
        .then("resource-default.x1", scope("c2", "write"))
        .then("resource-default.x2", resource("https://blog"))
        .then("resource-default.x2", scope("c3", "post"))
        .then("role-default.r1", role("reader", RoleType::User, &["c1", "c3"]))
        .then("role-default.r2", role("robot", RoleType::MachineToMachine, &["c2"]))
        .then("user-default.u1", user_created("Tom"))
        .then("user-default.u1", UserEvent::RolesAssigned { roles: roles("r1") })
        .then("user-default.u2", user_created("Ann"))
        .then("user-default.u2", UserEvent::RolesAssigned { roles: roles("r1") })
        .then("application-default.a1", application("Bot", ApplicationType::MachineToMachine))
        .then(
            "application-default.a1",
            ApplicationEvent::ApplicationRolesAssigned { roles: roles("r2") },
        );
    history
}

#[test]
fn roles_permit_the_scopes_of_a_resource() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = shop();
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Roles>();
    let (user, machine) = ("u1".parse().unwrap(), "a1".parse().unwrap());
    assert_eq!(reader.scopes_of_user(&tenant(), &user, "https://shop").unwrap(), ["read"]);
    assert_eq!(reader.scopes_of_user(&tenant(), &user, "https://blog").unwrap(), ["post"]);
    assert_eq!(
        reader.scopes_of_application(&tenant(), &machine, "https://shop").unwrap(),
        ["write"]
    );
    assert_eq!(reader.names_of_user(&tenant(), &user).unwrap(), ["reader"]);
    assert_eq!(reader.defaults(&tenant()).unwrap(), ["r1".parse().unwrap()]);
    drop(views);
    let deleted = ResourceEvent::ScopeDeleted { scope: "c1".parse().unwrap() };
    let granted = RoleEvent::RoleScopesGranted { scopes: vec!["c2".parse().unwrap()] };
    history
        .then("resource-default.x1", deleted)
        .then("role-default.r1", granted)
        .then("resource-default.x2", ResourceEvent::ResourceDeleted {});
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Roles>();
    assert_eq!(reader.scopes_of_user(&tenant(), &user, "https://shop").unwrap(), ["write"]);
    let ids = reader.scope_ids(&tenant(), &"r1".parse().unwrap()).unwrap();
    assert_eq!(ids, ["c2".parse().unwrap()]);
    let scopes = reader.scopes(
        &tenant(),
        &"r1".parse().unwrap(),
        &Filter::containing("WRI"),
        Page::default(),
    );
    assert_eq!(scopes.unwrap().rows[0].name, "write");
}

#[test]
fn a_page_of_roles_counts_and_features_holders() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = shop();
    let views = views_of(folder.path(), &history);
    let page = |views: &crate::Views, filter: &RoleFilter| {
        views.reader::<Roles>().page(&tenant(), filter, Page::default()).unwrap().rows
    };
    let all = RoleFilter::default;
    let rows = page(&views, &all());
    assert_eq!((rows[0].name.as_str(), rows[1].name.as_str()), ("robot", "reader"));
    assert_eq!((rows[1].users_count, rows[0].applications_count), (2, 1));
    let featured: Vec<_> = rows[1].featured_users.iter().map(|user| user.as_str()).collect();
    assert_eq!(featured, ["u2", "u1"]);
    let user = RoleFilter { user: Some("u1".parse().unwrap()), ..all() };
    assert_eq!(page(&views, &user).len(), 1);
    let without = RoleFilter { exclude_user: Some("u1".parse().unwrap()), ..all() };
    assert_eq!(page(&views, &without)[0].name, "robot");
    let hidden = RoleFilter { exclude_prefix: Some("ro".into()), ..all() };
    assert_eq!(page(&views, &hidden)[0].name, "reader");
    drop(views);
    let machine = ApplicationEvent::ApplicationDeleted {};
    history
        .then("user-default.u1", UserEvent::UserDeleted {})
        .then("application-default.a1", machine);
    let views = views_of(folder.path(), &history);
    let rows = page(&views, &all());
    assert_eq!((rows[1].users_count, rows[0].applications_count), (1, 0));
}

#[test]
fn resources_are_found_by_indicator_and_one_is_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = shop();
    let chosen = |id: Option<&str>| TenantEvent::DefaultResourceChosen {
        resource: id.map(|id| id.parse().unwrap()),
    };
    let renamed =
        ResourceEvent::ResourceChanged { name: Some("New".into()), access_token_ttl_seconds: None };
    history
        .then("tenant-default.default", chosen(Some("x1")))
        .then("tenant-default.default", chosen(Some("x2")))
        .then("resource-default.x2", renamed);
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Resources>();
    let found = reader.by_indicator(&tenant(), "https://blog").unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.access_token_ttl_seconds), ("New", 3600));
    let defaults: Vec<_> =
        reader.all(&tenant()).unwrap().into_iter().map(|row| row.is_default).collect();
    assert_eq!(defaults, [true, false]);
    let scopes =
        reader.scopes(&tenant(), &"x1".parse().unwrap(), &Filter::default(), Page::new(0, 1));
    let scopes = scopes.unwrap();
    assert_eq!((scopes.total, scopes.rows[0].name.as_str()), (2, "write"));
    let some = reader.scopes_by_id(&tenant(), &["c3".parse().unwrap(), "zz".parse().unwrap()]);
    assert_eq!(some.unwrap().len(), 1);
    assert_eq!(reader.all_scopes(&tenant()).unwrap().len(), 3);
}

#[test]
fn organization_roles_are_searched_literally_whatever_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = shop();
    for number in 0..1_000 {
        let event = OrganizationRoleEvent::OrganizationRoleCreated {
            name: format!("Role {number}"),
            description: (number == 7).then(|| "100%_ÖL".into()),
            role_type: RoleType::User,
            scopes: vec![],
            resource_scopes: vec!["c1".parse().unwrap(), "c3".parse().unwrap()],
        };
        history.then(&format!("organization_role-default.o{number}"), event);
    }
    history.then("resource-default.x2", ResourceEvent::ResourceDeleted {});
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<OrganizationRoles>();
    let get = |q: &str| reader.page(&tenant(), q, Page::new(0, 20)).unwrap();
    assert_eq!((get("").total, get("").rows.len()), (1_000, 20));
    assert_eq!(get("").rows[0].id.as_str(), "o999");
    assert_eq!((get("rOLE 99").total, get("%_öl").total, get("%").total), (11, 1, 1));
    let one = reader.by_id(&tenant(), &"o7".parse().unwrap()).unwrap().unwrap();
    assert_eq!(one.resource_scopes, ["c1".parse().unwrap()]);
}

#[test]
fn tenants_have_names_and_sign_in_pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let settings = SignInExperienceSettings {
        primary_color: "#000".into(),
        ..SignInExperienceSettings::default()
    };
    history
        .then("tenant-default.default", TenantEvent::TenantCreated { name: "Ours".into() })
        .then("tenant-admin.default", TenantEvent::TenantCreated { name: "Admin".into() })
        .then(
            "sign_in_experience-default.default",
            SignInExperienceEvent::SignInExperienceSet { settings: settings.clone() },
        );
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Tenants>();
    let names: Vec<_> = reader.all().unwrap().into_iter().map(|tenant| tenant.name).collect();
    assert_eq!(names, ["Ours", "Admin"]);
    assert_eq!(reader.sign_in_experience(&tenant()).unwrap(), Some(settings));
    assert_eq!(reader.sign_in_experience(&"admin".parse().unwrap()).unwrap(), None);
    assert_eq!(reader.last_changed(), 3);
}
