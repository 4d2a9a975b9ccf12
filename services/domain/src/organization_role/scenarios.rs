//! Scenarios of a role inside organizations.

use events::{OrganizationRoleEvent, OrganizationScopeId, RoleType, ScopeId};

use super::{OrganizationRole, OrganizationRoleCommand, OrganizationRoleRefusal};
use crate::scenario::{given, id};

fn ids(scopes: &[&str]) -> Vec<ScopeId> {
    scopes.iter().copied().map(id).collect()
}

fn scope_ids(scopes: &[&str]) -> Vec<OrganizationScopeId> {
    scopes.iter().copied().map(id).collect()
}

fn created() -> OrganizationRoleEvent {
    OrganizationRoleEvent::OrganizationRoleCreated {
        name: "member".into(),
        description: None,
        role_type: RoleType::User,
        scopes: scope_ids(&["o1"]),
        resource_scopes: ids(&["s1", "s2"]),
    }
}

fn create(name: &str) -> OrganizationRoleCommand {
    OrganizationRoleCommand::CreateOrganizationRole {
        name: name.into(),
        description: None,
        role_type: RoleType::User,
        scopes: scope_ids(&["o1", "o1"]),
        resource_scopes: ids(&["s1", "s2", "s1"]),
    }
}

fn replace(scopes: &[&str]) -> OrganizationRoleCommand {
    OrganizationRoleCommand::ReplaceResourceScopes { scopes: ids(scopes) }
}

fn change(
    description: Option<Option<&str>>,
    role_type: Option<RoleType>,
) -> OrganizationRoleCommand {
    OrganizationRoleCommand::ChangeOrganizationRole {
        name: None,
        description: description.map(|new| new.map(Into::into)),
        role_type,
    }
}

#[test]
fn an_organization_role_is_created_once() {
    given::<OrganizationRole>([]).when(create("member")).then([created()]);
    let past = given::<OrganizationRole>([created()]);
    past.when(create("member")).then_nothing();
    past.when(create("admin")).then_refused(OrganizationRoleRefusal::Exists);
}

#[test]
fn an_organization_role_is_changed_as_a_whole() {
    let changed = OrganizationRoleEvent::OrganizationRoleChanged {
        name: "member".into(),
        description: Some("all".into()),
        role_type: RoleType::User,
    };
    let past = given::<OrganizationRole>([created()]);
    past.when(change(Some(Some("all")), None)).then([changed.clone()]);
    past.when(change(Some(None), Some(RoleType::User))).then_nothing();
    let after = given::<OrganizationRole>([created(), changed]);
    assert_eq!(after.state().terms().unwrap().description.as_deref(), Some("all"));
}

#[test]
fn replacing_scopes_records_the_difference_whatever_their_order() {
    let past = given::<OrganizationRole>([created()]);
    past.when(replace(&["s2", "s1", "s2"])).then_nothing();
    let gone =
        OrganizationRoleEvent::OrganizationRoleResourceScopesUnassigned { scopes: ids(&["s2"]) };
    let come =
        OrganizationRoleEvent::OrganizationRoleResourceScopesAssigned { scopes: ids(&["s3"]) };
    past.when(replace(&["s3", "s1", "s3"])).then([gone.clone(), come.clone()]);
    let after = given::<OrganizationRole>([created(), gone, come]);
    let expected = ids(&["s1", "s3"]).into_iter().collect();
    assert_eq!(after.state().terms().unwrap().resource_scopes, expected);
}

#[test]
fn scopes_held_already_are_passed_over() {
    let past = given::<OrganizationRole>([created()]);
    let assign = |scopes| OrganizationRoleCommand::AssignScopes { scopes: scope_ids(scopes) };
    past.when(assign(&["o1"])).then_nothing();
    past.when(assign(&["o1", "o2"])).then([
        OrganizationRoleEvent::OrganizationRoleScopesAssigned { scopes: scope_ids(&["o2"]) },
    ]);
    past.when(OrganizationRoleCommand::AssignResourceScopes { scopes: ids(&["s1"]) })
        .then_nothing();
}

#[test]
fn organization_scopes_are_replaced_by_their_difference() {
    let past = given::<OrganizationRole>([created()]);
    past.when(OrganizationRoleCommand::ReplaceScopes { scopes: scope_ids(&["o2"]) }).then([
        OrganizationRoleEvent::OrganizationRoleScopesUnassigned { scopes: scope_ids(&["o1"]) },
        OrganizationRoleEvent::OrganizationRoleScopesAssigned { scopes: scope_ids(&["o2"]) },
    ]);
}

#[test]
fn a_scope_that_is_not_held_cannot_be_taken_away() {
    let past = given::<OrganizationRole>([created()]);
    past.when(OrganizationRoleCommand::UnassignScope { scope: id("o1") }).then([
        OrganizationRoleEvent::OrganizationRoleScopesUnassigned { scopes: scope_ids(&["o1"]) },
    ]);
    past.when(OrganizationRoleCommand::UnassignScope { scope: id("o2") })
        .then_refused(OrganizationRoleRefusal::ScopeNotFound);
    past.when(OrganizationRoleCommand::UnassignResourceScope { scope: id("o1") })
        .then_refused(OrganizationRoleRefusal::ScopeNotFound);
}

#[test]
fn scopes_that_were_set_as_a_whole_still_count() {
    let set =
        OrganizationRoleEvent::OrganizationRoleResourceScopesSet { resource_scopes: ids(&["s3"]) };
    given::<OrganizationRole>([created(), set]).when(replace(&["s3"])).then_nothing();
}

#[test]
fn a_deleted_organization_role_is_gone_for_good() {
    let deleted = OrganizationRoleEvent::OrganizationRoleDeleted {};
    given::<OrganizationRole>([created()])
        .when(OrganizationRoleCommand::DeleteOrganizationRole)
        .then([deleted.clone()]);
    let gone = given::<OrganizationRole>([created(), deleted]);
    gone.when(OrganizationRoleCommand::DeleteOrganizationRole)
        .then_refused(OrganizationRoleRefusal::Absent);
    gone.when(create("member")).then_refused(OrganizationRoleRefusal::Exists);
    given::<OrganizationRole>([])
        .when(replace(&["s1"]))
        .then_refused(OrganizationRoleRefusal::Absent);
}
