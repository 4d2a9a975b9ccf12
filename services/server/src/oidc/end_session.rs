//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0). The session ends only when the
//! person says so: by a form that posts itself if script is on, by a button otherwise.

use axum::{
    body::Bytes,
    extract::RawQuery,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use events::{Actor, SessionEnding};
use protocol::{
    OAuthError, Parameters,
    end_session::{EndSessionParameters, EndSessionRequest},
};
use store::Work;

use crate::{
    call::Call,
    cookies::{self, NewCookie},
    hosted::{self, LogoutQuestion, csrf},
    oidc::{
        answer,
        failure::OidcResult,
        id_token_hint::{self, Hint},
        session, token,
    },
};

/// Parameters that the confirmation repeats.
const CARRIED: [&str; 5] =
    ["client_id", "id_token_hint", "post_logout_redirect_uri", "state", "ui_locales"];

/// `GET /oidc/session/end`
pub(super) async fn get(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let parameters = Parameters::parse_form(query.as_bytes());
    ask(&call, &headers, parameters).await.unwrap_or_else(IntoResponse::into_response)
}

/// `POST /oidc/session/end`
pub(super) async fn post(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let parameters = token::parameters(&headers, &body);
    ask(&call, &headers, parameters).await.unwrap_or_else(IntoResponse::into_response)
}

/// `POST /oidc/session/end/confirm`
pub(super) async fn confirm(
    call: Call,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let confirmed = confirmed(&call, &headers, query.as_bytes(), &body).await;
    confirmed.unwrap_or_else(IntoResponse::into_response)
}

async fn ask(
    call: &Call,
    headers: &HeaderMap,
    parameters: Result<Parameters, OAuthError>,
) -> OidcResult<Response> {
    let parameters = parameters?;
    let (request, hint) = check(call, &parameters)?;
    let Some(signed_in) = session::read(call, headers).await? else {
        return Ok(done(call, headers, request));
    };
    // The checked parameters travel with the form; they are checked again on the way back.
    let mut carried = form_urlencoded::Serializer::new(String::new());
    for name in CARRIED {
        if let Some(value) = parameters.get(name) {
            carried.append_pair(name, value);
        }
    }
    let action = format!("/oidc/session/end/confirm?{}", carried.finish());
    let xsrf = csrf::token(&call.site, signed_in.id.as_str());
    // A hint that names somebody else is no reason to end this session without being asked.
    let is_meant = |hint: &Hint| {
        hint.subject == signed_in.user.as_str()
            && hint.session.as_deref().is_none_or(|session| session == signed_in.id.as_str())
    };
    let clients = call.site.clients()?;
    let client = request.client_id.as_deref().and_then(|id| clients.get(id));
    let question = LogoutQuestion {
        xsrf: &xsrf,
        action: &action,
        is_automatic: hint.as_ref().is_none_or(is_meant),
        application_name: client.map(|client| client.name.as_str()),
        ui_locales: request.ui_locales.as_deref(),
    };
    Ok(hosted::logout(call, headers, &question))
}

async fn confirmed(
    call: &Call,
    headers: &HeaderMap,
    query: &[u8],
    body: &[u8],
) -> OidcResult<Response> {
    let (request, _) = check(call, &Parameters::parse_form(query)?)?;
    let parameters = Parameters::parse_form(body)?;
    let Some(signed_in) = session::read(call, headers).await? else {
        return Ok(done(call, headers, request));
    };
    let xsrf = parameters.get("xsrf").unwrap_or_default();
    if !csrf::is_genuine(&call.site, signed_in.id.as_str(), xsrf) {
        return Err(OAuthError::invalid_request("xsrf token invalid").into());
    }
    if parameters.get("logout") != Some("yes") {
        return Ok(done(call, headers, request));
    }
    let context = call.context(Actor::User(signed_in.user.clone()));
    let log = &call.site.app().log;
    let ended = log.transact(&context, async |work: Work| -> OidcResult<()> {
        Ok(session::end(&work, &signed_in.id, SessionEnding::SignedOut).await?)
    });
    let ((), position) = ended.await?;
    call.settle(position).await?;
    let mut response = done(call, headers, request);
    let cookie = NewCookie {
        name: cookies::SESSION,
        value: "",
        max_age_seconds: 0,
        is_secure: call.site.is_secure(),
    };
    call.site.cookie_keys()?.write(response.headers_mut(), &cookie);
    Ok(response)
}

/// Checks the parameters; a hint counts only if one of our keys signed it, however old it is.
fn check(call: &Call, parameters: &Parameters) -> OidcResult<(EndSessionRequest, Option<Hint>)> {
    let read = EndSessionParameters::read(parameters)?;
    let hint = match read.id_token_hint.as_deref() {
        None => None,
        Some(hint) => Some(id_token_hint::read(call, hint)?),
    };
    let audience = hint.as_ref().map(|hint| hint.audience.as_str());
    let clients = call.site.clients()?;
    let client_id = read.client_id(audience)?.map(str::to_owned);
    let client = client_id.as_deref().and_then(|id| clients.get(id));
    let request = read.validate(audience, client.map(|client| &client.metadata))?;
    Ok((request, hint))
}

fn done(call: &Call, headers: &HeaderMap, request: EndSessionRequest) -> Response {
    match request.location {
        Some(location) => answer::see_other(&location),
        None => hosted::signed_out(call, headers),
    }
}
