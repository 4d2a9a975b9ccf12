//! What the rules know of a person's account. No `Debug`: it holds the password's digest.

use std::collections::BTreeSet;

use events::{
    ApplicationId, PasswordScheme, PasswordSecret, Personal, RoleId, UnixMillis, UserChange,
    UserEvent, UserIdentity,
};

/// What the rules know of a person's account.
#[derive(Clone, Default)]
pub enum UserState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(Box<Account>),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl UserState {
    /// The account, if it is there.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Present(account) => Some(account),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// An account that is there. After an erasure its identity is empty and it has no password.
#[derive(Clone, Default)]
pub struct Account {
    pub(super) identity: UserIdentity,
    pub(super) application: Option<ApplicationId>,
    pub(super) password: Option<Password>,
    pub(super) is_suspended: bool,
    pub(super) revoked_before: Option<UnixMillis>,
    pub(super) roles: BTreeSet<RoleId>,
}

/// What verifies a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// How it is hashed.
    pub scheme: PasswordScheme,
    /// The digest, as the scheme writes it.
    pub digest: String,
}

impl Account {
    /// Sign-in name.
    pub fn username(&self) -> Option<&str> {
        self.identity.username.as_deref()
    }

    /// E-mail address, as stored.
    pub fn email(&self) -> Option<&str> {
        self.identity.primary_email.as_deref()
    }

    /// Phone number, as stored.
    pub fn phone(&self) -> Option<&str> {
        self.identity.primary_phone.as_deref()
    }

    /// Identifiers, profile and custom data as a whole.
    pub fn identity(&self) -> &UserIdentity {
        &self.identity
    }

    /// The application through which the person signed up, or else the first they let in.
    pub fn application(&self) -> Option<&ApplicationId> {
        self.application.as_ref()
    }

    /// What verifies the password, if there is one.
    pub fn password(&self) -> Option<&Password> {
        self.password.as_ref()
    }

    /// Whether the account may not act.
    pub fn is_suspended(&self) -> bool {
        self.is_suspended
    }

    /// Sessions and grants of up to this moment are dead: the last suspension.
    pub fn revoked_before(&self) -> Option<UnixMillis> {
        self.revoked_before
    }

    /// Roles held.
    pub fn roles(&self) -> &BTreeSet<RoleId> {
        &self.roles
    }

    /// The account after one more event.
    pub(super) fn after(mut self, event: &UserEvent) -> UserState {
        match event {
            UserEvent::UserCreated { application, roles, personal, .. } => {
                self = Self {
                    identity: personal.open().cloned().unwrap_or_default(),
                    application: application.clone(),
                    roles: roles.iter().cloned().collect(),
                    ..Self::default()
                };
            }
            UserEvent::UserChanged { personal, .. } => match personal {
                Personal::Open(change) => apply(&mut self.identity, change),
                Personal::Erased => self.identity = UserIdentity::default(),
            },
            UserEvent::PasswordSet { scheme, personal, .. }
            | UserEvent::PasswordRehashed { to: scheme, personal, .. } => {
                self.password = personal.open().map(|PasswordSecret { digest }| Password {
                    scheme: *scheme,
                    digest: digest.clone(),
                });
            }
            UserEvent::UserSuspended { suspended_at } => {
                self.is_suspended = true;
                self.revoked_before = Some(*suspended_at);
            }
            UserEvent::UserReactivated {} => self.is_suspended = false,
            UserEvent::FirstApplicationAuthorized { application } => {
                self.application = Some(application.clone());
            }
            UserEvent::RolesAssigned { roles } => self.roles.extend(roles.iter().cloned()),
            UserEvent::RolesUnassigned { roles } => {
                self.roles.retain(|role| !roles.contains(role));
            }
            UserEvent::UserDeleted {} => return UserState::Deleted,
        }
        UserState::Present(Box::new(self))
    }
}

fn apply(identity: &mut UserIdentity, change: &UserChange) {
    let UserChange { username, primary_email, primary_phone, name, avatar, custom_data, profile } =
        change.clone();
    if let Some(username) = username {
        identity.username = username;
    }
    if let Some(email) = primary_email {
        identity.email_verified = email.is_some();
        identity.primary_email = email;
    }
    if let Some(phone) = primary_phone {
        identity.phone_verified = phone.is_some();
        identity.primary_phone = phone;
    }
    if let Some(name) = name {
        identity.name = name;
    }
    if let Some(avatar) = avatar {
        identity.avatar = avatar;
    }
    if let Some(custom_data) = custom_data {
        identity.custom_data = custom_data;
    }
    if let Some(profile) = profile {
        identity.profile = profile;
    }
}
