//! `/api/interaction`: consent for custom sign-in pages (contract: experience-api §8). The hosted page
//! takes the same steps.

use axum::{
    Json as JsonAnswer,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{Interaction, InteractionCommand};
use events::{Actor, OrganizationId};
use protocol::ScopeSet;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    call::Call,
    claims::user_claims,
    clients::{Client, Clients},
    experience::visit,
    http::{error::ApiError, json::Json},
    oidc::{
        consent::{self, Asking, MissingResource},
        resume::Visit,
        session::SignedIn,
    },
};

/// Most organizations in one request.
const ORGANIZATIONS_MAX: usize = 100;
/// The OAuth error of a visit that the person ended.
const ABORTED: &str = "access_denied";

/// Body of `POST /api/interaction/consent`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ConsentBody {
    organization_ids: Vec<String>,
}

/// `GET /api/interaction/consent`: 200 with who asks whom for what.
///
/// # Errors
/// 400 `session.not_found`, `oidc.invalid_client`
pub(super) async fn read(call: Call, headers: HeaderMap) -> Result<JsonAnswer<Value>, ApiError> {
    let (visit, signed_in) = standing(&call, &headers).await?;
    let clients = call.site.clients()?;
    let client = client(&clients, &visit)?;
    let asking = Asking { client, request: &visit.request, user: &signed_in.user };
    let missing = consent::missing(&call, &asking).await?;
    let user = user_claims(&call, &signed_in.user, &ScopeSet::empty()).await?;
    let user = user.ok_or_else(not_found)?;
    let organizations: Vec<Value> = missing
        .organizations
        .iter()
        .map(|it| {
            let resources: Vec<Value> = it.resources.iter().map(resource).collect();
            json!({"id": it.id, "name": it.name, "missingResourceScopes": resources})
        })
        .collect();
    let resources: Vec<Value> = missing.resources.iter().map(resource).collect();
    let scope: Vec<&String> = missing.claims_scope().collect();
    Ok(JsonAnswer(json!({
        "application": {"id": client.metadata.client_id, "name": client.name},
        "user": {
            "id": user.id,
            "name": user.name,
            "avatar": user.avatar,
            "username": user.username,
            "primaryEmail": user.primary_email,
            "primaryPhone": user.primary_phone,
        },
        "organizations": organizations,
        "missingOIDCScope": scope,
        "missingResourceScopes": resources,
        "redirectUri": visit.request.redirect_uri,
    })))
}

/// `POST /api/interaction/consent`: 200 `{"redirectTo": …}`; the person lets the application have all
/// it asks for, in these organizations.
///
/// # Errors
/// 400 `session.not_found`, `oidc.invalid_client`, 403 `oidc.access_denied`, 422
/// `organization.require_membership`
pub(super) async fn give(
    call: Call,
    headers: HeaderMap,
    Json(body): Json<ConsentBody>,
) -> Result<JsonAnswer<Value>, ApiError> {
    let (visit, signed_in) = standing(&call, &headers).await?;
    let clients = call.site.clients()?;
    let client = client(&clients, &visit)?;
    if body.organization_ids.len() > ORGANIZATIONS_MAX {
        let message = format!("Expected at most {ORGANIZATIONS_MAX} ids.");
        return Err(ApiError::invalid_input("body", &["organizationIds"], &message));
    }
    let parsed = body.organization_ids.iter().map(|id| id.parse::<OrganizationId>());
    let organizations = parsed.collect::<Result<Vec<_>, _>>().map_err(|_| not_member())?;
    let asking = Asking { client, request: &visit.request, user: &signed_in.user };
    consent::give(&call, &visit, (&asking, &signed_in), &organizations).await?;
    let redirect_to = format!("{}/auth/{}", call.site.issuer(), visit.id);
    Ok(JsonAnswer(json!({"redirectTo": redirect_to})))
}

/// `DELETE /api/interaction`: 204; the visit is over, and nothing was granted.
///
/// # Errors
/// 400 `session.not_found`
pub(super) async fn abort(call: Call, headers: HeaderMap) -> Result<Response, ApiError> {
    let visit = visit(&call, &headers).await?;
    let command = InteractionCommand::AbortInteraction { error: ABORTED.to_owned(), now: call.now };
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let done = log.execute::<Interaction>(&context, &visit.id, command).await?;
    call.note(done.position);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The visit, and who is signed in for it.
async fn standing(call: &Call, headers: &HeaderMap) -> Result<(Visit, SignedIn), ApiError> {
    let visit = visit(call, headers).await?;
    let signed_in = visit.signed_in(call, headers).await?.ok_or_else(not_found)?;
    Ok((visit, signed_in))
}

fn client<'a>(clients: &'a Clients, visit: &Visit) -> Result<&'a Client, ApiError> {
    clients.get(&visit.request.client_id).ok_or_else(|| {
        let message = "The application does not exist.";
        ApiError::new(StatusCode::BAD_REQUEST, "oidc.invalid_client", message)
    })
}

fn resource(missing: &MissingResource) -> Value {
    let scopes: Vec<Value> = missing
        .scopes
        .iter()
        .map(|scope| json!({"id": scope.id, "name": scope.name, "description": scope.description}))
        .collect();
    let resource = json!({"id": missing.id, "name": missing.name, "indicator": missing.indicator});
    json!({"resource": resource, "scopes": scopes})
}

fn not_found() -> ApiError {
    let message = "Session not found. Please go back and sign in again.";
    ApiError::new(StatusCode::BAD_REQUEST, "session.not_found", message)
}

fn not_member() -> ApiError {
    let message = "The user is not a member of the organization.";
    let code = "organization.require_membership";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}
