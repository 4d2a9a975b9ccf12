//! Rules of a role of users or machines: what it permits, and that its type is for ever.
//! That a name is unique in the tenant is the business of its reservation.

#[cfg(test)]
mod scenarios;

use std::collections::BTreeSet;

use events::{Event, RoleEvent, RoleId, RoleType, ScopeId, StreamName, TenantId};

use crate::{Decider, Kind, Refusal, holding};

/// Names that begin so are Evident's own.
const RESERVED: &str = "#internal:";

/// A role of users or machines.
pub struct Role;

/// Wishes about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleCommand {
    /// Let it exist.
    CreateRole {
        /// Unique in the tenant.
        name: String,
        /// For people.
        description: String,
        /// Who can hold it.
        role_type: RoleType,
        /// Whether every new user gets it.
        is_default: bool,
        /// What it permits.
        scopes: Vec<ScopeId>,
    },
    /// Change members.
    ChangeRole {
        /// New name.
        name: Option<String>,
        /// New description.
        description: Option<String>,
        /// Whether every new user gets it from now on.
        is_default: Option<bool>,
    },
    /// Permit more.
    GrantScopes {
        /// None of them permitted yet.
        scopes: Vec<ScopeId>,
    },
    /// Permit less.
    RevokeScope {
        /// One that is permitted.
        scope: ScopeId,
    },
    /// Forget scopes that are gone, if they are permitted.
    DropScopes {
        /// Scopes that are gone.
        scopes: Vec<ScopeId>,
    },
    /// End it.
    DeleteRole,
}

/// What the rules know of a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RoleState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(RoleTerms),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl RoleState {
    /// The role, if it is there.
    pub fn terms(&self) -> Option<&RoleTerms> {
        match self {
            Self::Present(terms) => Some(terms),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// What a role is and permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleTerms {
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: String,
    /// Who can hold it.
    pub role_type: RoleType,
    /// Whether every new user gets it.
    pub is_default: bool,
    /// What it permits.
    pub scopes: BTreeSet<ScopeId>,
}

/// Why a wish about a role is refused (contract: management-30-authz 3 and 6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefusal {
    /// Never created, or deleted.
    #[error("the role does not exist")]
    Absent,
    /// The id was used before.
    #[error("the role exists already")]
    Exists,
    /// The name, held or wished for, is Evident's own.
    #[error("internal roles cannot be changed")]
    Internal,
    /// A scope to grant is permitted already.
    #[error("the role has the scope already")]
    ScopeExists,
    /// The scope to revoke is not permitted.
    #[error("the role does not have the scope")]
    ScopeNotFound,
}

impl Refusal for RoleRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_exists_with_id",
            Self::Exists => "entity.unique_integrity_violation",
            Self::Internal => "role.internal_role_violation",
            Self::ScopeExists => "role.scope_exists",
            Self::ScopeNotFound => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent | Self::ScopeNotFound => Kind::Absent,
            Self::Internal => Kind::Forbidden,
            Self::Exists | Self::ScopeExists => Kind::Unprocessable,
        }
    }
}

impl Decider for Role {
    type Id = RoleId;
    type Command = RoleCommand;
    type Event = RoleEvent;
    type Refusal = RoleRefusal;
    type State = RoleState;

    fn stream(tenant: &TenantId, id: &RoleId) -> StreamName {
        StreamName::role(tenant, id)
    }

    fn event(event: &Event) -> Option<&RoleEvent> {
        if let Event::Role(event) = event { Some(event) } else { None }
    }

    fn decide(state: &RoleState, command: RoleCommand) -> Result<Vec<RoleEvent>, RoleRefusal> {
        match (state, command) {
            (RoleState::Present(terms), command) => decide_present(terms, command),
            (
                RoleState::Absent,
                RoleCommand::CreateRole { name, description, role_type, is_default, scopes },
            ) => {
                check_name(&name)?;
                let scopes = holding::distinct(scopes);
                Ok(vec![RoleEvent::RoleCreated {
                    name,
                    description,
                    role_type,
                    is_default,
                    scopes,
                }])
            }
            (RoleState::Deleted, RoleCommand::CreateRole { .. }) => Err(RoleRefusal::Exists),
            (RoleState::Absent | RoleState::Deleted, RoleCommand::DropScopes { .. }) => Ok(vec![]),
            (
                RoleState::Absent | RoleState::Deleted,
                RoleCommand::ChangeRole { .. }
                | RoleCommand::GrantScopes { .. }
                | RoleCommand::RevokeScope { .. }
                | RoleCommand::DeleteRole,
            ) => Err(RoleRefusal::Absent),
        }
    }

    fn evolve(state: RoleState, event: &RoleEvent) -> RoleState {
        match (state, event) {
            (
                RoleState::Absent | RoleState::Present(_),
                RoleEvent::RoleCreated { name, description, role_type, is_default, scopes },
            ) => RoleState::Present(RoleTerms {
                name: name.clone(),
                description: description.clone(),
                role_type: *role_type,
                is_default: *is_default,
                scopes: scopes.iter().cloned().collect(),
            }),
            (
                RoleState::Present(mut terms),
                RoleEvent::RoleChanged { name, description, is_default },
            ) => {
                terms.name.clone_from(name);
                terms.description.clone_from(description);
                terms.is_default = *is_default;
                RoleState::Present(terms)
            }
            (RoleState::Present(mut terms), RoleEvent::RoleScopesGranted { scopes }) => {
                terms.scopes.extend(scopes.iter().cloned());
                RoleState::Present(terms)
            }
            (RoleState::Present(mut terms), RoleEvent::RoleScopesRevoked { scopes }) => {
                terms.scopes.retain(|scope| !scopes.contains(scope));
                RoleState::Present(terms)
            }
            (RoleState::Present(_), RoleEvent::RoleDeleted {}) | (RoleState::Deleted, _) => {
                RoleState::Deleted
            }
            (
                RoleState::Absent,
                RoleEvent::RoleChanged { .. }
                | RoleEvent::RoleScopesGranted { .. }
                | RoleEvent::RoleScopesRevoked { .. }
                | RoleEvent::RoleDeleted {},
            ) => RoleState::Absent,
        }
    }
}

fn decide_present(terms: &RoleTerms, command: RoleCommand) -> Result<Vec<RoleEvent>, RoleRefusal> {
    match command {
        RoleCommand::CreateRole { name, description, role_type, is_default, scopes } => {
            let scopes = scopes.into_iter().collect();
            let wish = RoleTerms { name, description, role_type, is_default, scopes };
            if *terms == wish { Ok(vec![]) } else { Err(RoleRefusal::Exists) }
        }
        RoleCommand::ChangeRole { name, description, is_default } => {
            check_name(&terms.name)?;
            let name = name.unwrap_or_else(|| terms.name.clone());
            let description = description.unwrap_or_else(|| terms.description.clone());
            let is_default = is_default.unwrap_or(terms.is_default);
            check_name(&name)?;
            let is_same = terms.name == name
                && terms.description == description
                && terms.is_default == is_default;
            if is_same {
                return Ok(vec![]);
            }
            Ok(vec![RoleEvent::RoleChanged { name, description, is_default }])
        }
        RoleCommand::GrantScopes { scopes } => {
            check_name(&terms.name)?;
            if scopes.iter().any(|scope| terms.scopes.contains(scope)) {
                return Err(RoleRefusal::ScopeExists);
            }
            let scopes = holding::distinct(scopes);
            if scopes.is_empty() {
                return Ok(vec![]);
            }
            Ok(vec![RoleEvent::RoleScopesGranted { scopes }])
        }
        RoleCommand::RevokeScope { scope } => {
            check_name(&terms.name)?;
            if !terms.scopes.contains(&scope) {
                return Err(RoleRefusal::ScopeNotFound);
            }
            Ok(vec![RoleEvent::RoleScopesRevoked { scopes: vec![scope] }])
        }
        RoleCommand::DropScopes { scopes } => {
            let scopes = holding::held(&terms.scopes, scopes);
            if scopes.is_empty() {
                return Ok(vec![]);
            }
            Ok(vec![RoleEvent::RoleScopesRevoked { scopes }])
        }
        RoleCommand::DeleteRole => {
            check_name(&terms.name)?;
            Ok(vec![RoleEvent::RoleDeleted {}])
        }
    }
}

fn check_name(name: &str) -> Result<(), RoleRefusal> {
    if name.starts_with(RESERVED) { Err(RoleRefusal::Internal) } else { Ok(()) }
}
