//! The list of what a third-party client may ask users for.

use events::{ApplicationEvent, ConsentScopes};

use super::{ApplicationRefusal, Client, ConsentScope};

/// Lets the client ask for more.
pub(super) fn add(
    client: &Client,
    wish: ConsentScopes,
) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
    if !client.is_third_party {
        return Err(ApplicationRefusal::ThirdPartyOnly);
    }
    let held = &client.consent_scopes;
    let added = ConsentScopes {
        user_scopes: new(&held.user_scopes, wish.user_scopes),
        resource_scopes: new(&held.resource_scopes, wish.resource_scopes),
        organization_scopes: new(&held.organization_scopes, wish.organization_scopes),
        organization_resource_scopes: new(
            &held.organization_resource_scopes,
            wish.organization_resource_scopes,
        ),
    };
    if added == ConsentScopes::default() {
        return Ok(vec![]);
    }
    Ok(vec![ApplicationEvent::ApplicationConsentScopesAdded(added)])
}

/// Lets the client ask for one thing less.
pub(super) fn remove(
    client: &Client,
    scope: ConsentScope,
) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
    let held = &client.consent_scopes;
    let mut removed = ConsentScopes::default();
    let is_held = match scope {
        ConsentScope::User(name) => mark(&held.user_scopes, name, &mut removed.user_scopes),
        ConsentScope::Resource(id) => mark(&held.resource_scopes, id, &mut removed.resource_scopes),
        ConsentScope::Organization(id) => {
            mark(&held.organization_scopes, id, &mut removed.organization_scopes)
        }
        ConsentScope::OrganizationResource(id) => {
            mark(&held.organization_resource_scopes, id, &mut removed.organization_resource_scopes)
        }
    };
    if !is_held {
        return Err(ApplicationRefusal::ConsentScopeNotFound);
    }
    Ok(vec![ApplicationEvent::ApplicationConsentScopesRemoved(removed)])
}

/// The list with more on it.
pub(super) fn extend(held: &mut ConsentScopes, more: &ConsentScopes) {
    held.user_scopes.extend(new(&held.user_scopes, more.user_scopes.clone()));
    held.resource_scopes.extend(new(&held.resource_scopes, more.resource_scopes.clone()));
    held.organization_scopes
        .extend(new(&held.organization_scopes, more.organization_scopes.clone()));
    held.organization_resource_scopes
        .extend(new(&held.organization_resource_scopes, more.organization_resource_scopes.clone()));
}

/// The list with less on it.
pub(super) fn subtract(held: &mut ConsentScopes, less: &ConsentScopes) {
    held.user_scopes.retain(|one| !less.user_scopes.contains(one));
    held.resource_scopes.retain(|one| !less.resource_scopes.contains(one));
    held.organization_scopes.retain(|one| !less.organization_scopes.contains(one));
    held.organization_resource_scopes
        .retain(|one| !less.organization_resource_scopes.contains(one));
}

fn new<T: PartialEq>(held: &[T], wished: Vec<T>) -> Vec<T> {
    let mut added: Vec<T> = Vec::new();
    for one in wished {
        if !held.contains(&one) && !added.contains(&one) {
            added.push(one);
        }
    }
    added
}

fn mark<T: PartialEq>(held: &[T], one: T, marked: &mut Vec<T>) -> bool {
    let is_held = held.contains(&one);
    marked.push(one);
    is_held
}

#[cfg(test)]
mod tests {
    use events::{ApplicationSettings, ApplicationType};

    use super::*;
    use crate::{
        Application, ApplicationCommand,
        scenario::{given, id},
    };

    fn created(is_third_party: bool) -> ApplicationEvent {
        ApplicationEvent::ApplicationCreated {
            application_type: ApplicationType::Spa,
            is_third_party,
            settings: ApplicationSettings::default(),
        }
    }

    fn scopes(users: &[&str], resources: &[&str]) -> ConsentScopes {
        ConsentScopes {
            user_scopes: users.iter().map(|name| (*name).to_owned()).collect(),
            resource_scopes: resources.iter().copied().map(id).collect(),
            ..ConsentScopes::default()
        }
    }

    fn added(scopes: ConsentScopes) -> ApplicationEvent {
        ApplicationEvent::ApplicationConsentScopesAdded(scopes)
    }

    fn add(scopes: ConsentScopes) -> ApplicationCommand {
        ApplicationCommand::AddConsentScopes { scopes }
    }

    #[test]
    fn scopes_are_added_once() {
        let past = given::<Application>([created(true)]);
        past.when(add(scopes(&["email", "email"], &["s1"])))
            .then([added(scopes(&["email"], &["s1"]))]);
        past.when(add(scopes(&[], &[]))).then_nothing();
        let past = given::<Application>([created(true), added(scopes(&["email"], &["s1"]))]);
        past.when(add(scopes(&["email"], &["s1"]))).then_nothing();
        past.when(add(scopes(&["email", "phone"], &["s1"]))).then([added(scopes(&["phone"], &[]))]);
    }

    #[test]
    fn our_own_applications_have_no_such_list() {
        given::<Application>([created(false)])
            .when(add(scopes(&["email"], &[])))
            .then_refused(ApplicationRefusal::ThirdPartyOnly);
    }

    #[test]
    fn a_scope_is_removed_where_it_stands() {
        let remove = |scope| ApplicationCommand::RemoveConsentScope { scope };
        let past = given::<Application>([created(true), added(scopes(&["email"], &["s1"]))]);
        let removed = ApplicationEvent::ApplicationConsentScopesRemoved(scopes(&["email"], &[]));
        past.when(remove(ConsentScope::User("email".into()))).then([removed.clone()]);
        past.when(remove(ConsentScope::OrganizationResource(id("s1"))))
            .then_refused(ApplicationRefusal::ConsentScopeNotFound);
        let past =
            given::<Application>([created(true), added(scopes(&["email"], &["s1"])), removed]);
        let client = past.state().client().unwrap();
        assert_eq!(*client.consent_scopes(), scopes(&[], &["s1"]));
    }
}
