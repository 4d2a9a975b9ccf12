//! Wishes about a client of the provider. No `Debug`: they carry secrets.

use events::{
    AccessControl, ApplicationChange, ApplicationSettings, ApplicationType, ConsentScopes,
    OrganizationScopeId, RoleId, ScopeId, UnixMillis,
};

/// A secret that comes with a new client.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// Name in the application.
    pub name: String,
    /// SHA-256 of the secret in base64url.
    pub sha256: String,
    /// The secret.
    pub value: String,
}

/// One thing that a third-party client may ask users for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentScope {
    /// A scope of OpenID Connect.
    User(String),
    /// A scope of an API resource.
    Resource(ScopeId),
    /// A scope inside organizations.
    Organization(OrganizationScopeId),
    /// A scope of an API resource inside organizations.
    OrganizationResource(ScopeId),
}

/// Wishes about a client of the provider.
#[derive(Clone)]
pub enum ApplicationCommand {
    /// Let it exist.
    CreateApplication {
        /// Kind of client.
        application_type: ApplicationType,
        /// Whether somebody else runs it.
        is_third_party: bool,
        /// Everything that can change.
        settings: ApplicationSettings,
        /// Its first secret, for types that hold secrets.
        secret: Option<NewSecret>,
    },
    /// Change settings; members that already are so are left out.
    ChangeApplication {
        /// Whole new values of changed members.
        change: ApplicationChange,
    },
    /// Let one more secret authenticate it.
    CreateSecret {
        /// Unique in the application.
        name: String,
        /// SHA-256 of the secret in base64url.
        sha256: String,
        /// The secret.
        value: String,
        /// From this moment on it authenticates nobody.
        expires_at: Option<UnixMillis>,
    },
    /// Give a secret another name.
    RenameSecret {
        /// Name now.
        from: String,
        /// Name then.
        to: String,
    },
    /// Let a secret authenticate nobody any more.
    DeleteSecret {
        /// Its name.
        name: String,
    },
    /// Give machine roles; those already held are ignored.
    AssignRoles {
        /// Some or none.
        roles: Vec<RoleId>,
    },
    /// Give exactly these machine roles.
    ReplaceRoles {
        /// All that shall be held.
        roles: Vec<RoleId>,
    },
    /// Take a machine role away.
    UnassignRole {
        /// One that is held.
        role: RoleId,
    },
    /// Let a third-party client ask users for more; what it may ask for already is ignored.
    AddConsentScopes {
        /// Some or none.
        scopes: ConsentScopes,
    },
    /// Let a third-party client ask users for one thing less.
    RemoveConsentScope {
        /// One that it may ask for.
        scope: ConsentScope,
    },
    /// Let exactly these use it; whether that counts stays as it is.
    SetAccessControl {
        /// The lists; `enabled` is ignored.
        lists: AccessControl,
    },
    /// Let the lists count, or not.
    EnableAccessControl {
        /// Whether they count.
        enabled: bool,
    },
    /// End it.
    DeleteApplication,
}
