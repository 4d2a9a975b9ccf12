//! What a user granted to applications (contract: management-10-users §9).

use axum::{Json, http::StatusCode};
use domain::{Consent, ConsentCommand, Grant, GrantCommand};
use events::{ConsentId, GrantId, GrantKind, GrantRevocation, UserId};
use projections::{GrantRow, Grants, Page};
use serde_json::{Map, Value, json};
use store::Work;

use crate::{
    call::Call,
    clients::Clients,
    http::{administrator::Administrator, error::ApiError, path::Path, query::Query},
};

/// Grants read in one go.
const PAGE_ROWS: u32 = 100;
/// Most grants that are looked at, newest first.
const GRANTS_MAX: u64 = 1_000;
/// Whose applications.
const TYPE: &str = "appType";

/// `GET /api/users/{userId}/grants`: 200 with those that stand, newest first.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(crate) async fn list(
    admin: Administrator,
    Path(user): Path<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let call = &admin.call;
    let third_party = match query.text(TYPE) {
        None => None,
        Some("firstParty") => Some(false),
        Some("thirdParty") => Some(true),
        Some(_) => {
            let message = "Expected `firstParty` or `thirdParty`.";
            return Err(ApiError::invalid_input("query", &[TYPE], message));
        }
    };
    let Ok(user) = user.parse::<UserId>() else { return Ok(Json(json!({"grants": []}))) };
    let clients = call.site.clients()?;
    let view = call.site.app().views.reader::<Grants>();
    let mut shown = Vec::new();
    let mut read = 0;
    loop {
        let listing = view.grants_of(call.site.tenant(), &user, Page::new(read, PAGE_ROWS))?;
        read += u64::from(PAGE_ROWS);
        let total = listing.total;
        let standing = listing.rows.into_iter().filter(|row| stands(call, row));
        shown.extend(standing.filter_map(|row| view_of(&clients, row, third_party)));
        if read >= total.min(GRANTS_MAX) {
            return Ok(Json(json!({"grants": shown})));
        }
    }
}

/// `DELETE /api/users/{userId}/grants/{grantId}`: 204; every token of the grant dies, and a
/// third-party application that has no other grant must ask the user again.
///
/// # Errors
/// 404 `oidc.invalid_grant`
pub(crate) async fn revoke(
    admin: Administrator,
    Path((user, id)): Path<(UserId, String)>,
) -> Result<StatusCode, ApiError> {
    let call = &admin.call;
    let (site, log) = (&call.site, &call.site.app().log);
    let id: GrantId = id.parse().map_err(|_| not_found())?;
    let row = site.app().views.reader::<Grants>().grant(site.tenant(), &id)?;
    let row = row.filter(|row| row.user == user && stands(call, row)).ok_or_else(not_found)?;
    let clients = site.clients()?;
    let client = clients.get(row.application.as_str());
    let must_ask =
        client.is_some_and(|client| client.metadata.is_third_party) && is_last(call, &row)?;
    let context = admin.context();
    let revoked = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let command = GrantCommand::RevokeGrant { reason: GrantRevocation::Revoked };
        work.decide::<Grant>(&id, command).await?;
        if must_ask {
            let consent = ConsentId::new(&user, &row.application);
            work.decide::<Consent>(&consent, ConsentCommand::WithdrawConsent).await?;
        }
        Ok(())
    });
    let ((), position) = revoked.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn is_last(call: &Call, row: &GrantRow) -> Result<bool, ApiError> {
    let view = call.site.app().views.reader::<Grants>();
    let of = (&row.user, &row.application);
    let standing = view.standing(call.site.tenant(), of, call.now, (0, 2))?;
    Ok(standing.iter().all(|grant| *grant == row.id))
}

fn stands(call: &Call, row: &GrantRow) -> bool {
    !row.is_revoked && row.expires_at > call.now.0 && row.kind != GrantKind::TokenExchange
}

/// A grant as it is shown; nothing if its application is gone or none of those asked for.
fn view_of(clients: &Clients, row: GrantRow, third_party: Option<bool>) -> Option<Value> {
    let client = clients.get(row.application.as_str())?;
    if third_party.is_some_and(|wanted| wanted != client.metadata.is_third_party) {
        return None;
    }
    let resources: Map<String, Value> = row
        .resources
        .into_iter()
        .map(|(indicator, scopes)| (indicator, scopes.join(" ").into()))
        .collect();
    let payload = json!({
        "exp": row.expires_at / 1_000,
        "iat": row.granted_at / 1_000,
        "jti": row.id,
        "kind": "Grant",
        "clientId": row.application,
        "accountId": row.user,
        "openid": {"scope": row.scope.join(" ")},
        "resources": resources,
    });
    Some(json!({
        "id": row.id,
        "payload": payload,
        "expiresAt": row.expires_at,
        "application": {"id": row.application, "name": client.name},
    }))
}

fn not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "oidc.invalid_grant", "The grant was not found.")
}
