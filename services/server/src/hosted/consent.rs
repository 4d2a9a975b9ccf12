//! `/consent`: a third-party application asks a signed-in person for access. First-party
//! applications pass through without a word.

use axum::{
    body::Bytes,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{Interaction, InteractionCommand};
use events::Actor;
use protocol::{OAuthError, ScopeSet, authorization_response, scope};

use crate::{
    call::Call,
    claims::user_claims,
    hosted::{csrf, form, frame::page, simple},
    http::error::ApiError,
    oidc::{
        answer,
        failure::OidcResult,
        resume::{self, Visit},
        session::SignedIn,
    },
    pages::consent::{ConsentView, ResourcePermissions, UserCard, consent},
};

/// `GET /consent`
pub(super) async fn show(call: Call, headers: HeaderMap) -> Response {
    let visit = match form::visit(&call, &headers).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match asked(&call, &headers, &visit).await {
        Ok(Some(signed_in)) => match render(&call, &headers, &visit, &signed_in).await {
            Ok(response) => response,
            Err(error) => error.into_response(),
        },
        Ok(None) => answer::see_other(&format!("{}/auth/{}", call.site.issuer(), visit.id)),
        Err(failure) => failure.into_response(),
    }
}

/// `POST /consent`
pub(super) async fn submit(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let (visit, fields) = match form::posted(&call, &headers, &body).await {
        Ok(posted) => posted,
        Err(response) => return *response,
    };
    let decided = match asked(&call, &headers, &visit).await {
        Ok(Some(signed_in)) if fields.get("decision") == Some("authorize") => {
            resume::complete(&call, &headers, &visit, &signed_in).await
        }
        Ok(Some(_)) => cancel(&call, &headers, &visit).await,
        Ok(None) => return simple::lost(&call),
        Err(failure) => Err(failure),
    };
    decided.unwrap_or_else(IntoResponse::into_response)
}

/// Who is asked; nobody if the application needs no consent or nobody is signed in.
async fn asked(call: &Call, headers: &HeaderMap, visit: &Visit) -> OidcResult<Option<SignedIn>> {
    let clients = call.site.clients()?;
    let client = clients.get(&visit.request.client_id);
    if client.is_some_and(|client| client.metadata.is_third_party) {
        visit.signed_in(call, headers).await
    } else {
        Ok(None)
    }
}

/// Ends the visit and tells the application (RFC 6749 4.1.2.1).
async fn cancel(call: &Call, headers: &HeaderMap, visit: &Visit) -> OidcResult<Response> {
    let error = OAuthError::consent_cancelled();
    let command = InteractionCommand::AbortInteraction {
        error: error.kind.as_str().to_owned(),
        now: call.now,
    };
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let done = log.execute::<Interaction>(&context, &visit.id, command).await?;
    call.note(done.position);
    let failure =
        authorization_response::failure(&visit.request.target(), &error, call.site.issuer());
    let mut response = answer::to_client(call, headers, failure);
    resume::forget(call, &mut response)?;
    Ok(response)
}

async fn render(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    signed_in: &SignedIn,
) -> Result<Response, ApiError> {
    let user = user_claims(call, &signed_in.user, &ScopeSet::empty()).await?;
    let user = user.unwrap_or_default();
    let detail = user.username.or(user.primary_email).or(user.primary_phone);
    let name = user.name.or_else(|| detail.clone()).unwrap_or(user.id);
    let requested = visit.request.scope.oidc_part();
    let scopes: Vec<&str> = requested
        .iter()
        .filter(|name| ![scope::OPENID, scope::OFFLINE_ACCESS].contains(name))
        .collect();
    let known = call.site.resources()?;
    let wanted = visit.request.scope.resource_part();
    let named: Vec<(&str, Vec<_>)> = visit
        .request
        .resources
        .iter()
        .filter_map(|indicator| known.get(indicator))
        .map(|resource| {
            let scopes = resource.scopes.iter().filter(|scope| wanted.contains(scope));
            (resource.indicator.as_str(), scopes.map(|scope| (scope.as_str(), None)).collect())
        })
        .collect();
    let resources: Vec<ResourcePermissions<'_>> =
        named.iter().map(|(resource, scopes)| ResourcePermissions { resource, scopes }).collect();
    let host = url::Url::parse(&visit.request.redirect_uri).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    Ok(form::with_stage(call, visit, None, |_, stage| {
        page(call, headers, stage, |frame| {
            let view = ConsentView {
                action: "/consent",
                csrf: &csrf::token(&call.site, visit.id.as_str()),
                application_terms_url: None,
                application_privacy_url: None,
                user: UserCard {
                    name: &name,
                    detail: detail.as_deref(),
                    avatar_url: user.avatar.as_deref(),
                },
                scopes: &scopes,
                resources: &resources,
                organizations: &[],
                redirect_host: &host,
                switch_account_href: None,
            };
            consent(frame, &view)
        })
    }))
}
