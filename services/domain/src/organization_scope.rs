//! Rules of a permission inside organizations. That a name is unique in the tenant is the business of
//! its reservation.

use events::{Event, OrganizationScopeEvent, OrganizationScopeId, StreamName, TenantId};

use crate::{Decider, Kind, Refusal};

/// A permission inside organizations.
pub struct OrganizationScope;

/// Wishes about a permission inside organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganizationScopeCommand {
    /// Let it exist.
    CreateOrganizationScope {
        /// Unique in the tenant.
        name: String,
        /// For people.
        description: Option<String>,
    },
    /// Change members.
    ChangeOrganizationScope {
        /// New name.
        name: Option<String>,
        /// New description; `Some(None)` clears it.
        description: Option<Option<String>>,
    },
    /// End it.
    DeleteOrganizationScope,
}

/// What the rules know of a permission inside organizations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OrganizationScopeState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(OrganizationScopeTerms),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl OrganizationScopeState {
    /// The scope, if it is there.
    pub fn terms(&self) -> Option<&OrganizationScopeTerms> {
        match self {
            Self::Present(terms) => Some(terms),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// What a permission inside organizations is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationScopeTerms {
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// Why a wish about a permission inside organizations is refused (contract: management-40 §2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationScopeRefusal {
    /// Never created, or deleted.
    #[error("the organization scope does not exist")]
    Absent,
    /// The id was used before.
    #[error("the organization scope exists already")]
    Exists,
}

impl Refusal for OrganizationScopeRefusal {
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

impl Decider for OrganizationScope {
    type Id = OrganizationScopeId;
    type Command = OrganizationScopeCommand;
    type Event = OrganizationScopeEvent;
    type Refusal = OrganizationScopeRefusal;
    type State = OrganizationScopeState;

    fn stream(tenant: &TenantId, id: &OrganizationScopeId) -> StreamName {
        StreamName::organization_scope(tenant, id)
    }

    fn event(event: &Event) -> Option<&OrganizationScopeEvent> {
        if let Event::OrganizationScope(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &OrganizationScopeState,
        command: OrganizationScopeCommand,
    ) -> Result<Vec<OrganizationScopeEvent>, OrganizationScopeRefusal> {
        use OrganizationScopeCommand as Command;
        use OrganizationScopeState::{Absent, Deleted, Present};
        match (state, command) {
            (Absent, Command::CreateOrganizationScope { name, description }) => {
                Ok(vec![OrganizationScopeEvent::OrganizationScopeCreated { name, description }])
            }
            (Present(terms), Command::CreateOrganizationScope { name, description }) => {
                let wish = OrganizationScopeTerms { name, description };
                if *terms == wish { Ok(vec![]) } else { Err(OrganizationScopeRefusal::Exists) }
            }
            (Deleted, Command::CreateOrganizationScope { .. }) => {
                Err(OrganizationScopeRefusal::Exists)
            }
            (Present(terms), Command::ChangeOrganizationScope { name, description }) => {
                let name = name.unwrap_or_else(|| terms.name.clone());
                let description = description.unwrap_or_else(|| terms.description.clone());
                if terms.name == name && terms.description == description {
                    return Ok(vec![]);
                }
                Ok(vec![OrganizationScopeEvent::OrganizationScopeChanged { name, description }])
            }
            (Present(_), Command::DeleteOrganizationScope) => {
                Ok(vec![OrganizationScopeEvent::OrganizationScopeDeleted {}])
            }
            (
                Absent | Deleted,
                Command::ChangeOrganizationScope { .. } | Command::DeleteOrganizationScope,
            ) => Err(OrganizationScopeRefusal::Absent),
        }
    }

    fn evolve(
        state: OrganizationScopeState,
        event: &OrganizationScopeEvent,
    ) -> OrganizationScopeState {
        use OrganizationScopeEvent as Fact;
        use OrganizationScopeState::{Absent, Deleted, Present};
        match (state, event) {
            (Absent | Present(_), Fact::OrganizationScopeCreated { name, description })
            | (Present(_), Fact::OrganizationScopeChanged { name, description }) => {
                Present(OrganizationScopeTerms {
                    name: name.clone(),
                    description: description.clone(),
                })
            }
            (Present(_), Fact::OrganizationScopeDeleted {}) | (Deleted, _) => Deleted,
            (Absent, Fact::OrganizationScopeChanged { .. } | Fact::OrganizationScopeDeleted {}) => {
                Absent
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::given;

    fn created() -> OrganizationScopeEvent {
        OrganizationScopeEvent::OrganizationScopeCreated { name: "read".into(), description: None }
    }

    fn create(name: &str) -> OrganizationScopeCommand {
        OrganizationScopeCommand::CreateOrganizationScope { name: name.into(), description: None }
    }

    #[test]
    fn an_organization_scope_is_created_once() {
        given::<OrganizationScope>([]).when(create("read")).then([created()]);
        let past = given::<OrganizationScope>([created()]);
        past.when(create("read")).then_nothing();
        past.when(create("write")).then_refused(OrganizationScopeRefusal::Exists);
    }

    #[test]
    fn an_organization_scope_is_changed_as_a_whole() {
        let changed = OrganizationScopeEvent::OrganizationScopeChanged {
            name: "read".into(),
            description: Some("Reads".into()),
        };
        let command = OrganizationScopeCommand::ChangeOrganizationScope {
            name: None,
            description: Some(Some("Reads".into())),
        };
        let past = given::<OrganizationScope>([created()]);
        past.when(command.clone()).then([changed.clone()]);
        given::<OrganizationScope>([created(), changed]).when(command).then_nothing();
    }

    #[test]
    fn a_deleted_organization_scope_is_gone_for_good() {
        let deleted = OrganizationScopeEvent::OrganizationScopeDeleted {};
        given::<OrganizationScope>([created()])
            .when(OrganizationScopeCommand::DeleteOrganizationScope)
            .then([deleted.clone()]);
        let gone = given::<OrganizationScope>([created(), deleted]);
        gone.when(OrganizationScopeCommand::DeleteOrganizationScope)
            .then_refused(OrganizationScopeRefusal::Absent);
        gone.when(create("read")).then_refused(OrganizationScopeRefusal::Exists);
    }
}
