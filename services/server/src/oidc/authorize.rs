//! The authorization endpoint (OpenID Connect Core 3.1.2): sends the browser to the sign-in pages,
//! or straight back with a code if it is signed in and nothing has to be asked.

use axum::{
    body::Bytes,
    extract::RawQuery,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{Interaction, InteractionCommand};
use events::{Actor, ApplicationId, DeviceAuthorizationId, InteractionId, SessionId};
use protocol::{
    OAuthError, Parameters,
    authorization_request::{self, AuthorizationRequest, Delivery, ExtraParameters, Prompt},
    authorization_response,
    error::ErrorKind,
    interaction_url,
    ttl::INTERACTION_TTL_SECONDS,
};

use crate::{
    call::Call,
    clients::Client,
    cookies::{self, NewCookie},
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        answer,
        consent::Asking,
        failure::{OidcFailure, OidcResult},
        grant::{self, Authorization},
        id_token_hint, page_context, pushed,
        resume::StoredRequest,
        session, token,
    },
};

/// `GET /oidc/auth`
pub(super) async fn get(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse_form(query.unwrap_or_default().as_bytes());
    respond(&call, &headers, parameters).await
}

/// `POST /oidc/auth`: the same by form or JSON.
pub(super) async fn post(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let parameters = token::parameters(&headers, &body);
    respond(&call, &headers, parameters).await
}

async fn respond(
    call: &Call,
    headers: &HeaderMap,
    parameters: Result<Parameters, OAuthError>,
) -> Response {
    let decided = match parameters {
        Ok(parameters) => authorize(call, headers, &parameters).await,
        Err(error) => Err(error.into()),
    };
    decided.unwrap_or_else(IntoResponse::into_response)
}

async fn authorize(
    call: &Call,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> OidcResult<Response> {
    let clients = call.site.clients()?;
    let known = authorization_request::client_id(parameters).map(|id| clients.get(id));
    let known = match known {
        Ok(known) => known,
        Err(refused) => return Err(OidcFailure::Refused(*refused.error)),
    };
    let whole = pushed::whole(call, known, parameters).await?;
    let metadata = known.map(|client| &client.metadata);
    let request = authorization_request::validate_by(whole.way, &whole.parameters, metadata);
    let request = match request {
        Ok(request) => {
            let pushed_request = whole.pushed.map(|id| id.as_str().to_owned());
            AuthorizationRequest { pushed_request, ..request }
        }
        Err(refused) => match *refused.delivery {
            Delivery::Page => return Err(OidcFailure::Refused(*refused.error)),
            Delivery::Redirect(target) => {
                let failure =
                    authorization_response::failure(&target, &refused.error, call.site.issuer());
                return Ok(answer::to_client(call, headers, failure));
            }
        },
    };
    let client = known.ok_or_else(OAuthError::server_error)?;
    match proceed(call, headers, client, &request).await {
        Ok(response) => Ok(response),
        // The redirect URI is trusted from here on: the client hears of errors there.
        Err(failure) => {
            if !matches!(failure, OidcFailure::Refused(_)) {
                return Err(failure);
            }
            let error = failure.to_oauth();
            let target = request.target();
            let failure = authorization_response::failure(&target, &error, call.site.issuer());
            Ok(answer::to_client(call, headers, failure))
        }
    }
}

async fn proceed(
    call: &Call,
    headers: &HeaderMap,
    client: &Client,
    request: &AuthorizationRequest,
) -> OidcResult<Response> {
    check_resources(call, &request.resources)?;
    let resources = call.site.resources()?.meant(request.resources.clone());
    let request = &AuthorizationRequest { resources, ..request.clone() };
    let signed_in = session::read(call, headers).await?;
    let now = call.now.seconds().0;
    let meant = match request.id_token_hint.as_deref() {
        Some(hint) => Some(id_token_hint::read(call, hint)?),
        None => None,
    };
    let good_enough = signed_in
        .filter(|signed_in| !request.needs_login(signed_in.authenticated_at.seconds().0, now))
        .filter(|signed_in| meant.as_ref().is_none_or(|it| it.subject == signed_in.user.as_str()));
    match good_enough {
        None if request.prompts.has(Prompt::None) => {
            Err(OAuthError::new(ErrorKind::LoginRequired, "End-User authentication is required")
                .into())
        }
        Some(signed_in) => {
            let asking = Asking { client, request, user: &signed_in.user };
            if asking.is_due(call, false).await? {
                if request.prompts.has(Prompt::None) {
                    return Err(OAuthError::consent_required().into());
                }
                return start(call, request, Some(signed_in.id), None).await;
            }
            // Nothing has to be asked: the answer can go at once.
            let authorization = Authorization {
                request,
                client,
                signed_in: &signed_in,
                interaction: None,
                device: None,
            };
            let response = grant::create(call, &authorization).await?;
            Ok(answer::to_client(call, headers, response))
        }
        None => start(call, request, None, None).await,
    }
}

/// Every resource must be registered (RFC 8707 2).
///
/// # Errors
/// `invalid_target`
pub(super) fn check_resources(call: &Call, indicators: &[String]) -> OidcResult<()> {
    let resources = call.site.resources()?;
    let reserved = protocol::resource::ORGANIZATIONS_RESOURCE;
    let known = |indicator: &String| indicator == reserved || resources.get(indicator).is_some();
    if indicators.iter().all(known) { Ok(()) } else { Err(OAuthError::unknown_resource().into()) }
}

/// Starts a visit to the sign-in pages, or to the consent page if `session` is good enough.
///
/// # Errors
/// Only failures of the machinery.
pub(super) async fn start(
    call: &Call,
    request: &AuthorizationRequest,
    session: Option<SessionId>,
    device: Option<&DeviceAuthorizationId>,
) -> OidcResult<Response> {
    let site = &call.site;
    let id: InteractionId = parse(&site.app().random.id(TOKEN_ID_CHARS))?;
    let application: ApplicationId = parse(&request.client_id)?;
    let location = if session.is_some() {
        interaction_url::consent(&request.client_id)
    } else {
        interaction_url::sign_in(request)
    };
    // Hints and tokens go to the page in the URL; the log does not need them.
    let extra = request.extra.clone();
    let stored = AuthorizationRequest {
        login_hint: None,
        id_token_hint: None,
        extra: extra.map(|extra| ExtraParameters { one_time_token: None, ..extra }),
        ..request.clone()
    };
    let command = InteractionCommand::StartInteraction {
        application,
        request: StoredRequest { request: stored, device: device.cloned() }.to_value()?,
        session,
        expires_at: call.now.plus_seconds(INTERACTION_TTL_SECONDS),
    };
    let context = call.context(Actor::Visitor);
    let done = site.app().log.begin::<Interaction>(&context, &id, command).await?;
    call.note(done.position);
    let mut response = answer::see_other(&location);
    let cookie = NewCookie {
        name: cookies::INTERACTION,
        value: id.as_str(),
        max_age_seconds: INTERACTION_TTL_SECONDS,
        is_secure: site.is_secure(),
    };
    site.cookie_keys()?.write(response.headers_mut(), &cookie);
    page_context::write(response.headers_mut(), site, request)?;
    Ok(response)
}
