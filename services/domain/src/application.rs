//! Rules of a client: its type is for ever, its type decides about secrets, roles and the device
//! flow, and third parties may do less. Whether a role is a machine role is the caller's to check.

mod access;
mod command;
mod consent_scopes;
mod refusal;
#[cfg(test)]
mod scenarios;
mod state;

use events::{
    ApplicationChange, ApplicationEvent, ApplicationId, ApplicationSecretValue, ApplicationType,
    Event, Personal, RoleId, StreamName, TenantId, UnixMillis,
};
use serde_json::{Map, Value};

pub use self::{
    command::{ApplicationCommand, ConsentScope, NewSecret},
    refusal::ApplicationRefusal,
    state::{ApplicationState, Client, ClientSecret},
};
use crate::{Decider, holding};

/// Switch in the custom client metadata: the client has no browser.
const DEVICE_FLOW: &str = "isDeviceFlow";
/// Switch in the custom client metadata: the client may exchange tokens.
const TOKEN_EXCHANGE: &str = "allowTokenExchange";

/// A client of the provider.
pub struct Application;

impl Decider for Application {
    type Id = ApplicationId;
    type Command = ApplicationCommand;
    type Event = ApplicationEvent;
    type Refusal = ApplicationRefusal;
    type State = ApplicationState;

    fn stream(tenant: &TenantId, id: &ApplicationId) -> StreamName {
        StreamName::application(tenant, id)
    }

    fn event(event: &Event) -> Option<&ApplicationEvent> {
        if let Event::Application(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &ApplicationState,
        command: ApplicationCommand,
    ) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
        match (state, command) {
            (ApplicationState::Present(client), command) => decide_present(client, command),
            (
                ApplicationState::Absent,
                ApplicationCommand::CreateApplication {
                    application_type,
                    is_third_party,
                    settings,
                    secret,
                },
            ) => {
                let client = Client::created(application_type, is_third_party, &settings);
                check_new(&client, secret.is_some())?;
                let created = ApplicationEvent::ApplicationCreated {
                    application_type,
                    is_third_party,
                    settings,
                };
                let secret = secret.map(|secret| secret_created(secret, None));
                Ok([created].into_iter().chain(secret).collect())
            }
            (ApplicationState::Deleted, ApplicationCommand::CreateApplication { .. }) => {
                Err(ApplicationRefusal::Exists)
            }
            (
                ApplicationState::Absent | ApplicationState::Deleted,
                ApplicationCommand::ChangeApplication { .. }
                | ApplicationCommand::CreateSecret { .. }
                | ApplicationCommand::RenameSecret { .. }
                | ApplicationCommand::DeleteSecret { .. }
                | ApplicationCommand::AssignRoles { .. }
                | ApplicationCommand::ReplaceRoles { .. }
                | ApplicationCommand::UnassignRole { .. }
                | ApplicationCommand::AddConsentScopes { .. }
                | ApplicationCommand::RemoveConsentScope { .. }
                | ApplicationCommand::SetAccessControl { .. }
                | ApplicationCommand::EnableAccessControl { .. }
                | ApplicationCommand::DeleteApplication,
            ) => Err(ApplicationRefusal::Absent),
        }
    }

    fn evolve(state: ApplicationState, event: &ApplicationEvent) -> ApplicationState {
        match (state, event) {
            (
                ApplicationState::Absent,
                ApplicationEvent::ApplicationCreated { application_type, is_third_party, settings },
            ) => {
                let client = Client::created(*application_type, *is_third_party, settings);
                ApplicationState::Present(Box::new(client))
            }
            (ApplicationState::Present(client), event) => client.after(event),
            (
                ApplicationState::Absent,
                ApplicationEvent::ApplicationChanged { .. }
                | ApplicationEvent::ApplicationSecretCreated { .. }
                | ApplicationEvent::ApplicationSecretRenamed { .. }
                | ApplicationEvent::ApplicationSecretDeleted { .. }
                | ApplicationEvent::ApplicationRolesAssigned { .. }
                | ApplicationEvent::ApplicationRolesUnassigned { .. }
                | ApplicationEvent::ApplicationConsentScopesAdded(_)
                | ApplicationEvent::ApplicationConsentScopesRemoved(_)
                | ApplicationEvent::ApplicationAccessControlChanged(_)
                | ApplicationEvent::ApplicationDeleted {},
            ) => ApplicationState::Absent,
            (ApplicationState::Deleted, _) => ApplicationState::Deleted,
        }
    }
}

fn decide_present(
    client: &Client,
    command: ApplicationCommand,
) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
    match command {
        ApplicationCommand::CreateApplication {
            application_type,
            is_third_party,
            settings,
            secret,
        } => {
            let is_same = client.application_type == application_type
                && client.is_third_party == is_third_party
                && client.settings == settings
                && secret.is_none_or(|secret| holds(client, &secret.name, &secret.sha256, None));
            if is_same { Ok(vec![]) } else { Err(ApplicationRefusal::Exists) }
        }
        ApplicationCommand::ChangeApplication { change } => changed(client, change),
        ApplicationCommand::CreateSecret { name, sha256, value, expires_at } => {
            if !client.application_type.has_secrets() {
                return Err(ApplicationRefusal::HasNoSecrets);
            }
            if holds(client, &name, &sha256, expires_at) {
                return Ok(vec![]);
            }
            if client.secrets.contains_key(&name) {
                return Err(ApplicationRefusal::SecretNameExists);
            }
            Ok(vec![secret_created(NewSecret { name, sha256, value }, expires_at)])
        }
        ApplicationCommand::RenameSecret { from, to } => {
            if !client.secrets.contains_key(&from) {
                return Err(ApplicationRefusal::SecretNotExists);
            }
            if from == to {
                return Ok(vec![]);
            }
            if client.secrets.contains_key(&to) {
                return Err(ApplicationRefusal::SecretNameExists);
            }
            Ok(vec![ApplicationEvent::ApplicationSecretRenamed { from, to }])
        }
        ApplicationCommand::DeleteSecret { name } => {
            if !client.secrets.contains_key(&name) {
                return Err(ApplicationRefusal::SecretNotFound);
            }
            Ok(vec![ApplicationEvent::ApplicationSecretDeleted { name }])
        }
        ApplicationCommand::AssignRoles { roles } => {
            check_machine(client)?;
            Ok(assigned(holding::added(&client.roles, roles)))
        }
        ApplicationCommand::ReplaceRoles { roles } => {
            check_machine(client)?;
            let mut events = unassigned(holding::removed(&client.roles, &roles));
            events.extend(assigned(holding::added(&client.roles, roles)));
            Ok(events)
        }
        ApplicationCommand::UnassignRole { role } => {
            check_machine(client)?;
            if !client.roles.contains(&role) {
                return Err(ApplicationRefusal::RoleNotAssigned);
            }
            Ok(unassigned(vec![role]))
        }
        ApplicationCommand::AddConsentScopes { scopes } => consent_scopes::add(client, scopes),
        ApplicationCommand::RemoveConsentScope { scope } => consent_scopes::remove(client, scope),
        ApplicationCommand::SetAccessControl { lists } => access::set(client, lists),
        ApplicationCommand::EnableAccessControl { enabled } => access::enable(client, enabled),
        ApplicationCommand::DeleteApplication => Ok(vec![ApplicationEvent::ApplicationDeleted {}]),
    }
}

fn check_new(client: &Client, has_secret: bool) -> Result<(), ApplicationRefusal> {
    let metadata = &client.settings.custom_client_metadata;
    let is_native = client.application_type == ApplicationType::Native;
    if is_on(metadata, DEVICE_FLOW) && !is_native {
        return Err(ApplicationRefusal::DeviceFlowNativeOnly);
    }
    if client.is_third_party && client.application_type == ApplicationType::MachineToMachine {
        return Err(ApplicationRefusal::InvalidThirdPartyType);
    }
    if client.is_third_party && is_on(metadata, TOKEN_EXCHANGE) {
        return Err(ApplicationRefusal::ThirdPartyTokenExchange);
    }
    if has_secret && !client.application_type.has_secrets() {
        return Err(ApplicationRefusal::HasNoSecrets);
    }
    Ok(())
}

fn check_machine(client: &Client) -> Result<(), ApplicationRefusal> {
    match client.application_type {
        ApplicationType::MachineToMachine => Ok(()),
        ApplicationType::Native | ApplicationType::Spa | ApplicationType::Traditional => {
            Err(ApplicationRefusal::InvalidType)
        }
    }
}

fn changed(
    client: &Client,
    wish: ApplicationChange,
) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
    let held = &client.settings;
    if let Some(metadata) = &wish.custom_client_metadata {
        if is_on(metadata, DEVICE_FLOW) != is_on(&held.custom_client_metadata, DEVICE_FLOW) {
            return Err(ApplicationRefusal::DeviceFlowNotChangeable);
        }
        if client.is_third_party && is_on(metadata, TOKEN_EXCHANGE) {
            return Err(ApplicationRefusal::ThirdPartyTokenExchange);
        }
    }
    let change = ApplicationChange {
        name: wish.name.filter(|new| *new != held.name),
        description: wish.description.filter(|new| *new != held.description),
        oidc_client_metadata: wish
            .oidc_client_metadata
            .filter(|new| *new != held.oidc_client_metadata),
        custom_client_metadata: wish
            .custom_client_metadata
            .filter(|new| *new != held.custom_client_metadata),
        custom_data: wish.custom_data.filter(|new| *new != held.custom_data),
    };
    if change == ApplicationChange::default() {
        return Ok(vec![]);
    }
    Ok(vec![ApplicationEvent::ApplicationChanged { change }])
}

/// Absent and `false` are the same.
fn is_on(metadata: &Map<String, Value>, switch: &str) -> bool {
    metadata.get(switch).and_then(Value::as_bool).unwrap_or_default()
}

fn holds(client: &Client, name: &str, sha256: &str, expires_at: Option<UnixMillis>) -> bool {
    client
        .secrets
        .get(name)
        .is_some_and(|held| held.sha256 == sha256 && held.expires_at == expires_at)
}

fn secret_created(
    NewSecret { name, sha256, value }: NewSecret,
    expires_at: Option<UnixMillis>,
) -> ApplicationEvent {
    let personal = Personal::Open(ApplicationSecretValue { value });
    ApplicationEvent::ApplicationSecretCreated { name, sha256, expires_at, personal }
}

fn assigned(roles: Vec<RoleId>) -> Vec<ApplicationEvent> {
    if roles.is_empty() {
        vec![]
    } else {
        vec![ApplicationEvent::ApplicationRolesAssigned { roles }]
    }
}

fn unassigned(roles: Vec<RoleId>) -> Vec<ApplicationEvent> {
    if roles.is_empty() {
        return vec![];
    }
    vec![ApplicationEvent::ApplicationRolesUnassigned { roles }]
}
