//! `/oidc/device`: what stands behind the page that asks for the code (contract: oidc §5). A person
//! says yes or no; who is not signed in does so first, and comes back as from any visit.

use axum::{
    body::Bytes,
    extract::RawQuery,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{DeviceAuthorization, DeviceAuthorizationCommand, DeviceAuthorizationRefusal};
use events::{Actor, DeviceAuthorizationId, GrantId, UserId};
use form_urlencoded::Serializer;
use protocol::{
    OAuthError, Parameters, ScopeSet,
    authorization_request::{AuthorizationRequest, Prompts, ResponseMode},
    error::ErrorKind,
};
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    oidc::{
        answer,
        authorize::start,
        consent::Asking,
        device::{
            code::{CodeError, WaitingDevice, find},
            form::{self, DeviceForm},
        },
        failure::{OidcFailure, OidcResult},
        grant::{self, Authorization},
        session,
        token::parameters,
    },
};

/// Where a person ends who said yes.
pub(crate) const SUCCESS: &str = "/device/success";
/// Told to the page that its cookies were set a moment ago: without them it need not ask again.
const BEGUN: (&str, &str) = ("begun", "1");

/// `GET /oidc/device`: gives the browser what the page needs, looks the code up and goes to the page.
pub(in crate::oidc) async fn begin(
    call: Call,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    begun(&call, &headers, query.as_bytes()).await.unwrap_or_else(IntoResponse::into_response)
}

/// `POST /oidc/device`: a code was typed, confirmed or turned down.
#[tracing::instrument(skip_all, name = "device")]
pub(in crate::oidc) async fn submit(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    submitted(&call, &headers, &body).await.unwrap_or_else(IntoResponse::into_response)
}

async fn begun(call: &Call, headers: &HeaderMap, query: &[u8]) -> OidcResult<Response> {
    let query = Parameters::parse_form(query)?;
    let form = match form::read(call, headers)? {
        Some(form) => form,
        None => DeviceForm::new(call, headers)?,
    };
    let mut response = match query.get("user_code") {
        None => to_page(&[BEGUN]),
        Some(typed) => match find(call, &form.browser, typed).await? {
            Ok(device) => to_page(&[("user_code", &device.user_code.to_string()), BEGUN]),
            Err(error) => to_page(&[("input_code", typed), ("error", error.as_str()), BEGUN]),
        },
    };
    form.write(call, &mut response)?;
    Ok(response)
}

async fn submitted(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<Response> {
    let parameters = parameters(headers, body)?;
    // Typed by a person, or carried by the page.
    let typed = parameters.get("user_code").or_else(|| parameters.get("device_user_code"));
    let typed = typed.unwrap_or_default();
    let xsrf = parameters.get("xsrf").unwrap_or_default();
    let form = form::read(call, headers)?.filter(|form| form.is_genuine(call, xsrf));
    // A page that is too old is shown anew; nothing was decided.
    let Some(form) = form else { return Ok(to("/oidc/device", &[("user_code", typed)])) };
    let device = match find(call, &form.browser, typed).await? {
        Ok(device) => device,
        Err(error) => return Ok(to_page(&[("input_code", typed), ("error", error.as_str())])),
    };
    if parameters.get("abort").is_some() {
        deny(call, &device.id).await?;
        return Ok(to_page_with(CodeError::Aborted));
    }
    if parameters.get("confirm") != Some("yes") {
        return Ok(to_page(&[("user_code", &device.user_code.to_string())]));
    }
    match confirmed(call, headers, &device).await {
        Ok(response) => Ok(response),
        Err(failure) => refused_at_page(call, &device.id, failure).await,
    }
}

/// Lets the application in, or first signs the person in and asks for what else is needed.
async fn confirmed(
    call: &Call,
    headers: &HeaderMap,
    device: &WaitingDevice,
) -> OidcResult<Response> {
    let request = authorization_request(call, device)?;
    let clients = call.site.clients()?;
    let client = clients.get(&request.client_id).ok_or_else(OAuthError::invalid_grant)?;
    let signed_in = session::read(call, headers).await?;
    let must_ask = match &signed_in {
        Some(person) => {
            Asking { client, request: &request, user: &person.user }.is_due(call, false).await?
        }
        None => true,
    };
    match signed_in {
        Some(signed_in) if !must_ask => {
            let authorization = Authorization {
                request: &request,
                client,
                signed_in: &signed_in,
                interaction: None,
                device: Some(&device.id),
            };
            let granted = grant::create(call, &authorization).await?;
            Ok(answer::to_client(call, headers, granted))
        }
        session => {
            let session = session.map(|signed_in| signed_in.id);
            start(call, &request, session, Some(&device.id)).await
        }
    }
}

/// What the device asks for, as the pages and the grant know requests.
fn authorization_request(call: &Call, device: &WaitingDevice) -> OidcResult<AuthorizationRequest> {
    let asked = device.request()?;
    let scope = ScopeSet::try_from_names(asked.scope.iter().map(String::as_str))
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    Ok(AuthorizationRequest {
        client_id: asked.application.as_str().to_owned(),
        redirect_uri: format!("{}{SUCCESS}", call.site.endpoint()),
        response_mode: ResponseMode::Query,
        scope,
        state: None,
        nonce: None,
        code_challenge: None,
        dpop_jkt: None,
        pushed_request: None,
        prompts: Prompts::default(),
        max_age_seconds: None,
        resources: asked.resources.clone(),
        id_token_hint: None,
        login_hint: None,
        ui_locales: None,
        acr_values: None,
        extra: None,
    })
}

/// The part of a commit that lets the application on a device in: notes the grant and the user.
///
/// # Errors
/// `expired_token` or `invalid_grant` if it is too late.
pub(in crate::oidc) async fn approve(
    call: &Call,
    work: &Work,
    id: &DeviceAuthorizationId,
    (grant, user): (&GrantId, &UserId),
) -> OidcResult<()> {
    let (grant, user) = (grant.clone(), user.clone());
    let command = DeviceAuthorizationCommand::Approve { grant, user, now: call.now };
    match work.decide::<DeviceAuthorization>(id, command).await {
        Ok(_) => Ok(()),
        Err(ExecuteError::Refused(DeviceAuthorizationRefusal::Expired)) => {
            Err(OAuthError::new(ErrorKind::ExpiredToken, "the device code has expired").into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Says no: the device hears `access_denied` at its next poll.
///
/// # Errors
/// Only failures of the machinery: if it was decided meanwhile, it stays so.
pub(crate) async fn deny(call: &Call, id: &DeviceAuthorizationId) -> OidcResult<()> {
    let context = call.context(Actor::Visitor);
    let command = DeviceAuthorizationCommand::Deny { now: call.now };
    let log = &call.site.app().log;
    match log.execute::<DeviceAuthorization>(&context, id, command).await {
        Ok(done) => call.note(done.position),
        Err(ExecuteError::Refused(refusal)) => tracing::info!(%refusal, "device not denied"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Where a person goes whose yes was not accepted.
///
/// # Errors
/// Failures of the machinery, this one's or another.
pub(crate) async fn refused_at_page(
    call: &Call,
    id: &DeviceAuthorizationId,
    failure: OidcFailure,
) -> OidcResult<Response> {
    let OidcFailure::Refused(error) = &failure else { return Err(failure) };
    if error.kind == ErrorKind::LoginRequired {
        return Ok(answer::see_other("/oidc/device"));
    }
    let told = if error.kind == ErrorKind::ExpiredToken {
        CodeError::Expired
    } else if error.kind == ErrorKind::AccessDenied {
        deny(call, id).await?;
        CodeError::AccessDenied
    } else if error.kind == ErrorKind::InvalidGrant {
        CodeError::AlreadyUsed
    } else {
        return Err(failure);
    };
    Ok(to_page_with(told))
}

/// The page with a word about what happened.
pub(crate) fn to_page_with(error: CodeError) -> Response {
    to_page(&[("error", error.as_str())])
}

fn to_page(parameters: &[(&str, &str)]) -> Response {
    to("/device", parameters)
}

fn to(path: &str, parameters: &[(&str, &str)]) -> Response {
    let given = parameters.iter().filter(|(_, value)| !value.is_empty());
    let query = Serializer::new(String::new()).extend_pairs(given).finish();
    answer::see_other(&if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
}
