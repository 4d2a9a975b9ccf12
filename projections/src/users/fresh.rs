//! The row of a user who was created a moment ago, as the fold will write it: for an answer that
//! need not wait for the fold.

use events::{ApplicationId, PasswordScheme, UnixMillis, UserId, UserIdentity};

use super::UserRow;

impl UserRow {
    /// The row after `UserCreated`, and after `PasswordSet` if there is a password, both recorded at
    /// `time`.
    pub fn created(
        id: UserId,
        time: UnixMillis,
        application: Option<ApplicationId>,
        identity: UserIdentity,
        password: Option<(PasswordScheme, String)>,
    ) -> Self {
        let (password_scheme, password_digest) = password.unzip();
        let has_password = password_digest.is_some();
        Self {
            id,
            username: identity.username,
            primary_email: identity.primary_email,
            email_verified: identity.email_verified,
            primary_phone: identity.primary_phone,
            phone_verified: identity.phone_verified,
            name: identity.name,
            avatar: identity.avatar,
            custom_data: identity.custom_data,
            profile: identity.profile,
            application_id: application,
            is_suspended: false,
            password_scheme,
            password_digest,
            created_at: time.0,
            // Every change moves it on, and a password is one.
            updated_at: time.0 + i64::from(has_password),
            password_updated_at: has_password.then_some(time.0),
            last_sign_in_at: None,
        }
    }
}
