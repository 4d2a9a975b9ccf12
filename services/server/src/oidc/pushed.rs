//! Authorization requests that a client pushes first (RFC 9126), and how the request of a browser is
//! made whole: out of what was pushed, out of a signed object, or as it is.

use axum::{
    Json,
    body::Bytes,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use domain::{PushedRequest, PushedRequestCommand};
use events::{Actor, ApplicationId, PushedParameters, PushedRequestId};
use protocol::{
    OAuthError, Parameters,
    authorization_request::{self, AuthorizationError, Way},
    dpop::DpopRefusal,
    error::ErrorKind,
};
use serde_json::{Value, json};
use store::Work;

use crate::{
    call::Call,
    clients::Client,
    ids::parse,
    oidc::{
        authorize::check_resources,
        client_authentication::authenticate_pending,
        cors, dpop,
        failure::{OidcFailure, OidcResult},
        signed_request, token,
    },
};

/// Path of the endpoint under the issuer.
const PATH: &str = "/request";
/// Begins the URI of a pushed request.
const URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How long a browser may take to bring it.
const TTL_SECONDS: i64 = 60;
/// Parameters that prove who the client is: no part of the request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// `POST /oidc/request`: 201 with the URI of the request, or why it would be refused.
#[tracing::instrument(skip_all)]
pub(super) async fn push(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let response = match pushed(&call, &headers, &body).await {
        Ok(answer) => {
            let mut response = (StatusCode::CREATED, Json(answer)).into_response();
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
        Err(failure) => failure.into_response(),
    };
    dpop::renew(&call, &headers, response)
}

async fn pushed(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<Value> {
    let sent = token::parameters(headers, body)?;
    let proof = dpop::presented(call, headers, ("POST", PATH), None)?;
    let authenticated = authenticate_pending(call, headers, &sent).await?;
    let client = authenticated.client()?;
    cors::check(call, &client.metadata, headers)?;
    sent.refuse_duplicates(&["resource"])?;
    if sent.get("request_uri").is_some() {
        let description = "`request_uri` parameter must not be used at the endpoint";
        return Err(OAuthError::invalid_request(description).into());
    }
    let mut once = authenticated.once();
    let is_signed = sent.get(signed_request::PARAMETER).is_some();
    let mut parameters = match sent.get(signed_request::PARAMETER) {
        Some(object) => {
            let signed = signed_request::read(call, client, object).await?;
            if let Some(statement) = signed.statement {
                once.add(call, statement).await?;
            }
            signed.parameters
        }
        None => sent.without(&CREDENTIALS),
    };
    if parameters.get("client_id").is_none() {
        parameters = parameters.with("client_id", &client.metadata.client_id);
    }
    if let Some(proof) = proof {
        once.add(call, proof.statement).await?;
        parameters = bound(parameters, &proof.jkt)?;
    }
    let way = Way { is_pushed: true, is_signed };
    let request = authorization_request::validate_by(way, &parameters, Some(&client.metadata));
    let request = request.map_err(|AuthorizationError { error, .. }| *error)?;
    check_resources(call, &request.resources)?;
    let id: PushedRequestId = parse(&call.site.app().random.token())?;
    let application: ApplicationId = parse(&client.metadata.client_id)?;
    let command = PushedRequestCommand::PushAuthorizationRequest {
        application: application.clone(),
        parameters: PushedParameters { parameters: parameters.into_pairs(), is_signed },
        expires_at: call.now.plus_seconds(TTL_SECONDS),
    };
    let context = call.context(Actor::Application(application));
    let log = &call.site.app().log;
    let ((), position) = log
        .transact(&context, async |work: Work| -> OidcResult<()> {
            once.use_up(&work).await?;
            let begun = work.begin::<PushedRequest>(&id, command.clone()).await;
            begun.map(drop).map_err(OidcFailure::from)
        })
        .await?;
    call.note(position);
    Ok(json!({"request_uri": format!("{URI_PREFIX}{id}"), "expires_in": TTL_SECONDS}))
}

/// The request bound to the key that was proved when it was pushed (RFC 9449 10.1).
fn bound(parameters: Parameters, jkt: &str) -> Result<Parameters, OAuthError> {
    match parameters.get("dpop_jkt") {
        None => Ok(parameters.with("dpop_jkt", jkt)),
        Some(named) if named == jkt => Ok(parameters),
        Some(_) => Err(DpopRefusal::OtherKey.into()),
    }
}

/// The request that a browser stands for.
pub(super) struct Whole {
    /// What is asked for.
    pub parameters: Parameters,
    /// In which way it came.
    pub way: Way,
    /// What was pushed.
    pub pushed: Option<PushedRequestId>,
}

/// Makes the request of a browser whole. What stands beside a pushed or signed request does not
/// count.
///
/// # Errors
/// `invalid_request_uri`, `invalid_request_object`; `invalid_request` for both at once.
pub(super) async fn whole(
    call: &Call,
    client: Option<&Client>,
    parameters: &Parameters,
) -> OidcResult<Whole> {
    let as_it_is = || Whole { parameters: parameters.clone(), way: Way::default(), pushed: None };
    let Some(client) = client else { return Ok(as_it_is()) };
    let uri = parameters.single("request_uri")?;
    let object = parameters.single(signed_request::PARAMETER)?;
    match (uri.map(|uri| uri.strip_prefix(URI_PREFIX)), object) {
        (Some(_), Some(_)) => {
            let description = "request and request_uri parameters MUST NOT be used together";
            Err(OAuthError::invalid_request(description).into())
        }
        (Some(Some(id)), None) => brought(call, client, id).await,
        (None, Some(object)) => {
            let signed = signed_request::read(call, client, object).await?;
            let way = Way { is_pushed: false, is_signed: true };
            Ok(Whole { parameters: signed.parameters, way, pushed: None })
        }
        // Another URI than ours is refused with the other checks.
        (Some(None), None) | (None, None) => Ok(as_it_is()),
    }
}

async fn brought(call: &Call, client: &Client, id: &str) -> OidcResult<Whole> {
    let refused = || {
        let description = "request_uri is invalid, expired, or was already used";
        OAuthError::new(ErrorKind::InvalidRequestUri, description)
    };
    let id: PushedRequestId = id.parse().map_err(|_| refused())?;
    let application: ApplicationId = parse(&client.metadata.client_id)?;
    let log = &call.site.app().log;
    let state = log.load::<PushedRequest>(call.site.tenant(), &id).await?.state;
    let held = state.brought(&application, call.now).map_err(|refusal| {
        tracing::info!(%refusal, "pushed request refused");
        refused()
    })?;
    let parameters = Parameters::try_new(held.parameters.clone())?;
    let way = Way { is_pushed: true, is_signed: held.is_signed };
    Ok(Whole { parameters, way, pushed: Some(id) })
}

/// Uses up the pushed request in the commit of the code that comes of it.
///
/// # Errors
/// `invalid_request_uri` if another code came of it.
pub(super) async fn use_up(work: &Work, id: &str, application: &ApplicationId) -> OidcResult<()> {
    let refused = || {
        let description = "request_uri was already used";
        OAuthError::new(ErrorKind::InvalidRequestUri, description)
    };
    let id: PushedRequestId = id.parse().map_err(|_| refused())?;
    let command = PushedRequestCommand::UsePushedRequest { application: application.clone() };
    match work.decide::<PushedRequest>(&id, command).await {
        Ok(_) => Ok(()),
        Err(store::ExecuteError::Refused(_)) => Err(refused().into()),
        Err(error @ (store::ExecuteError::Contended | store::ExecuteError::Log(_))) => {
            Err(error.into())
        }
    }
}
