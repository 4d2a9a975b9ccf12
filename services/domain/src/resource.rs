//! Rules of an API resource and its scopes: the indicator is for ever, scope names are unique in
//! the resource, and the Management API's own resource is not for administrators to change.
//! That an indicator is unique in the tenant is the business of its reservation.

mod refusal;
#[cfg(test)]
mod scenarios;
mod state;

use events::{Event, ResourceEvent, ResourceId, ScopeId, StreamName, TenantId};

pub use self::{
    refusal::ResourceRefusal,
    state::{ApiResource, ApiScope, ResourceState},
};
use crate::{Decider, indicator};

/// Names the audience of organization tokens, so no resource can have it.
const ORGANIZATIONS: &str = "urn:logto:resource:organizations";

/// An API resource.
pub struct Resource;

/// Wishes about an API resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceCommand {
    /// Let it exist.
    CreateResource {
        /// Name shown to people.
        name: String,
        /// Absolute URI.
        indicator: String,
        /// Lifetime of its access tokens.
        access_token_ttl_seconds: u32,
    },
    /// Change members; those that already are so are left out.
    ChangeResource {
        /// New name.
        name: Option<String>,
        /// New lifetime of access tokens.
        access_token_ttl_seconds: Option<u32>,
    },
    /// Let it have one more scope.
    CreateScope {
        /// Id of the scope.
        scope: ScopeId,
        /// Unique in the resource, without white space.
        name: String,
        /// For people.
        description: Option<String>,
        /// Whether Evident itself asks, which may add to the Management API.
        by_system: bool,
    },
    /// Change a scope.
    ChangeScope {
        /// Id of the scope.
        scope: ScopeId,
        /// New name.
        name: Option<String>,
        /// New description; `Some(None)` clears it.
        description: Option<Option<String>>,
    },
    /// End a scope.
    DeleteScope {
        /// Id of the scope.
        scope: ScopeId,
    },
    /// End the resource and its scopes.
    DeleteResource,
}

impl Decider for Resource {
    type Id = ResourceId;
    type Command = ResourceCommand;
    type Event = ResourceEvent;
    type Refusal = ResourceRefusal;
    type State = ResourceState;

    fn stream(tenant: &TenantId, id: &ResourceId) -> StreamName {
        StreamName::resource(tenant, id)
    }

    fn event(event: &Event) -> Option<&ResourceEvent> {
        if let Event::Resource(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &ResourceState,
        command: ResourceCommand,
    ) -> Result<Vec<ResourceEvent>, ResourceRefusal> {
        match (state, command) {
            (ResourceState::Present(resource), command) => decide_present(resource, command),
            (
                ResourceState::Absent,
                ResourceCommand::CreateResource { name, indicator, access_token_ttl_seconds },
            ) => {
                indicator::check(&indicator).map_err(ResourceRefusal::Indicator)?;
                if indicator == ORGANIZATIONS {
                    return Err(ResourceRefusal::IndicatorInUse);
                }
                Ok(vec![ResourceEvent::ResourceCreated {
                    name,
                    indicator,
                    access_token_ttl_seconds,
                }])
            }
            (ResourceState::Deleted, ResourceCommand::CreateResource { .. }) => {
                Err(ResourceRefusal::Exists)
            }
            (
                ResourceState::Absent | ResourceState::Deleted,
                ResourceCommand::ChangeResource { .. }
                | ResourceCommand::CreateScope { .. }
                | ResourceCommand::ChangeScope { .. }
                | ResourceCommand::DeleteScope { .. }
                | ResourceCommand::DeleteResource,
            ) => Err(ResourceRefusal::Absent),
        }
    }

    fn evolve(state: ResourceState, event: &ResourceEvent) -> ResourceState {
        match state {
            ResourceState::Absent => ApiResource::default().after(event),
            ResourceState::Present(resource) => resource.after(event),
            ResourceState::Deleted => ResourceState::Deleted,
        }
    }
}

fn decide_present(
    resource: &ApiResource,
    command: ResourceCommand,
) -> Result<Vec<ResourceEvent>, ResourceRefusal> {
    let is_ours = is_management_api(&resource.indicator);
    match command {
        ResourceCommand::CreateResource { name, indicator, access_token_ttl_seconds } => {
            let is_same = resource.name == name
                && resource.indicator == indicator
                && resource.access_token_ttl_seconds == access_token_ttl_seconds;
            if is_same { Ok(vec![]) } else { Err(ResourceRefusal::Exists) }
        }
        ResourceCommand::CreateScope { by_system: false, .. }
        | ResourceCommand::ChangeResource { .. }
        | ResourceCommand::ChangeScope { .. }
        | ResourceCommand::DeleteScope { .. }
            if is_ours =>
        {
            Err(ResourceRefusal::CannotModifyManagementApi)
        }
        ResourceCommand::DeleteResource if is_ours => {
            Err(ResourceRefusal::CannotDeleteManagementApi)
        }
        ResourceCommand::ChangeResource { name, access_token_ttl_seconds } => {
            let name = name.filter(|new| *new != resource.name);
            let access_token_ttl_seconds =
                access_token_ttl_seconds.filter(|new| *new != resource.access_token_ttl_seconds);
            if name.is_none() && access_token_ttl_seconds.is_none() {
                return Ok(vec![]);
            }
            Ok(vec![ResourceEvent::ResourceChanged { name, access_token_ttl_seconds }])
        }
        ResourceCommand::CreateScope { scope, name, description, by_system: _ } => {
            let new = ApiScope { name, description };
            match resource.scopes.get(&scope) {
                Some(held) if *held == new => return Ok(vec![]),
                Some(_) => return Err(ResourceRefusal::ScopeExists),
                None => check_name(resource, &scope, &new.name)?,
            }
            let ApiScope { name, description } = new;
            Ok(vec![ResourceEvent::ScopeCreated { scope, name, description }])
        }
        ResourceCommand::ChangeScope { scope, name, description } => {
            let held = resource.scopes.get(&scope).ok_or(ResourceRefusal::ScopeNotExists)?;
            let name = name.unwrap_or_else(|| held.name.clone());
            let description = description.unwrap_or_else(|| held.description.clone());
            if held.name == name && held.description == description {
                return Ok(vec![]);
            }
            check_name(resource, &scope, &name)?;
            Ok(vec![ResourceEvent::ScopeChanged { scope, name, description }])
        }
        ResourceCommand::DeleteScope { scope } => {
            if !resource.scopes.contains_key(&scope) {
                return Err(ResourceRefusal::ScopeNotFound);
            }
            Ok(vec![ResourceEvent::ScopeDeleted { scope }])
        }
        ResourceCommand::DeleteResource => Ok(vec![ResourceEvent::ResourceDeleted {}]),
    }
}

fn check_name(resource: &ApiResource, scope: &ScopeId, name: &str) -> Result<(), ResourceRefusal> {
    if name.contains(char::is_whitespace) {
        return Err(ResourceRefusal::ScopeNameWithSpace);
    }
    if resource.scopes.iter().any(|(id, held)| id != scope && held.name == name) {
        return Err(ResourceRefusal::ScopeNameExists);
    }
    Ok(())
}

/// `https://<tenant>.logto.app/api`, where the tenant has no dot.
fn is_management_api(indicator: &str) -> bool {
    indicator
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_suffix(".logto.app/api"))
        .is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('.'))
}
