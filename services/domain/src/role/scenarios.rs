//! Scenarios of a role.

use events::{RoleEvent, RoleType, ScopeId};

use super::{Role, RoleCommand, RoleRefusal};
use crate::scenario::{given, id};

fn ids(scopes: &[&str]) -> Vec<ScopeId> {
    scopes.iter().copied().map(id).collect()
}

fn created_as(name: &str) -> RoleEvent {
    RoleEvent::RoleCreated {
        name: name.into(),
        description: "reads".into(),
        role_type: RoleType::User,
        is_default: false,
        scopes: ids(&["s1"]),
    }
}

fn created() -> RoleEvent {
    created_as("reader")
}

fn create(name: &str) -> RoleCommand {
    RoleCommand::CreateRole {
        name: name.into(),
        description: "reads".into(),
        role_type: RoleType::User,
        is_default: false,
        scopes: ids(&["s1", "s1"]),
    }
}

fn change(name: Option<&str>, is_default: Option<bool>) -> RoleCommand {
    RoleCommand::ChangeRole { name: name.map(Into::into), description: None, is_default }
}

fn grant(scopes: &[&str]) -> RoleCommand {
    RoleCommand::GrantScopes { scopes: ids(scopes) }
}

fn granted(scopes: &[&str]) -> RoleEvent {
    RoleEvent::RoleScopesGranted { scopes: ids(scopes) }
}

fn revoked(scopes: &[&str]) -> RoleEvent {
    RoleEvent::RoleScopesRevoked { scopes: ids(scopes) }
}

#[test]
fn a_role_is_created_once() {
    given::<Role>([]).when(create("reader")).then([created()]);
    given::<Role>([created()]).when(create("reader")).then_nothing();
    given::<Role>([created()]).when(create("writer")).then_refused(RoleRefusal::Exists);
}

#[test]
fn internal_names_are_reserved() {
    given::<Role>([]).when(create("#internal:admin")).then_refused(RoleRefusal::Internal);
    given::<Role>([]).when(create("internal:admin")).then([created_as("internal:admin")]);
    given::<Role>([created()])
        .when(change(Some("#internal:x"), None))
        .then_refused(RoleRefusal::Internal);
}

#[test]
fn an_internal_role_cannot_be_changed() {
    let past = given::<Role>([created_as("#internal:admin")]);
    for command in [
        change(Some("x"), None),
        grant(&["s2"]),
        RoleCommand::RevokeScope { scope: id("s1") },
        RoleCommand::DeleteRole,
    ] {
        past.when(command).then_refused(RoleRefusal::Internal);
    }
}

#[test]
fn a_role_is_changed_as_a_whole() {
    let changed = RoleEvent::RoleChanged {
        name: "reader".into(),
        description: "reads".into(),
        is_default: true,
    };
    let past = given::<Role>([created()]);
    past.when(change(None, Some(true))).then([changed.clone()]);
    past.when(change(Some("reader"), Some(false))).then_nothing();
    let after = given::<Role>([created(), changed]);
    assert!(after.state().terms().unwrap().is_default);
}

#[test]
fn a_scope_is_granted_once() {
    let past = given::<Role>([created()]);
    past.when(grant(&["s2", "s2", "s3"])).then([granted(&["s2", "s3"])]);
    past.when(grant(&["s2", "s1"])).then_refused(RoleRefusal::ScopeExists);
    past.when(grant(&[])).then_nothing();
    given::<Role>([created(), granted(&["s2"])])
        .when(grant(&["s2"]))
        .then_refused(RoleRefusal::ScopeExists);
}

#[test]
fn only_a_scope_that_is_held_is_revoked() {
    let revoke = RoleCommand::RevokeScope { scope: id("s1") };
    given::<Role>([created()]).when(revoke.clone()).then([revoked(&["s1"])]);
    let after = given::<Role>([created(), revoked(&["s1"])]);
    after.when(revoke).then_refused(RoleRefusal::ScopeNotFound);
    after.when(grant(&["s1"])).then([granted(&["s1"])]);
}

#[test]
fn scopes_that_are_gone_are_dropped_if_held() {
    let drop = RoleCommand::DropScopes { scopes: ids(&["s9", "s1"]) };
    given::<Role>([created()]).when(drop.clone()).then([revoked(&["s1"])]);
    given::<Role>([created(), revoked(&["s1"])]).when(drop.clone()).then_nothing();
    given::<Role>([]).when(drop).then_nothing();
}

#[test]
fn a_deleted_role_is_gone_for_good() {
    given::<Role>([created()]).when(RoleCommand::DeleteRole).then([RoleEvent::RoleDeleted {}]);
    let gone = given::<Role>([created(), RoleEvent::RoleDeleted {}]);
    gone.when(RoleCommand::DeleteRole).then_refused(RoleRefusal::Absent);
    gone.when(create("reader")).then_refused(RoleRefusal::Exists);
    given::<Role>([]).when(grant(&["s1"])).then_refused(RoleRefusal::Absent);
}
