//! `POST /oidc/device/auth` (RFC 8628 3.1): a device asks, and gets a code to poll with and a code to
//! show.

use axum::{
    Json,
    body::Bytes,
    http::{
        HeaderMap, HeaderValue,
        header::{CACHE_CONTROL, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use domain::{DeviceAuthorization, DeviceAuthorizationCommand, DeviceRequest, ReservationRefusal};
use events::{Actor, ApplicationId, DeviceAuthorizationId, StreamName};
use protocol::{
    device_flow::{DeviceFlowRequest, DeviceFlowResponse, UserCode},
    token::{OpaqueToken, TokenKind},
    ttl::DEVICE_CODE_TTL_SECONDS,
};
use store::Work;

use crate::{
    call::Call,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        authorize::check_resources,
        client_authentication::authenticate_pending,
        cors,
        device::code,
        failure::{OidcFailure, OidcResult},
        once::Once,
        token::parameters,
    },
};

/// So many user codes are made up before the server says that it is busy: one is taken once in
/// 25 billion for each that was ever given out.
const CODES_MAX: usize = 3;

/// Starts the flow: 200 with the codes.
#[tracing::instrument(skip_all)]
pub(in crate::oidc) async fn authorize(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    match started(&call, &headers, &body).await {
        Ok(answer) => {
            let mut response = Json(answer).into_response();
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
        Err(failure) => failure.into_response(),
    }
}

async fn started(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<DeviceFlowResponse> {
    let parameters = parameters(headers, body)?;
    let authenticated = authenticate_pending(call, headers, &parameters).await?;
    let client = authenticated.metadata()?;
    cors::check(call, client, headers)?;
    let mut request = DeviceFlowRequest::read(&parameters, client)?;
    check_resources(call, &request.resources)?;
    request.resources = call.site.resources()?.meant(request.resources);
    let application: ApplicationId = parse(&client.client_id)?;
    let once = authenticated.once();
    for _ in 0..CODES_MAX {
        if let Some(answer) = noted(call, &application, &request, &once).await? {
            return Ok(answer);
        }
    }
    Err(OidcFailure::Busy(Box::new(ReservationRefusal::Taken)))
}

/// Notes the wish of the device; none if the user code that was made up is another's.
async fn noted(
    call: &Call,
    application: &ApplicationId,
    request: &DeviceFlowRequest,
    once: &Once,
) -> OidcResult<Option<DeviceFlowResponse>> {
    let site = &call.site;
    let random = &site.app().random;
    let id: DeviceAuthorizationId = parse(&random.id(TOKEN_ID_CHARS))?;
    let device_code = OpaqueToken::try_new(TokenKind::DeviceCode, id.as_str(), &random.token())
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?
        .to_text();
    let user_code = UserCode::random(random);
    let user_code_digest = code::digest(site, &user_code);
    let reservation = code::reservation(&user_code_digest)?;
    let command = DeviceAuthorizationCommand::StartDeviceAuthorization(DeviceRequest {
        application: application.clone(),
        scope: request.scope.iter().map(str::to_owned).collect(),
        resources: request.resources.clone(),
        device_code_sha256: crypto::digest::sha256_base64url(device_code.expose()),
        user_code_digest,
        expires_at: call.now.plus_seconds(DEVICE_CODE_TTL_SECONDS),
    });
    let owner = StreamName::device_authorization(site.tenant(), &id);
    let context = call.context(Actor::Application(application.clone()));
    let (is_noted, position) = site
        .app()
        .log
        .transact(&context, async |work: Work| -> OidcResult<bool> {
            if !code::reserve(&work, &reservation, &owner, call.now).await? {
                return Ok(false);
            }
            work.begin::<DeviceAuthorization>(&id, command.clone()).await?;
            once.use_up(&work).await?;
            Ok(true)
        })
        .await?;
    call.note(position);
    let answer = DeviceFlowResponse::new(site.endpoint(), device_code.expose(), &user_code);
    Ok(is_noted.then_some(answer))
}
