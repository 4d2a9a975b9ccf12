//! What can happen to a client of the provider.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    OrganizationId, OrganizationRoleId, OrganizationScopeId, Personal, RoleId, ScopeId, UnixMillis,
    UserId,
};

/// What can happen to a client of the provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ApplicationEvent {
    /// The client exists from here on.
    #[serde(rename = "ApplicationCreated.v1")]
    ApplicationCreated {
        /// Kind of client; never changes.
        application_type: ApplicationType,
        /// Run by somebody else, so that users are asked for consent; never changes.
        is_third_party: bool,
        /// Everything that can change.
        settings: ApplicationSettings,
    },
    /// Settings changed.
    #[serde(rename = "ApplicationChanged.v1")]
    ApplicationChanged {
        /// The changed members with their whole new values.
        change: ApplicationChange,
    },
    /// One more secret authenticates the client.
    #[serde(rename = "ApplicationSecretCreated.v1")]
    ApplicationSecretCreated {
        /// Unique in the application.
        name: String,
        /// SHA-256 of the secret in base64url: all that checking needs.
        sha256: String,
        /// From this moment on it authenticates nobody.
        expires_at: Option<UnixMillis>,
        /// The secret itself: administrators can read it again by contract.
        personal: Personal<ApplicationSecretValue>,
    },
    /// A secret got another name.
    #[serde(rename = "ApplicationSecretRenamed.v1")]
    ApplicationSecretRenamed {
        /// Name before.
        from: String,
        /// Name from now on.
        to: String,
    },
    /// A secret authenticates nobody any more.
    #[serde(rename = "ApplicationSecretDeleted.v1")]
    ApplicationSecretDeleted {
        /// Name of the secret.
        name: String,
    },
    /// Machine roles were given.
    #[serde(rename = "ApplicationRolesAssigned.v1")]
    ApplicationRolesAssigned {
        /// Those not held before.
        roles: Vec<RoleId>,
    },
    /// Machine roles were taken away.
    #[serde(rename = "ApplicationRolesUnassigned.v1")]
    ApplicationRolesUnassigned {
        /// Those held before.
        roles: Vec<RoleId>,
    },
    /// A third-party client may ask users for more.
    #[serde(rename = "ApplicationConsentScopesAdded.v1")]
    ApplicationConsentScopesAdded(ConsentScopes),
    /// A third-party client may ask users for less.
    #[serde(rename = "ApplicationConsentScopesRemoved.v1")]
    ApplicationConsentScopesRemoved(ConsentScopes),
    /// Who may use the client is decided anew.
    #[serde(rename = "ApplicationAccessControlChanged.v1")]
    ApplicationAccessControlChanged(AccessControl),
    /// The client is gone.
    #[serde(rename = "ApplicationDeleted.v1")]
    ApplicationDeleted {},
}

/// Kind of client; spelled as in the Management API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApplicationType {
    /// Installed on a device.
    Native,
    /// Runs in a browser.
    #[serde(rename = "SPA")]
    Spa,
    /// Runs on a server and signs users in.
    Traditional,
    /// Runs on a server and acts for itself.
    MachineToMachine,
}

impl ApplicationType {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Native => "Native",
            Self::Spa => "SPA",
            Self::Traditional => "Traditional",
            Self::MachineToMachine => "MachineToMachine",
        }
    }

    /// Whether clients of this type hold secrets.
    pub fn has_secrets(self) -> bool {
        match self {
            Self::Traditional | Self::MachineToMachine => true,
            Self::Native | Self::Spa => false,
        }
    }
}

/// Everything about a client that can change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplicationSettings {
    /// Name shown to people.
    pub name: String,
    /// For administrators.
    pub description: Option<String>,
    /// Metadata of OpenID Connect registration, members as in the Management API.
    pub oidc_client_metadata: Map<String, Value>,
    /// Lifetimes and switches, members as in the Management API.
    pub custom_client_metadata: Map<String, Value>,
    /// Whatever the administrator keeps with the application.
    pub custom_data: Map<String, Value>,
}

/// Whole new values of changed members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplicationChange {
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New description; `Some(None)` clears it.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// New registration metadata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_client_metadata: Option<Map<String, Value>>,
    /// New lifetimes and switches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_client_metadata: Option<Map<String, Value>>,
    /// New custom data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<Map<String, Value>>,
}

fn present<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(input).map(Some)
}

/// What a third-party client may ask users for, beyond `openid` and `offline_access`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentScopes {
    /// Scopes of OpenID Connect, by name.
    pub user_scopes: Vec<String>,
    /// Scopes of API resources that come from the user's own roles.
    pub resource_scopes: Vec<ScopeId>,
    /// Scopes inside organizations.
    pub organization_scopes: Vec<OrganizationScopeId>,
    /// Scopes of API resources that come from the user's roles in an organization.
    pub organization_resource_scopes: Vec<ScopeId>,
}

/// Who may use a client. A user passes who is named, holds a named role, or is in a named
/// organization (with one of the named roles there, if the organization has a rule).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessControl {
    /// Whether the lists count; if not, everybody may.
    pub enabled: bool,
    /// Users by name.
    pub users: Vec<UserId>,
    /// Holders of these roles.
    pub user_roles: Vec<RoleId>,
    /// Members of these organizations.
    pub organizations: Vec<OrganizationId>,
    /// Members of an organization who hold one of these roles there.
    pub organization_role_rules: Vec<OrganizationRoleRule>,
}

/// Members of an organization with certain roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRoleRule {
    /// The organization.
    pub organization: OrganizationId,
    /// Holding one of these is enough.
    pub roles: Vec<OrganizationRoleId>,
}

/// The secret of a client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationSecretValue {
    /// 32 characters of `[0-9A-Za-z]`.
    pub value: String,
}

impl std::fmt::Debug for ApplicationSecretValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ApplicationSecretValue(redacted)")
    }
}
