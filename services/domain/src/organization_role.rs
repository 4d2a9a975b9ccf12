//! Rules of a role inside organizations. That a name is unique in the tenant is the business of its
//! reservation.

use std::collections::BTreeSet;

use events::{
    Event, OrganizationRoleEvent, OrganizationRoleId, RoleType, ScopeId, StreamName, TenantId,
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
    /// Permit exactly these scopes of API resources.
    SetResourceScopes {
        /// The whole set.
        scopes: Vec<ScopeId>,
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
    /// Scopes of API resources that it permits inside an organization.
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
}

impl Refusal for OrganizationRoleRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_exists_with_id",
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent => Kind::Absent,
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
            (
                Absent,
                Command::CreateOrganizationRole { name, description, role_type, resource_scopes },
            ) => Ok(vec![OrganizationRoleEvent::OrganizationRoleCreated {
                name,
                description,
                role_type,
                resource_scopes: holding::distinct(resource_scopes),
            }]),
            (
                Present(terms),
                Command::CreateOrganizationRole { name, description, role_type, resource_scopes },
            ) => {
                let resource_scopes = resource_scopes.into_iter().collect();
                let wish = OrganizationRoleTerms { name, description, role_type, resource_scopes };
                if *terms == wish { Ok(vec![]) } else { Err(OrganizationRoleRefusal::Exists) }
            }
            (Deleted, Command::CreateOrganizationRole { .. }) => {
                Err(OrganizationRoleRefusal::Exists)
            }
            (Present(terms), Command::ChangeOrganizationRole { name, description, role_type }) => {
                let name = name.unwrap_or_else(|| terms.name.clone());
                let description = description.unwrap_or_else(|| terms.description.clone());
                let role_type = role_type.unwrap_or(terms.role_type);
                let is_same = terms.name == name
                    && terms.description == description
                    && terms.role_type == role_type;
                if is_same {
                    return Ok(vec![]);
                }
                Ok(vec![OrganizationRoleEvent::OrganizationRoleChanged {
                    name,
                    description,
                    role_type,
                }])
            }
            (Present(terms), Command::SetResourceScopes { scopes }) => {
                let resource_scopes = holding::distinct(scopes);
                if terms.resource_scopes == resource_scopes.iter().cloned().collect() {
                    return Ok(vec![]);
                }
                Ok(vec![OrganizationRoleEvent::OrganizationRoleResourceScopesSet {
                    resource_scopes,
                }])
            }
            (Present(_), Command::DeleteOrganizationRole) => {
                Ok(vec![OrganizationRoleEvent::OrganizationRoleDeleted {}])
            }
            (
                Absent | Deleted,
                Command::ChangeOrganizationRole { .. }
                | Command::SetResourceScopes { .. }
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
                Fact::OrganizationRoleCreated { name, description, role_type, resource_scopes },
            ) => Present(OrganizationRoleTerms {
                name: name.clone(),
                description: description.clone(),
                role_type: *role_type,
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
            (Present(mut terms), Fact::OrganizationRoleResourceScopesSet { resource_scopes }) => {
                terms.resource_scopes = resource_scopes.iter().cloned().collect();
                Present(terms)
            }
            (Present(_), Fact::OrganizationRoleDeleted {}) | (Deleted, _) => Deleted,
            (
                Absent,
                Fact::OrganizationRoleChanged { .. }
                | Fact::OrganizationRoleResourceScopesSet { .. }
                | Fact::OrganizationRoleDeleted {},
            ) => Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn ids(scopes: &[&str]) -> Vec<ScopeId> {
        scopes.iter().copied().map(id).collect()
    }

    fn created() -> OrganizationRoleEvent {
        OrganizationRoleEvent::OrganizationRoleCreated {
            name: "member".into(),
            description: None,
            role_type: RoleType::User,
            resource_scopes: ids(&["s1", "s2"]),
        }
    }

    fn create(name: &str) -> OrganizationRoleCommand {
        OrganizationRoleCommand::CreateOrganizationRole {
            name: name.into(),
            description: None,
            role_type: RoleType::User,
            resource_scopes: ids(&["s1", "s2", "s1"]),
        }
    }

    fn set(scopes: &[&str]) -> OrganizationRoleCommand {
        OrganizationRoleCommand::SetResourceScopes { scopes: ids(scopes) }
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
    fn the_scopes_are_set_as_a_whole_whatever_their_order() {
        let past = given::<OrganizationRole>([created()]);
        past.when(set(&["s2", "s1", "s2"])).then_nothing();
        past.when(set(&["s3", "s1", "s3"])).then([
            OrganizationRoleEvent::OrganizationRoleResourceScopesSet {
                resource_scopes: ids(&["s3", "s1"]),
            },
        ]);
        past.when(set(&[])).then([OrganizationRoleEvent::OrganizationRoleResourceScopesSet {
            resource_scopes: vec![],
        }]);
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
            .when(set(&["s1"]))
            .then_refused(OrganizationRoleRefusal::Absent);
    }
}
