//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0). The session ends only when the
//! person says so: by a form that posts itself if script is on, by a button otherwise.

use axum::{
    body::Bytes,
    extract::RawQuery,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{Session, SessionCommand};
use events::{Actor, SessionEnding};
use protocol::{
    OAuthError, Parameters,
    end_session::{EndSessionParameters, EndSessionRequest},
};

use crate::{
    call::Call,
    cookies::{self, NewCookie},
    hosted::{self, csrf},
    oidc::{
        answer,
        failure::{OidcFailure, OidcResult},
        id_token_hint, session,
    },
};

/// Parameters that the confirmation repeats.
const CARRIED: [&str; 4] = ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"];

/// `GET /oidc/session/end`
pub(super) async fn get(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    ask(&call, &headers, query.as_bytes()).await.unwrap_or_else(IntoResponse::into_response)
}

/// `POST /oidc/session/end`
pub(super) async fn post(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    ask(&call, &headers, &body).await.unwrap_or_else(IntoResponse::into_response)
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

async fn ask(call: &Call, headers: &HeaderMap, raw: &[u8]) -> OidcResult<Response> {
    let parameters = Parameters::parse_form(raw)?;
    let request = check(call, &parameters)?;
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
    Ok(hosted::logout(call, headers, &xsrf, &action))
}

async fn confirmed(
    call: &Call,
    headers: &HeaderMap,
    query: &[u8],
    body: &[u8],
) -> OidcResult<Response> {
    let request = check(call, &Parameters::parse_form(query)?)?;
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
    let command = SessionCommand::EndSession { reason: SessionEnding::SignedOut };
    let log = &call.site.app().log;
    let ended = log.execute::<Session>(&context, &signed_in.id, command).await;
    let ended = ended.map_err(OidcFailure::from)?;
    call.settle(ended.position).await?;
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
fn check(call: &Call, parameters: &Parameters) -> OidcResult<EndSessionRequest> {
    let read = EndSessionParameters::read(parameters)?;
    let audience = match read.id_token_hint.as_deref() {
        None => None,
        Some(hint) => {
            let hint = id_token_hint::read(call, hint)?;
            Some(hint.audience)
        }
    };
    let clients = call.site.clients()?;
    let client_id = read.client_id(audience.as_deref())?.map(str::to_owned);
    let client = client_id.as_deref().and_then(|id| clients.get(id));
    Ok(read.validate(audience.as_deref(), client.map(|client| &client.metadata))?)
}

fn done(call: &Call, headers: &HeaderMap, request: EndSessionRequest) -> Response {
    match request.location {
        Some(location) => answer::see_other(&location),
        None => hosted::signed_out(call, headers),
    }
}
