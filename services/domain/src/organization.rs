//! Rules of an organization: created once, changed while it is there, gone for good. Who belongs to it
//! is the business of each [`crate::Membership`].

use events::{
    Event, OrganizationChange, OrganizationEvent, OrganizationId, OrganizationSettings, StreamName,
    TenantId,
};

use crate::{Decider, Kind, Refusal};

/// An organization.
pub struct Organization;

/// Wishes about an organization.
#[derive(Debug, Clone, PartialEq)]
pub enum OrganizationCommand {
    /// Let it exist.
    CreateOrganization {
        /// Everything about it.
        settings: OrganizationSettings,
    },
    /// Change members; those that already are so are left out.
    ChangeOrganization {
        /// New values.
        change: OrganizationChange,
    },
    /// End it.
    DeleteOrganization,
}

/// What the rules know of an organization.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum OrganizationState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(Box<OrganizationSettings>),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl OrganizationState {
    /// The organization, if it is there.
    pub fn settings(&self) -> Option<&OrganizationSettings> {
        match self {
            Self::Present(settings) => Some(settings),
            Self::Absent | Self::Deleted => None,
        }
    }

    /// Whether it is there.
    pub fn is_present(&self) -> bool {
        self.settings().is_some()
    }

    /// Whether members without a second factor get no organization token.
    pub fn is_mfa_required(&self) -> bool {
        self.settings().is_some_and(|settings| settings.is_mfa_required)
    }
}

/// Why a wish about an organization is refused (contract: management-40 §1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationRefusal {
    /// Never created, or deleted.
    #[error("the organization does not exist")]
    Absent,
    /// The id was used before.
    #[error("the organization exists already")]
    Exists,
}

impl Refusal for OrganizationRefusal {
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

impl Decider for Organization {
    type Id = OrganizationId;
    type Command = OrganizationCommand;
    type Event = OrganizationEvent;
    type Refusal = OrganizationRefusal;
    type State = OrganizationState;

    fn stream(tenant: &TenantId, id: &OrganizationId) -> StreamName {
        StreamName::organization(tenant, id)
    }

    fn event(event: &Event) -> Option<&OrganizationEvent> {
        if let Event::Organization(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &OrganizationState,
        command: OrganizationCommand,
    ) -> Result<Vec<OrganizationEvent>, OrganizationRefusal> {
        use OrganizationCommand::{ChangeOrganization, CreateOrganization, DeleteOrganization};
        use OrganizationState::{Absent, Deleted, Present};
        match (state, command) {
            (Absent, CreateOrganization { settings }) => {
                Ok(vec![OrganizationEvent::OrganizationCreated { settings }])
            }
            (Present(held), CreateOrganization { settings }) => {
                if **held == settings {
                    Ok(vec![])
                } else {
                    Err(OrganizationRefusal::Exists)
                }
            }
            (Deleted, CreateOrganization { .. }) => Err(OrganizationRefusal::Exists),
            (Present(held), ChangeOrganization { change }) => {
                let change = differing(held, change);
                if change == OrganizationChange::default() {
                    return Ok(vec![]);
                }
                Ok(vec![OrganizationEvent::OrganizationChanged { change }])
            }
            (Present(_), DeleteOrganization) => Ok(vec![OrganizationEvent::OrganizationDeleted {}]),
            (Absent | Deleted, ChangeOrganization { .. } | DeleteOrganization) => {
                Err(OrganizationRefusal::Absent)
            }
        }
    }

    fn evolve(state: OrganizationState, event: &OrganizationEvent) -> OrganizationState {
        use OrganizationState::{Absent, Deleted, Present};
        match (state, event) {
            (Absent | Present(_), OrganizationEvent::OrganizationCreated { settings }) => {
                Present(Box::new(settings.clone()))
            }
            (Present(mut settings), OrganizationEvent::OrganizationChanged { change }) => {
                apply(&mut settings, change);
                Present(settings)
            }
            (Present(_), OrganizationEvent::OrganizationDeleted {}) | (Deleted, _) => Deleted,
            (
                Absent,
                OrganizationEvent::OrganizationChanged { .. }
                | OrganizationEvent::OrganizationDeleted {},
            ) => Absent,
        }
    }
}

/// The members of a change that differ from what is held.
fn differing(held: &OrganizationSettings, change: OrganizationChange) -> OrganizationChange {
    fn unless<T: PartialEq>(held: &T, wished: Option<T>) -> Option<T> {
        wished.filter(|wished| wished != held)
    }
    OrganizationChange {
        name: unless(&held.name, change.name),
        description: unless(&held.description, change.description),
        custom_data: unless(&held.custom_data, change.custom_data),
        is_mfa_required: unless(&held.is_mfa_required, change.is_mfa_required),
        color: unless(&held.color, change.color),
        branding: unless(&held.branding, change.branding),
        custom_css: unless(&held.custom_css, change.custom_css),
    }
}

fn apply(settings: &mut OrganizationSettings, change: &OrganizationChange) {
    fn set<T: Clone>(held: &mut T, new: Option<&T>) {
        if let Some(new) = new {
            held.clone_from(new);
        }
    }
    set(&mut settings.name, change.name.as_ref());
    set(&mut settings.description, change.description.as_ref());
    set(&mut settings.custom_data, change.custom_data.as_ref());
    set(&mut settings.is_mfa_required, change.is_mfa_required.as_ref());
    set(&mut settings.color, change.color.as_ref());
    set(&mut settings.branding, change.branding.as_ref());
    set(&mut settings.custom_css, change.custom_css.as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::given;

    fn settings(name: &str) -> OrganizationSettings {
        OrganizationSettings { name: name.into(), ..OrganizationSettings::default() }
    }

    fn created(name: &str) -> OrganizationEvent {
        OrganizationEvent::OrganizationCreated { settings: settings(name) }
    }

    fn create(name: &str) -> OrganizationCommand {
        OrganizationCommand::CreateOrganization { settings: settings(name) }
    }

    #[test]
    fn an_organization_is_created_once() {
        given::<Organization>([]).when(create("Acme")).then([created("Acme")]);
        let past = given::<Organization>([created("Acme")]);
        past.when(create("Acme")).then_nothing();
        past.when(create("Other")).then_refused(OrganizationRefusal::Exists);
    }

    #[test]
    fn a_change_records_only_what_differs() {
        let wished = OrganizationChange {
            name: Some("Acme".into()),
            description: Some(None),
            is_mfa_required: Some(true),
            ..OrganizationChange::default()
        };
        let recorded =
            OrganizationChange { is_mfa_required: Some(true), ..OrganizationChange::default() };
        let changed = OrganizationEvent::OrganizationChanged { change: recorded };
        let past = given::<Organization>([created("Acme")]);
        let command = OrganizationCommand::ChangeOrganization { change: wished };
        past.when(command.clone()).then([changed.clone()]);
        let after = given::<Organization>([created("Acme"), changed]);
        after.when(command).then_nothing();
        assert!(after.state().is_mfa_required() && !past.state().is_mfa_required());
    }

    #[test]
    fn a_cleared_member_is_cleared() {
        let held = OrganizationSettings { custom_css: Some("a".into()), ..settings("Acme") };
        let change = OrganizationChange { custom_css: Some(None), ..OrganizationChange::default() };
        let after = given::<Organization>([
            OrganizationEvent::OrganizationCreated { settings: held },
            OrganizationEvent::OrganizationChanged { change },
        ]);
        assert_eq!(after.state().settings().unwrap().custom_css, None);
    }

    #[test]
    fn a_deleted_organization_is_gone_for_good() {
        let deleted = OrganizationEvent::OrganizationDeleted {};
        given::<Organization>([created("Acme")])
            .when(OrganizationCommand::DeleteOrganization)
            .then([deleted.clone()]);
        let gone = given::<Organization>([created("Acme"), deleted]);
        assert!(!gone.state().is_present() && !gone.state().is_mfa_required());
        gone.when(OrganizationCommand::DeleteOrganization)
            .then_refused(OrganizationRefusal::Absent);
        gone.when(create("Acme")).then_refused(OrganizationRefusal::Exists);
        let change = OrganizationChange::default();
        given::<Organization>([])
            .when(OrganizationCommand::ChangeOrganization { change })
            .then_refused(OrganizationRefusal::Absent);
    }
}
