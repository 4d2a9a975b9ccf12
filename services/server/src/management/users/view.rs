//! A user as the Management API shows it (contract: management-10-users §1).

use events::{Profile, UnixMillis, UserId};
use projections::{UserRow, Users};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    accounts::NewAccount,
    call::Call,
    http::{error::ApiError, query::Query},
};

/// A user; what is not asked for is absent, what is not set is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView {
    id: UserId,
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
    name: Option<String>,
    avatar: Option<String>,
    custom_data: Map<String, Value>,
    identities: Map<String, Value>,
    last_sign_in_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    profile: Profile,
    application_id: Option<String>,
    cimd_client_id: Option<String>,
    is_suspended: bool,
    has_password: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sso_identities: Option<Vec<Value>>,
    #[serde(flatten)]
    password: Option<PasswordView>,
}

/// How the password is stored; both null if there is none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PasswordView {
    password_digest: Option<String>,
    password_algorithm: Option<&'static str>,
}

/// What of a user is shown only if it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extras {
    has_sso_identities: bool,
    has_password_hash: bool,
}

impl Extras {
    /// What a query asks for.
    pub(crate) fn of(query: &Query) -> Self {
        Self {
            has_sso_identities: query.flag("includeSsoIdentities"),
            has_password_hash: query.flag("includePasswordHash"),
        }
    }

    /// What a query for many users can ask for.
    pub(crate) fn hash_only(query: &Query) -> Self {
        Self { has_sso_identities: false, ..Self::of(query) }
    }
}

impl UserView {
    /// An account that was created at `now`.
    pub(crate) fn of_new(account: NewAccount, now: UnixMillis) -> Self {
        let NewAccount { id, application, identity, password, .. } = account;
        let password = password.map(|new| (new.scheme, new.digest));
        let row = UserRow::created(id, now, application, identity, password);
        Self::new(row, Extras::default())
    }

    /// A row as it is shown.
    pub(crate) fn new(row: UserRow, extras: Extras) -> Self {
        let password = extras.has_password_hash.then(|| PasswordView {
            password_algorithm: match (row.password_scheme, &row.password_digest) {
                (Some(scheme), Some(_)) => Some(scheme.as_str()),
                (Some(_) | None, _) => None,
            },
            password_digest: row.password_digest.clone(),
        });
        Self {
            id: row.id,
            username: row.username,
            primary_email: row.primary_email,
            primary_phone: row.primary_phone,
            name: row.name,
            avatar: row.avatar,
            custom_data: row.custom_data,
            identities: Map::new(),
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            profile: row.profile,
            application_id: row.application_id.map(String::from),
            cimd_client_id: None,
            is_suspended: row.is_suspended,
            has_password: row.password_digest.is_some(),
            sso_identities: extras.has_sso_identities.then(Vec::new),
            password,
        }
    }
}

/// The row of a user.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) fn find(call: &Call, id: &UserId) -> Result<UserRow, ApiError> {
    let users = call.site.app().views.reader::<Users>();
    users.by_id(call.site.tenant(), id)?.ok_or_else(ApiError::not_found)
}

/// A user as it is shown by default.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) fn show(call: &Call, id: &UserId) -> Result<axum::Json<UserView>, ApiError> {
    find(call, id).map(|row| axum::Json(UserView::new(row, Extras::default())))
}
