//! Rules of a tenant: it is created once, and may have one default resource.

use events::{Event, ResourceId, StreamName, TenantEvent, TenantId};

use crate::{Decider, Kind, Refusal};

/// A tenant: issuer, keys, users and configuration of its own.
pub struct Tenant;

/// Wishes about a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantCommand {
    /// Let it exist.
    CreateTenant {
        /// Name shown to its administrators.
        name: String,
    },
    /// Say what a token request means that names no resource.
    ChooseDefaultResource {
        /// The resource, or none.
        resource: Option<ResourceId>,
    },
}

/// What the rules know of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TenantState {
    /// Not created.
    #[default]
    Absent,
    /// Created.
    Present {
        /// Name shown to its administrators.
        name: String,
        /// What a token request means that names no resource.
        default_resource: Option<ResourceId>,
    },
}

impl TenantState {
    /// Whether the tenant was created.
    pub fn exists(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Present { .. } => true,
        }
    }

    /// The resource that a token request means when it names none.
    pub fn default_resource(&self) -> Option<&ResourceId> {
        match self {
            Self::Absent => None,
            Self::Present { default_resource, .. } => default_resource.as_ref(),
        }
    }
}

/// Why a wish about a tenant is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenantRefusal {
    /// Never created.
    #[error("the tenant does not exist")]
    Absent,
    /// Created before, with another name.
    #[error("the tenant exists already")]
    Exists,
}

impl Refusal for TenantRefusal {
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

impl Decider for Tenant {
    type Id = ();
    type Command = TenantCommand;
    type Event = TenantEvent;
    type Refusal = TenantRefusal;
    type State = TenantState;

    fn stream(tenant: &TenantId, (): &()) -> StreamName {
        StreamName::of_tenant(tenant)
    }

    fn event(event: &Event) -> Option<&TenantEvent> {
        if let Event::Tenant(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &TenantState,
        command: TenantCommand,
    ) -> Result<Vec<TenantEvent>, TenantRefusal> {
        match (state, command) {
            (TenantState::Absent, TenantCommand::CreateTenant { name }) => {
                Ok(vec![TenantEvent::TenantCreated { name }])
            }
            (TenantState::Present { name: held, .. }, TenantCommand::CreateTenant { name }) => {
                if *held == name {
                    Ok(vec![])
                } else {
                    Err(TenantRefusal::Exists)
                }
            }
            (TenantState::Absent, TenantCommand::ChooseDefaultResource { .. }) => {
                Err(TenantRefusal::Absent)
            }
            (
                TenantState::Present { default_resource, .. },
                TenantCommand::ChooseDefaultResource { resource },
            ) => {
                if *default_resource == resource {
                    return Ok(vec![]);
                }
                Ok(vec![TenantEvent::DefaultResourceChosen { resource }])
            }
        }
    }

    fn evolve(state: TenantState, event: &TenantEvent) -> TenantState {
        match (state, event) {
            (
                TenantState::Absent | TenantState::Present { .. },
                TenantEvent::TenantCreated { name },
            ) => TenantState::Present { name: name.clone(), default_resource: None },
            (
                TenantState::Present { name, .. },
                TenantEvent::DefaultResourceChosen { resource },
            ) => TenantState::Present { name, default_resource: resource.clone() },
            (TenantState::Absent, TenantEvent::DefaultResourceChosen { .. }) => TenantState::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn created() -> TenantEvent {
        TenantEvent::TenantCreated { name: "Acme".into() }
    }

    fn chosen(resource: Option<&str>) -> TenantEvent {
        TenantEvent::DefaultResourceChosen { resource: resource.map(id) }
    }

    fn choose(resource: Option<&str>) -> TenantCommand {
        TenantCommand::ChooseDefaultResource { resource: resource.map(id) }
    }

    #[test]
    fn a_tenant_is_created_once() {
        let create = TenantCommand::CreateTenant { name: "Acme".into() };
        given::<Tenant>([]).when(create.clone()).then([created()]);
        given::<Tenant>([created()]).when(create).then_nothing();
        given::<Tenant>([created()])
            .when(TenantCommand::CreateTenant { name: "Other".into() })
            .then_refused(TenantRefusal::Exists);
    }

    #[test]
    fn the_default_resource_is_chosen_changed_and_cleared() {
        given::<Tenant>([created()]).when(choose(Some("r1"))).then([chosen(Some("r1"))]);
        let past = given::<Tenant>([created(), chosen(Some("r1"))]);
        past.when(choose(Some("r1"))).then_nothing();
        past.when(choose(Some("r2"))).then([chosen(Some("r2"))]);
        past.when(choose(None)).then([chosen(None)]);
        assert_eq!(past.state().default_resource(), Some(&id("r1")));
        given::<Tenant>([created()]).when(choose(None)).then_nothing();
    }

    #[test]
    fn an_absent_tenant_chooses_nothing() {
        given::<Tenant>([]).when(choose(None)).then_refused(TenantRefusal::Absent);
        assert!(!given::<Tenant>([]).state().exists());
    }
}
