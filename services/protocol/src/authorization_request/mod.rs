//! The authorization request: raw parameters in, a request that may be acted on out.
//!
//! The checks run in the order of the specification, one file each. Until client and redirect
//! URI are trusted an error is shown on a page; after that it goes to the redirect URI
//! (RFC 6749 section 4.1.2.1).

mod client_known;
mod dpop_key;
mod extra;
mod hints;
mod max_age;
mod pkce_used;
mod prompt;
mod redirect_uri_registered;
mod request_objects;
mod response_mode;
mod response_type;
mod scope_allowed;
mod state;
mod way;

use serde::{Deserialize, Serialize};

use crate::{
    client::ClientMetadata, error::OAuthError, parameters::Parameters, pkce::CodeChallenge,
    resource, scope::ScopeSet,
};

pub use self::{
    extra::{DirectSignIn, ExtraParameters, FirstScreen, IdentifierKind, InteractionMode},
    prompt::{Prompt, Prompts},
    response_mode::ResponseMode,
    scope_allowed::allowed_scope,
    way::Way,
};

/// Parameters that may be sent more than once.
const REPEATABLE: [&str; 1] = ["resource"];

/// A request that passed every check, with all that is needed until its code is issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Client that asks.
    pub client_id: String,
    /// Where the answer goes, exactly as it was sent.
    pub redirect_uri: String,
    /// How the answer goes there.
    pub response_mode: ResponseMode,
    /// What is asked for, after what was silently dropped.
    pub scope: ScopeSet,
    /// Sent back with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Repeated in every ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What the code exchange must prove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
    /// Thumbprint of the key that must be proved to redeem the code (RFC 9449 10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
    /// Id of the pushed request that it came by; one code comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_request: Option<String>,
    /// Which prompts the client wants.
    #[serde(default)]
    pub prompts: Prompts,
    /// Oldest sign-in that will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u32>,
    /// Resources that tokens will be asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// ID token of the user that the client expects; not verified here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    /// Identifier that the user will probably use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// Languages of the pages, space separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
    /// Authentication contexts that the client wants, space separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
    /// Product parameters for the pages; `None` when one of them was invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<ExtraParameters>,
}

impl AuthorizationRequest {
    /// Where and how the answer to this request goes.
    pub fn target(&self) -> RedirectTarget {
        RedirectTarget {
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            response_mode: self.response_mode,
            state: self.state.clone(),
        }
    }

    /// Whether a sign-in at `signed_in_at` is too old or unwanted for this request. Both moments
    /// are seconds since the epoch.
    pub fn needs_login(&self, signed_in_at: i64, now: i64) -> bool {
        let age = now.saturating_sub(signed_in_at);
        self.prompts.has(Prompt::Login)
            // 0 means now: not even the same second will do (OpenID Connect Core 3.1.2.1).
            || self.max_age_seconds.is_some_and(|max| max == 0 || age > i64::from(max))
    }
}

/// Where and how an answer goes to the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectTarget {
    /// Whose it is: audience of a signed answer.
    pub client_id: String,
    /// A registered redirect URI.
    pub redirect_uri: String,
    /// How the members travel.
    pub response_mode: ResponseMode,
    /// Sent back unchanged.
    pub state: Option<String>,
}

/// How the user's browser learns about an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Client or redirect URI cannot be trusted: the error is shown here.
    Page,
    /// The error goes to the client.
    Redirect(RedirectTarget),
}

/// A request that failed a check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("authorization request refused")]
pub struct AuthorizationError {
    /// The failed check.
    #[source]
    pub error: Box<OAuthError>,
    /// Where it is said.
    pub delivery: Box<Delivery>,
}

impl AuthorizationError {
    /// An error that is shown here.
    pub fn page(error: OAuthError) -> Self {
        Self { error: Box::new(error), delivery: Box::new(Delivery::Page) }
    }

    /// An error that goes to the client.
    pub fn redirect(error: OAuthError, target: RedirectTarget) -> Self {
        Self { error: Box::new(error), delivery: Box::new(Delivery::Redirect(target)) }
    }
}

/// The `client_id` that the caller must look up before [`validate`].
///
/// # Errors
/// On a page: missing or repeated.
pub fn client_id(parameters: &Parameters) -> Result<&str, AuthorizationError> {
    client_known::client_id(parameters).map_err(AuthorizationError::page)
}

/// Checks a whole request of `client`, which is `None` when nobody knows the `client_id`. It came
/// in a browser's URL or form.
///
/// # Errors
/// The first check that failed, and whether the client may hear of it.
pub fn validate(
    parameters: &Parameters,
    client: Option<&ClientMetadata>,
) -> Result<AuthorizationRequest, AuthorizationError> {
    validate_by(Way::default(), parameters, client)
}

/// As [`validate`], for a request that came in some way.
///
/// # Errors
/// As [`validate`].
pub fn validate_by(
    way: Way,
    parameters: &Parameters,
    client: Option<&ClientMetadata>,
) -> Result<AuthorizationRequest, AuthorizationError> {
    let client = client_known::check(parameters, client).map_err(AuthorizationError::page)?;
    let redirect_uri =
        redirect_uri_registered::check(parameters, client).map_err(AuthorizationError::page)?;
    let target = RedirectTarget {
        client_id: client.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        response_mode: response_mode::check(parameters).unwrap_or_default(),
        state: state::to_echo(parameters),
    };
    match validate_trusted(way, parameters, client, &target) {
        Ok(request) => Ok(request),
        Err(error) => Err(AuthorizationError::redirect(error, target)),
    }
}

fn validate_trusted(
    way: Way,
    parameters: &Parameters,
    client: &ClientMetadata,
    target: &RedirectTarget,
) -> Result<AuthorizationRequest, OAuthError> {
    parameters.refuse_duplicates(&REPEATABLE)?;
    way::check(way, client)?;
    request_objects::check(parameters)?;
    response_type::check(parameters, client)?;
    let response_mode = response_mode::check(parameters)?;
    let prompts = prompt::check(parameters)?;
    let scope = scope_allowed::check(parameters, client, &prompts)?;
    let code_challenge = pkce_used::check(parameters, client)?;
    let dpop_jkt = dpop_key::check(parameters)?;
    let max_age_seconds = max_age::check(parameters)?;
    let resources = resource::requested(parameters)?;
    let hints = hints::check(parameters)?;
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        redirect_uri: target.redirect_uri.clone(),
        response_mode,
        scope,
        state: state::check(parameters)?,
        nonce: hints.nonce,
        code_challenge,
        dpop_jkt,
        pushed_request: None,
        prompts,
        max_age_seconds,
        resources,
        id_token_hint: hints.id_token_hint,
        login_hint: hints.login_hint,
        ui_locales: hints.ui_locales,
        acr_values: hints.acr_values,
        extra: extra::read(parameters),
    })
}

#[cfg(test)]
mod tests;
