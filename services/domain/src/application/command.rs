//! Wishes about a client of the provider. No `Debug`: they carry secrets.

use events::{ApplicationChange, ApplicationSettings, ApplicationType, RoleId, UnixMillis};

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
    /// End it.
    DeleteApplication,
}
