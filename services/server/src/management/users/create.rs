//! A new user, with a password or with the digest that an older system kept
//! (contract: management-10-users §4, lazy-password-migration §2).

use axum::{Json as JsonAnswer, http::StatusCode};
use crypto::password::{ImportError, PasswordDigest, Scheme};
use domain::NewPassword;
use events::{IdentifierKind, PasswordOrigin, Profile, UserId, UserIdentity, UserOrigin};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    accounts::{self, NewAccount},
    call::Call,
    experience::password::check_length as check_password,
    http::{
        administrator::AtOnce,
        body::{check_length, solid},
        error::ApiError,
        json::Json,
    },
    identifier::Identifier,
    ids::{SHORT_ID_CHARS, parse},
    management::users::{
        body::{self, NAME_CHARACTERS_MAX, ProfileBody},
        view::UserView,
    },
    passwords::recorded_scheme,
};

/// Longest digest, in characters.
const DIGEST_CHARACTERS_MAX: usize = 256;

/// A user to create; every member may be absent.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CreateUserBody {
    #[serde(deserialize_with = "solid")]
    username: Option<String>,
    #[serde(deserialize_with = "solid")]
    primary_email: Option<String>,
    #[serde(deserialize_with = "solid")]
    primary_phone: Option<String>,
    #[serde(deserialize_with = "solid")]
    name: Option<String>,
    avatar: Option<String>,
    #[serde(deserialize_with = "solid")]
    custom_data: Option<Map<String, Value>>,
    #[serde(deserialize_with = "solid")]
    profile: Option<ProfileBody>,
    #[serde(deserialize_with = "solid")]
    password: Option<String>,
    #[serde(deserialize_with = "solid")]
    password_digest: Option<String>,
    #[serde(deserialize_with = "solid")]
    password_algorithm: Option<Scheme>,
}

/// What verifies the new user.
enum Credential {
    None,
    Password(String),
    Digest(PasswordDigest),
}

/// `POST /api/users`: 200 with the user, as the events tell it: the views follow in their own time,
/// and whoever asks them next waits for them.
///
/// # Errors
/// 400 `guard.invalid_input`, `user.password_and_digest`, `user.password_algorithm_required` and the
/// codes of `password.*`; 422 `user.*_already_in_use`, `user.invalid_phone`
pub(crate) async fn create(
    AtOnce(administrator): AtOnce,
    Json(mut body): Json<CreateUserBody>,
) -> Result<JsonAnswer<UserView>, ApiError> {
    let call = &administrator.call;
    let mut identity = identity(&mut body)?;
    let given = identity.primary_phone.as_deref();
    let phone = given.map(|text| body::identifier(IdentifierKind::Phone, text)).transpose();
    let credential = match (credential(&mut body), phone) {
        (Ok(credential), Ok(phone)) => {
            identity.phone_verified = phone.is_some();
            identity.primary_phone = phone;
            credential
        }
        (Err(error), _) | (Ok(_), Err(error)) => {
            return Err(first_of(call, error, &identity).await);
        }
    };
    let password = match credential {
        Credential::None => None,
        Credential::Password(password) => {
            let digest = call.site.app().passwords.hash(password).await?;
            Some(new_password(PasswordOrigin::Management, &digest))
        }
        Credential::Digest(digest) => Some(new_password(PasswordOrigin::Import, &digest)),
    };
    let id: UserId = parse(&call.site.app().random.id(SHORT_ID_CHARS))?;
    let account =
        NewAccount { id, origin: UserOrigin::Management, application: None, identity, password };
    call.note(accounts::create(call, &administrator.context(), &account).await?);
    Ok(JsonAnswer(UserView::of_new(account, call.now)))
}

fn new_password(origin: PasswordOrigin, digest: &PasswordDigest) -> NewPassword {
    let scheme = recorded_scheme(digest.scheme());
    NewPassword { origin, scheme, digest: digest.encoded().to_owned() }
}

/// Who it will be; the phone number as it is given.
fn identity(body: &mut CreateUserBody) -> Result<UserIdentity, ApiError> {
    let checked = |kind, text: Option<String>| text.map(|text| body::identifier(kind, &text));
    let username = checked(IdentifierKind::Username, body.username.take()).transpose()?;
    let primary_email = checked(IdentifierKind::Email, body.primary_email.take()).transpose()?;
    let primary_phone = body.primary_phone.take();
    primary_phone.as_deref().map_or(Ok(()), body::check_digits)?;
    let not_empty = |text: &String| !text.is_empty();
    let name = body.name.take().filter(not_empty);
    if let Some(name) = &name {
        check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
    }
    let avatar = body.avatar.take().filter(not_empty);
    avatar.as_deref().map_or(Ok(()), body::check_avatar)?;
    body.password.as_deref().map_or(Ok(()), check_password)?;
    if let Some(digest) = &body.password_digest {
        check_length("passwordDigest", digest, 1..=DIGEST_CHARACTERS_MAX)?;
    }
    Ok(UserIdentity {
        username,
        email_verified: primary_email.is_some(),
        primary_email,
        name,
        avatar,
        custom_data: body.custom_data.take().unwrap_or_default(),
        profile: body.profile.take().unwrap_or_default().over(Profile::default()),
        primary_phone,
        ..UserIdentity::default()
    })
}

fn credential(body: &mut CreateUserBody) -> Result<Credential, ApiError> {
    let refused = |code, message: &str| ApiError::new(StatusCode::BAD_REQUEST, code, message);
    match (body.password.take(), body.password_digest.take(), body.password_algorithm) {
        (Some(_), Some(_), _) => Err(refused(
            "user.password_and_digest",
            "A user is given either a password or a digest.",
        )),
        (Some(password), None, _) => Ok(Credential::Password(password)),
        (None, Some(_), None) => Err(refused(
            "user.password_algorithm_required",
            "A digest needs the name of its algorithm.",
        )),
        (None, Some(digest), Some(scheme)) => PasswordDigest::try_import(scheme, &digest)
            .map(Credential::Digest)
            .map_err(import_error),
        (None, None, Some(Scheme::Legacy)) => Err(refused(
            "password.unsupported_encryption_method",
            "The algorithm `Legacy` needs a digest.",
        )),
        (None, None, _) => Ok(Credential::None),
    }
}

fn import_error(error: ImportError) -> ApiError {
    match error {
        ImportError::Malformed => {
            let message = "This is no digest of the algorithm, or too costly to verify.";
            ApiError::invalid_input("body", &["passwordDigest"], message)
        }
        ImportError::LegacyFormat => ApiError::new(
            StatusCode::BAD_REQUEST,
            "password.invalid_legacy_password_format",
            "The digest is not of the legacy form.",
        ),
        ImportError::LegacyHash(name) => ApiError::new(
            StatusCode::BAD_REQUEST,
            "password.unsupported_legacy_hash_algorithm",
            "The digest's hash function is not supported.",
        )
        .with_data(json!({ "algorithm": name })),
    }
}

/// The error that the contract's order puts first: a taken identifier comes before a digest that is
/// not understood and before a number that is none, but after contradictions of the body itself.
async fn first_of(call: &Call, error: ApiError, identity: &UserIdentity) -> ApiError {
    let is_late = error
        .code
        .is_some_and(|code| code.starts_with("password.") || code == "user.invalid_phone");
    if !is_late {
        return error;
    }
    for (kind, value) in [
        (IdentifierKind::Username, &identity.username),
        (IdentifierKind::Email, &identity.primary_email),
        (IdentifierKind::Phone, &identity.primary_phone),
    ] {
        let identifier = value.as_deref().map(|value| Identifier::try_new(kind, value));
        let Some(Ok(identifier)) = identifier else { continue };
        match accounts::find(call, &identifier).await {
            Ok(None) => {}
            Ok(Some(_)) => return accounts::taken(&identifier),
            Err(failure) => return failure,
        }
    }
    error
}
