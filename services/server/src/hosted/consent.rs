//! `/consent`: a third-party application asks a signed-in person for access. First-party
//! applications pass through without a word, and so does whoever was asked before.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use events::OrganizationId;
use protocol::{OAuthError, Parameters, ScopeSet, claims::UserClaims, error::ErrorKind, scope};

use crate::{
    call::Call,
    claims::user_claims,
    hosted::{csrf, form, frame::page, simple},
    http::error::ApiError,
    oidc::{
        answer,
        consent::{self, Asking, Missing},
        failure::OidcResult,
        resume::{self, Visit},
        session::SignedIn,
    },
    pages::consent::{ConsentView, ResourcePermissions, UserCard, consent as consent_page},
};

/// A scope, and what is said of it.
type Line<'a> = (&'a str, Option<&'a str>);

/// `GET /consent`
pub(super) async fn show(call: Call, headers: HeaderMap) -> Response {
    let visit = match form::visit(&call, &headers).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match asked(&call, &headers, &visit).await {
        Ok(Some((signed_in, missing))) => {
            match render(&call, &headers, &visit, (&signed_in, &missing)).await {
                Ok(response) => response,
                Err(error) => error.into_response(),
            }
        }
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
    let signed_in = match visit.signed_in(&call, &headers).await {
        Ok(Some(signed_in)) => signed_in,
        Ok(None) => return simple::lost(&call),
        Err(failure) => return failure.into_response(),
    };
    if fields.get("decision") != Some("authorize") {
        let error = OAuthError::consent_cancelled();
        let refused = resume::refuse(&call, &headers, &visit, &error).await;
        return refused.unwrap_or_else(IntoResponse::into_response);
    }
    match given(&call, &visit, &signed_in, &fields).await {
        Ok(()) => {
            let done = resume::complete(&call, &headers, &visit, &signed_in).await;
            done.unwrap_or_else(IntoResponse::into_response)
        }
        // The organization was left meanwhile: the page is shown as things are now.
        Err(error) if error.status == StatusCode::UNPROCESSABLE_ENTITY => {
            answer::see_other("/consent")
        }
        Err(error) if error.status == StatusCode::FORBIDDEN => {
            let description = "user is not allowed to access the application";
            let error = OAuthError::new(ErrorKind::AccessDenied, description);
            let refused = resume::refuse(&call, &headers, &visit, &error).await;
            refused.unwrap_or_else(IntoResponse::into_response)
        }
        Err(error) => error.into_response(),
    }
}

/// Records the yes.
async fn given(
    call: &Call,
    visit: &Visit,
    signed_in: &SignedIn,
    fields: &Parameters,
) -> Result<(), ApiError> {
    let clients = call.site.clients()?;
    let Some(client) = clients.get(&visit.request.client_id) else {
        return Err(ApiError::internal(OAuthError::session_not_found()));
    };
    let asking = Asking { client, request: &visit.request, user: &signed_in.user };
    let chosen = fields.get("organizationIds").map(str::parse::<OrganizationId>);
    let organizations: Vec<OrganizationId> = chosen.into_iter().flatten().collect();
    consent::give(call, visit, (&asking, signed_in), &organizations).await
}

/// Who is asked and for what; nothing if the application needs no consent or nobody is signed in.
async fn asked(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
) -> OidcResult<Option<(SignedIn, Missing)>> {
    let clients = call.site.clients()?;
    let Some(client) = clients.get(&visit.request.client_id) else { return Ok(None) };
    let Some(signed_in) = visit.signed_in(call, headers).await? else { return Ok(None) };
    let asking = Asking { client, request: &visit.request, user: &signed_in.user };
    if !asking.is_due(call, visit.state.has_consented()).await? {
        return Ok(None);
    }
    let missing = consent::missing(call, &asking).await?;
    Ok(Some((signed_in, missing)))
}

async fn render(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    (signed_in, missing): (&SignedIn, &Missing),
) -> Result<Response, ApiError> {
    let user = user_claims(call, &signed_in.user, &ScopeSet::empty()).await?.unwrap_or_default();
    let detail = user.primary_email.clone().or_else(|| user.username.clone());
    let detail = detail.or_else(|| user.primary_phone.clone());
    let name = user.name.clone().or_else(|| detail.clone()).unwrap_or_else(|| user.id.clone());
    let detail = detail.filter(|detail| *detail != name);
    let scopes: Vec<Line<'_>> =
        missing.scope.iter().map(|scope| (scope.as_str(), value_of(&user, scope))).collect();
    // What an organization adds is asked for together with the rest.
    let inside = missing.organizations.iter().flat_map(|organization| &organization.resources);
    let mut named: Vec<(&str, Vec<Line<'_>>)> = Vec::new();
    for resource in missing.resources.iter().chain(inside) {
        let place = match named.iter().position(|(name, _)| *name == resource.name) {
            Some(place) => place,
            None => {
                named.push((&resource.name, Vec::new()));
                named.len() - 1
            }
        };
        let Some((_, lines)) = named.get_mut(place) else { continue };
        for scope in &resource.scopes {
            let line = (scope.name.as_str(), scope.description.as_deref());
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    let resources: Vec<ResourcePermissions<'_>> =
        named.iter().map(|(resource, scopes)| ResourcePermissions { resource, scopes }).collect();
    let organizations: Vec<(&str, &str)> =
        missing.organizations.iter().map(|it| (it.id.as_str(), it.name.as_str())).collect();
    let host = url::Url::parse(&visit.request.redirect_uri).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let switch = form_urlencoded::Serializer::new("/oidc/session/end?".to_owned())
        .append_pair("client_id", &visit.request.client_id)
        .finish();
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
                organizations: &organizations,
                redirect_host: host.as_deref().filter(|_| visit.device.is_none()),
                switch_account_href: Some(&switch),
            };
            consent_page(frame, &view)
        })
    }))
}

/// What of the person a scope shows, where it is one thing.
fn value_of<'a>(user: &'a UserClaims, scope: &str) -> Option<&'a str> {
    match scope {
        scope::PROFILE => user.name.as_deref().or(user.username.as_deref()),
        scope::EMAIL => user.primary_email.as_deref(),
        scope::PHONE => user.primary_phone.as_deref(),
        _ => None,
    }
}
