//! Rules of a role inside organizations. That a name is unique in the tenant is the business of its
//! reservation.

#[cfg(test)]
mod scenarios;

use std::collections::BTreeSet;

use events::{
    Event, OrganizationRoleEvent, OrganizationRoleId, OrganizationScopeId, RoleType, ScopeId,
    StreamName, TenantId,
};

use crate::{Decider, Kind, Refusal, holding};

/// A role inside organizations.
pub struct OrganizationRole;

/// Wishes about a role inside organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganizationRoleCommand {
    /// Let it exist.
    CreateOrganizationRole {
        /// Unique in the tenant.
        name: String,
        /// For people.
        description: Option<String>,
        /// Who can hold it.
        role_type: RoleType,
        /// Organization scopes that it permits.
        scopes: Vec<OrganizationScopeId>,
        /// Scopes of API resources that it permits inside an organization.
        resource_scopes: Vec<ScopeId>,
    },
    /// Change members.
    ChangeOrganizationRole {
        /// New name.
        name: Option<String>,
        /// New description; `Some(None)` clears it.
        description: Option<Option<String>>,
        /// Who can hold it from now on.
        role_type: Option<RoleType>,
    },
    /// Permit more organization scopes; those permitted already are passed over.
    AssignScopes {
        /// Organization scopes.
        scopes: Vec<OrganizationScopeId>,
    },
    /// Permit exactly these organization scopes.
    ReplaceScopes {
        /// The whole set.
        scopes: Vec<OrganizationScopeId>,
    },
    /// Permit an organization scope no longer.
    UnassignScope {
        /// One that is permitted.
        scope: OrganizationScopeId,
    },
    /// Permit more scopes of API resources; those permitted already are passed over.
    AssignResourceScopes {
        /// Scopes.
        scopes: Vec<ScopeId>,
    },
    /// Permit exactly these scopes of API resources.
    ReplaceResourceScopes {
        /// The whole set.
        scopes: Vec<ScopeId>,
    },
    /// Permit a scope of an API resource no longer.
    UnassignResourceScope {
        /// One that is permitted.
        scope: ScopeId,
    },
    /// End it.
    DeleteOrganizationRole,
}

/// What the rules know of a role inside organizations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OrganizationRoleState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(OrganizationRoleTerms),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl OrganizationRoleState {
    /// The role, if it is there.
    pub fn terms(&self) -> Option<&OrganizationRoleTerms> {
        match self {
            Self::Present(terms) => Some(terms),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// What a role inside organizations is and permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationRoleTerms {
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Who can hold it.
    pub role_type: RoleType,
    /// Organization scopes that it permits; some may have been deleted since.
    pub scopes: BTreeSet<OrganizationScopeId>,
    /// Scopes of API resources that it permits inside an organization; some may have been deleted
    /// since.
    pub resource_scopes: BTreeSet<ScopeId>,
}

/// Why a wish about a role inside organizations is refused (contract: management-40).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationRoleRefusal {
    /// Never created, or deleted.
    #[error("the organization role does not exist")]
    Absent,
    /// The id was used before.
    #[error("the organization role exists already")]
    Exists,
    /// The scope to take away is not permitted.
    #[error("the organization role does not have the scope")]
    ScopeNotFound,
}

impl Refusal for OrganizationRoleRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_exists_with_id",
            Self::Exists => "entity.unique_integrity_violation",
            Self::ScopeNotFound => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent | Self::ScopeNotFound => Kind::Absent,
            Self::Exists => Kind::Unprocessable,
        }
    }
}

impl Decider for OrganizationRole {
    type Id = OrganizationRoleId;
    type Command = OrganizationRoleCommand;
    type Event = OrganizationRoleEvent;
    type Refusal = OrganizationRoleRefusal;
    type State = OrganizationRoleState;

    fn stream(tenant: &TenantId, id: &OrganizationRoleId) -> StreamName {
        StreamName::organization_role(tenant, id)
    }

    fn event(event: &Event) -> Option<&OrganizationRoleEvent> {
        if let Event::OrganizationRole(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &OrganizationRoleState,
        command: OrganizationRoleCommand,
    ) -> Result<Vec<OrganizationRoleEvent>, OrganizationRoleRefusal> {
        use OrganizationRoleCommand as Command;
        use OrganizationRoleState::{Absent, Deleted, Present};
        match (state, command) {
            (Present(terms), command) => decide_present(terms, command),
            (
                Absent,
                Command::CreateOrganizationRole {
                    name,
                    description,
                    role_type,
                    scopes,
                    resource_scopes,
                },
            ) => Ok(vec![OrganizationRoleEvent::OrganizationRoleCreated {
                name,
                description,
                role_type,
                scopes: holding::distinct(scopes),
                resource_scopes: holding::distinct(resource_scopes),
            }]),
            (Deleted, Command::CreateOrganizationRole { .. }) => {
                Err(OrganizationRoleRefusal::Exists)
            }
            (
                Absent | Deleted,
                Command::ChangeOrganizationRole { .. }
                | Command::AssignScopes { .. }
                | Command::ReplaceScopes { .. }
                | Command::UnassignScope { .. }
                | Command::AssignResourceScopes { .. }
                | Command::ReplaceResourceScopes { .. }
                | Command::UnassignResourceScope { .. }
                | Command::DeleteOrganizationRole,
            ) => Err(OrganizationRoleRefusal::Absent),
        }
    }

    fn evolve(
        state: OrganizationRoleState,
        event: &OrganizationRoleEvent,
    ) -> OrganizationRoleState {
        use OrganizationRoleEvent as Fact;
        use OrganizationRoleState::{Absent, Deleted, Present};
        match (state, event) {
            (
                Absent | Present(_),
                Fact::OrganizationRoleCreated {
                    name,
                    description,
                    role_type,
                    scopes,
                    resource_scopes,
                },
            ) => Present(OrganizationRoleTerms {
                name: name.clone(),
                description: description.clone(),
                role_type: *role_type,
                scopes: scopes.iter().cloned().collect(),
                resource_scopes: resource_scopes.iter().cloned().collect(),
            }),
            (
                Present(mut terms),
                Fact::OrganizationRoleChanged { name, description, role_type },
            ) => {
                terms.name.clone_from(name);
                terms.description.clone_from(description);
                terms.role_type = *role_type;
                Present(terms)
            }
            (Present(mut terms), Fact::OrganizationRoleScopesAssigned { scopes }) => {
                terms.scopes.extend(scopes.iter().cloned());
                Present(terms)
            }
            (Present(mut terms), Fact::OrganizationRoleScopesUnassigned { scopes }) => {
                terms.scopes.retain(|scope| !scopes.contains(scope));
                Present(terms)
            }
            (Present(mut terms), Fact::OrganizationRoleResourceScopesAssigned { scopes }) => {
                terms.resource_scopes.extend(scopes.iter().cloned());
                Present(terms)
            }
            (Present(mut terms), Fact::OrganizationRoleResourceScopesUnassigned { scopes }) => {
                terms.resource_scopes.retain(|scope| !scopes.contains(scope));
                Present(terms)
            }
            (Present(mut terms), Fact::OrganizationRoleResourceScopesSet { resource_scopes }) => {
                terms.resource_scopes = resource_scopes.iter().cloned().collect();
                Present(terms)
            }
            (Present(_), Fact::OrganizationRoleDeleted {}) | (Deleted, _) => Deleted,
            (
                Absent,
                Fact::OrganizationRoleChanged { .. }
                | Fact::OrganizationRoleScopesAssigned { .. }
                | Fact::OrganizationRoleScopesUnassigned { .. }
                | Fact::OrganizationRoleResourceScopesAssigned { .. }
                | Fact::OrganizationRoleResourceScopesUnassigned { .. }
                | Fact::OrganizationRoleResourceScopesSet { .. }
                | Fact::OrganizationRoleDeleted {},
            ) => Absent,
        }
    }
}

fn decide_present(
    terms: &OrganizationRoleTerms,
    command: OrganizationRoleCommand,
) -> Result<Vec<OrganizationRoleEvent>, OrganizationRoleRefusal> {
    use OrganizationRoleCommand as Command;
    use OrganizationRoleEvent as Fact;
    match command {
        Command::CreateOrganizationRole {
            name,
            description,
            role_type,
            scopes,
            resource_scopes,
        } => {
            let scopes = scopes.into_iter().collect();
            let resource_scopes = resource_scopes.into_iter().collect();
            let wish =
                OrganizationRoleTerms { name, description, role_type, scopes, resource_scopes };
            if *terms == wish { Ok(vec![]) } else { Err(OrganizationRoleRefusal::Exists) }
        }
        Command::ChangeOrganizationRole { name, description, role_type } => {
            let name = name.unwrap_or_else(|| terms.name.clone());
            let description = description.unwrap_or_else(|| terms.description.clone());
            let role_type = role_type.unwrap_or(terms.role_type);
            let is_same = terms.name == name
                && terms.description == description
                && terms.role_type == role_type;
            if is_same {
                return Ok(vec![]);
            }
            Ok(vec![Fact::OrganizationRoleChanged { name, description, role_type }])
        }
        Command::AssignScopes { scopes } => {
            Ok(scopes_assigned(holding::added(&terms.scopes, scopes)))
        }
        Command::ReplaceScopes { scopes } => {
            let mut events = scopes_unassigned(holding::removed(&terms.scopes, &scopes));
            events.extend(scopes_assigned(holding::added(&terms.scopes, scopes)));
            Ok(events)
        }
        Command::UnassignScope { scope } if terms.scopes.contains(&scope) => {
            Ok(scopes_unassigned(vec![scope]))
        }
        Command::AssignResourceScopes { scopes } => {
            Ok(resource_scopes_assigned(holding::added(&terms.resource_scopes, scopes)))
        }
        Command::ReplaceResourceScopes { scopes } => {
            let held = &terms.resource_scopes;
            let mut events = resource_scopes_unassigned(holding::removed(held, &scopes));
            events.extend(resource_scopes_assigned(holding::added(held, scopes)));
            Ok(events)
        }
        Command::UnassignResourceScope { scope } if terms.resource_scopes.contains(&scope) => {
            Ok(resource_scopes_unassigned(vec![scope]))
        }
        Command::UnassignScope { .. } | Command::UnassignResourceScope { .. } => {
            Err(OrganizationRoleRefusal::ScopeNotFound)
        }
        Command::DeleteOrganizationRole => Ok(vec![Fact::OrganizationRoleDeleted {}]),
    }
}

fn scopes_assigned(scopes: Vec<OrganizationScopeId>) -> Vec<OrganizationRoleEvent> {
    unless_empty(scopes, |scopes| OrganizationRoleEvent::OrganizationRoleScopesAssigned { scopes })
}

fn scopes_unassigned(scopes: Vec<OrganizationScopeId>) -> Vec<OrganizationRoleEvent> {
    let event = |scopes| OrganizationRoleEvent::OrganizationRoleScopesUnassigned { scopes };
    unless_empty(scopes, event)
}

fn resource_scopes_assigned(scopes: Vec<ScopeId>) -> Vec<OrganizationRoleEvent> {
    let event = |scopes| OrganizationRoleEvent::OrganizationRoleResourceScopesAssigned { scopes };
    unless_empty(scopes, event)
}

fn resource_scopes_unassigned(scopes: Vec<ScopeId>) -> Vec<OrganizationRoleEvent> {
    let event = |scopes| OrganizationRoleEvent::OrganizationRoleResourceScopesUnassigned { scopes };
    unless_empty(scopes, event)
}

fn unless_empty<T>(
    scopes: Vec<T>,
    event: impl Fn(Vec<T>) -> OrganizationRoleEvent,
) -> Vec<OrganizationRoleEvent> {
    if scopes.is_empty() { vec![] } else { vec![event(scopes)] }
}
