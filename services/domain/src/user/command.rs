//! Wishes about a person's account. No `Debug`: they carry password digests.

use events::{
    ApplicationId, PasswordOrigin, PasswordScheme, RoleId, UnixMillis, UserChange, UserIdentity,
    UserOrigin,
};

/// A password to store: its digest, never the password.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword {
    /// Who chose it.
    pub origin: PasswordOrigin,
    /// How it is hashed.
    pub scheme: PasswordScheme,
    /// What verifies it, as the scheme writes it.
    pub digest: String,
}

/// Wishes about a person's account.
#[derive(Clone)]
pub enum UserCommand {
    /// Let the account exist.
    CreateUser {
        /// How it comes to be.
        origin: UserOrigin,
        /// The application through which the person signs up.
        application: Option<ApplicationId>,
        /// Roles given at once.
        roles: Vec<RoleId>,
        /// Who it is.
        identity: UserIdentity,
        /// How they sign in, if by password.
        password: Option<NewPassword>,
    },
    /// Change identifiers or profile; members that already are so are left out.
    ChangeUser {
        /// The new values.
        change: UserChange,
    },
    /// Store a password in place of whatever there is.
    SetPassword {
        /// Who chose it.
        origin: PasswordOrigin,
        /// How it is hashed.
        scheme: PasswordScheme,
        /// What verifies it.
        digest: String,
    },
    /// Store the same password hashed anew, unless another was stored meanwhile.
    RehashPassword {
        /// The digest that the password was verified with.
        seen_digest: String,
        /// How it is hashed now.
        scheme: PasswordScheme,
        /// What verifies it now.
        digest: String,
    },
    /// Stop the account, its sessions and its tokens.
    SuspendUser {
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Let a suspended account act again.
    ReactivateUser,
    /// Note the application that the person lets in, if it is the first.
    AuthorizeApplication {
        /// The application.
        application: ApplicationId,
    },
    /// Give roles; those already held are ignored.
    AssignRoles {
        /// Some or none.
        roles: Vec<RoleId>,
    },
    /// Give exactly these roles.
    ReplaceRoles {
        /// All that shall be held.
        roles: Vec<RoleId>,
    },
    /// Take a role away.
    UnassignRole {
        /// One that is held.
        role: RoleId,
    },
    /// End the account and forget the person.
    DeleteUser,
}
