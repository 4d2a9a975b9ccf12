//! What the rules know of a client.

use std::collections::{BTreeMap, BTreeSet};

use events::{
    AccessControl, ApplicationChange, ApplicationEvent, ApplicationSettings, ApplicationType,
    ConsentScopes, RoleId, UnixMillis,
};

use super::consent_scopes;

/// What the rules know of a client.
#[derive(Debug, Clone, Default)]
pub enum ApplicationState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(Box<Client>),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl ApplicationState {
    /// The client, if it is there.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Self::Present(client) => Some(client),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// A client that is there.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) application_type: ApplicationType,
    pub(super) is_third_party: bool,
    pub(super) settings: ApplicationSettings,
    pub(super) secrets: BTreeMap<String, ClientSecret>,
    pub(super) roles: BTreeSet<RoleId>,
    pub(super) consent_scopes: ConsentScopes,
    pub(super) access_control: AccessControl,
}

/// What authenticates a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// SHA-256 of the secret in base64url.
    pub sha256: String,
    /// From this moment on it authenticates nobody.
    pub expires_at: Option<UnixMillis>,
}

impl Client {
    /// Kind of client.
    pub fn application_type(&self) -> ApplicationType {
        self.application_type
    }

    /// Whether somebody else runs it.
    pub fn is_third_party(&self) -> bool {
        self.is_third_party
    }

    /// Everything that can change.
    pub fn settings(&self) -> &ApplicationSettings {
        &self.settings
    }

    /// Secrets by name, expired ones among them.
    pub fn secrets(&self) -> &BTreeMap<String, ClientSecret> {
        &self.secrets
    }

    /// Machine roles held.
    pub fn roles(&self) -> &BTreeSet<RoleId> {
        &self.roles
    }

    /// What it may ask users for, if somebody else runs it.
    pub fn consent_scopes(&self) -> &ConsentScopes {
        &self.consent_scopes
    }

    /// Who may use it.
    pub fn access_control(&self) -> &AccessControl {
        &self.access_control
    }

    /// The client after one more event.
    pub(super) fn after(mut self, event: &ApplicationEvent) -> ApplicationState {
        match event {
            ApplicationEvent::ApplicationCreated { application_type, is_third_party, settings } => {
                self = Self::created(*application_type, *is_third_party, settings);
            }
            ApplicationEvent::ApplicationChanged { change } => apply(&mut self.settings, change),
            ApplicationEvent::ApplicationSecretCreated { name, sha256, expires_at, .. } => {
                let secret = ClientSecret { sha256: sha256.clone(), expires_at: *expires_at };
                self.secrets.insert(name.clone(), secret);
            }
            ApplicationEvent::ApplicationSecretRenamed { from, to } => {
                if let Some(secret) = self.secrets.remove(from) {
                    self.secrets.insert(to.clone(), secret);
                }
            }
            ApplicationEvent::ApplicationSecretDeleted { name } => {
                self.secrets.remove(name);
            }
            ApplicationEvent::ApplicationRolesAssigned { roles } => {
                self.roles.extend(roles.iter().cloned());
            }
            ApplicationEvent::ApplicationRolesUnassigned { roles } => {
                self.roles.retain(|role| !roles.contains(role));
            }
            ApplicationEvent::ApplicationConsentScopesAdded(added) => {
                consent_scopes::extend(&mut self.consent_scopes, added);
            }
            ApplicationEvent::ApplicationConsentScopesRemoved(removed) => {
                consent_scopes::subtract(&mut self.consent_scopes, removed);
            }
            ApplicationEvent::ApplicationAccessControlChanged(access) => {
                self.access_control.clone_from(access);
            }
            ApplicationEvent::ApplicationDeleted {} => return ApplicationState::Deleted,
        }
        ApplicationState::Present(Box::new(self))
    }

    /// A client that was just created.
    pub(super) fn created(
        application_type: ApplicationType,
        is_third_party: bool,
        settings: &ApplicationSettings,
    ) -> Self {
        Self {
            application_type,
            is_third_party,
            settings: settings.clone(),
            secrets: BTreeMap::new(),
            roles: BTreeSet::new(),
            consent_scopes: ConsentScopes::default(),
            access_control: AccessControl::default(),
        }
    }
}

fn apply(settings: &mut ApplicationSettings, change: &ApplicationChange) {
    let ApplicationChange {
        name,
        description,
        oidc_client_metadata,
        custom_client_metadata,
        custom_data,
    } = change.clone();
    if let Some(name) = name {
        settings.name = name;
    }
    if let Some(description) = description {
        settings.description = description;
    }
    if let Some(metadata) = oidc_client_metadata {
        settings.oidc_client_metadata = metadata;
    }
    if let Some(metadata) = custom_client_metadata {
        settings.custom_client_metadata = metadata;
    }
    if let Some(data) = custom_data {
        settings.custom_data = data;
    }
}
