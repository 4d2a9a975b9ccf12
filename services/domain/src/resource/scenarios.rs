//! Scenarios of an API resource.

use events::ResourceEvent;

use super::{Resource, ResourceCommand, ResourceRefusal};
use crate::{
    indicator::IndicatorError,
    scenario::{given, id},
};

const OURS: &str = "https://default.logto.app/api";
const THEIRS: &str = "https://api.example.com";

fn created(indicator: &str) -> ResourceEvent {
    ResourceEvent::ResourceCreated {
        name: "API".into(),
        indicator: indicator.into(),
        access_token_ttl_seconds: 3600,
    }
}

fn create(indicator: &str) -> ResourceCommand {
    ResourceCommand::CreateResource {
        name: "API".into(),
        indicator: indicator.into(),
        access_token_ttl_seconds: 3600,
    }
}

fn change(name: Option<&str>, access_token_ttl_seconds: Option<u32>) -> ResourceCommand {
    ResourceCommand::ChangeResource { name: name.map(Into::into), access_token_ttl_seconds }
}

fn scope(scope: &str, name: &str) -> ResourceEvent {
    ResourceEvent::ScopeCreated { scope: id(scope), name: name.into(), description: None }
}

fn create_scope(scope: &str, name: &str, by_system: bool) -> ResourceCommand {
    ResourceCommand::CreateScope {
        scope: id(scope),
        name: name.into(),
        description: None,
        by_system,
    }
}

fn change_scope(
    scope: &str,
    name: Option<&str>,
    description: Option<Option<&str>>,
) -> ResourceCommand {
    ResourceCommand::ChangeScope {
        scope: id(scope),
        name: name.map(Into::into),
        description: description.map(|new| new.map(Into::into)),
    }
}

#[test]
fn a_resource_is_created_once() {
    given::<Resource>([]).when(create(THEIRS)).then([created(THEIRS)]);
    given::<Resource>([created(THEIRS)]).when(create(THEIRS)).then_nothing();
    given::<Resource>([created(THEIRS)])
        .when(create("urn:other:api"))
        .then_refused(ResourceRefusal::Exists);
}

#[test]
fn an_indicator_is_an_absolute_uri_that_is_not_reserved() {
    given::<Resource>([])
        .when(create("api"))
        .then_refused(ResourceRefusal::Indicator(IndicatorError::NotAbsolute));
    given::<Resource>([])
        .when(create("urn:logto:resource:organizations"))
        .then_refused(ResourceRefusal::IndicatorInUse);
}

#[test]
fn a_change_records_only_what_differs() {
    let past = given::<Resource>([created(THEIRS)]);
    past.when(change(Some("API"), Some(60)))
        .then([ResourceEvent::ResourceChanged { name: None, access_token_ttl_seconds: Some(60) }]);
    past.when(change(Some("API"), Some(3600))).then_nothing();
    past.when(change(None, None)).then_nothing();
    let after = given::<Resource>([
        created(THEIRS),
        ResourceEvent::ResourceChanged { name: None, access_token_ttl_seconds: Some(60) },
    ]);
    let resource = after.state().resource().unwrap();
    assert_eq!((resource.name(), resource.access_token_ttl_seconds()), ("API", 60));
}

#[test]
fn a_scope_name_is_used_once_in_a_resource() {
    let past = given::<Resource>([created(THEIRS), scope("s1", "read")]);
    past.when(create_scope("s2", "write", false)).then([scope("s2", "write")]);
    past.when(create_scope("s2", "read", false)).then_refused(ResourceRefusal::ScopeNameExists);
    past.when(create_scope("s1", "read", false)).then_nothing();
    past.when(create_scope("s1", "write", false)).then_refused(ResourceRefusal::ScopeExists);
}

#[test]
fn a_scope_name_has_no_white_space() {
    let past = given::<Resource>([created(THEIRS), scope("s1", "read")]);
    for name in ["a b", " a", "a\t", "a\u{a0}b"] {
        past.when(create_scope("s2", name, false))
            .then_refused(ResourceRefusal::ScopeNameWithSpace);
        past.when(change_scope("s1", Some(name), None))
            .then_refused(ResourceRefusal::ScopeNameWithSpace);
    }
}

#[test]
fn a_scope_is_changed_as_a_whole() {
    let changed = ResourceEvent::ScopeChanged {
        scope: id("s1"),
        name: "read".into(),
        description: Some("all".into()),
    };
    let past = [created(THEIRS), scope("s1", "read"), scope("s2", "write")];
    let before = given::<Resource>(past.clone());
    before.when(change_scope("s1", None, Some(Some("all")))).then([changed.clone()]);
    before.when(change_scope("s1", Some("read"), Some(None))).then_nothing();
    before
        .when(change_scope("s1", Some("write"), None))
        .then_refused(ResourceRefusal::ScopeNameExists);
    before.when(change_scope("s3", None, None)).then_refused(ResourceRefusal::ScopeNotExists);
    given::<Resource>(past.into_iter().chain([changed]))
        .when(change_scope("s1", None, Some(None)))
        .then([ResourceEvent::ScopeChanged {
            scope: id("s1"),
            name: "read".into(),
            description: None,
        }]);
}

#[test]
fn a_scope_is_deleted_once_and_its_name_is_free_again() {
    let delete = ResourceCommand::DeleteScope { scope: id("s1") };
    let deleted = ResourceEvent::ScopeDeleted { scope: id("s1") };
    given::<Resource>([created(THEIRS), scope("s1", "read")])
        .when(delete.clone())
        .then([deleted.clone()]);
    let after = given::<Resource>([created(THEIRS), scope("s1", "read"), deleted]);
    after.when(delete).then_refused(ResourceRefusal::ScopeNotFound);
    after.when(create_scope("s2", "read", false)).then([scope("s2", "read")]);
}

#[test]
fn the_management_api_cannot_be_modified() {
    let past = given::<Resource>([created(OURS), scope("s1", "all")]);
    for command in [
        change(Some("x"), None),
        create_scope("s2", "read", false),
        change_scope("s1", Some("x"), None),
        ResourceCommand::DeleteScope { scope: id("s1") },
    ] {
        past.when(command).then_refused(ResourceRefusal::CannotModifyManagementApi);
    }
    past.when(ResourceCommand::DeleteResource)
        .then_refused(ResourceRefusal::CannotDeleteManagementApi);
}

#[test]
fn evident_itself_adds_scopes_to_the_management_api() {
    given::<Resource>([created(OURS)])
        .when(create_scope("s1", "all", true))
        .then([scope("s1", "all")]);
}

#[test]
fn only_a_plain_tenant_host_is_the_management_api() {
    for indicator in
        ["https://a.b.logto.app/api", "https://.logto.app/api", "https://a.logto.app/api/", THEIRS]
    {
        given::<Resource>([created(indicator)])
            .when(ResourceCommand::DeleteResource)
            .then([ResourceEvent::ResourceDeleted {}]);
    }
}

#[test]
fn a_deleted_resource_is_gone_for_good() {
    let gone = given::<Resource>([created(THEIRS), ResourceEvent::ResourceDeleted {}]);
    gone.when(ResourceCommand::DeleteResource).then_refused(ResourceRefusal::Absent);
    gone.when(create(THEIRS)).then_refused(ResourceRefusal::Exists);
    given::<Resource>([])
        .when(create_scope("s1", "read", false))
        .then_refused(ResourceRefusal::Absent);
}
