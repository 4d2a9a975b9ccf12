//! The organizations that a user lets a third-party application into (contract:
//! management-20-applications §7).

use axum::{http::StatusCode, response::Response};
use domain::{Application, Consent, ConsentCommand};
use events::{ApplicationId, ConsentId, OrganizationId, UserId};
use projections::{Consents, Listing, Organizations};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Work;

use super::find;
use crate::{
    consents::require_member,
    http::{
        administrator::Administrator,
        body::ids,
        error::ApiError,
        json::Json,
        page::PageQuery,
        path::{EntityPath, Path},
    },
    management::{organizations::OrganizationView, users},
};

/// Body of `POST` and `PUT`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrganizationsBody {
    organization_ids: Vec<String>,
}

/// The organizations, in the order they were let into.
pub(super) async fn list(
    admin: Administrator,
    EntityPath((id, user)): EntityPath<(ApplicationId, UserId)>,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    if !find::application(site, &id)?.is_third_party {
        return Err(third_party_only());
    }
    users::view::find(&admin.call, &user)?;
    let (tenant, views) = (site.tenant(), &site.app().views);
    let held = views.reader::<Consents>().organizations(tenant, &id, &user)?;
    let organizations = views.reader::<Organizations>();
    let rows = page.rows();
    let total = u64::try_from(held.len()).unwrap_or(u64::MAX);
    let mut listing = Listing { rows: Vec::new(), total };
    for id in held.iter().skip(rows.skipped()).take(rows.size()) {
        let row = organizations.by_id(tenant, id)?;
        listing.rows.extend(row.map(|row| OrganizationView::new(tenant, row)));
    }
    Ok(page.answer_with(json!({"organizations": listing.rows}), listing.total))
}

/// Lets the application into more organizations: 201 without a body.
pub(super) async fn add(
    admin: Administrator,
    EntityPath((id, user)): EntityPath<(ApplicationId, UserId)>,
    Json(body): Json<OrganizationsBody>,
) -> Result<StatusCode, ApiError> {
    let organizations = ids("organizationIds", &body.organization_ids, 1, not_member)?;
    let command = ConsentCommand::GrantOrganizations { organizations: organizations.clone() };
    change(&admin, (&id, &user), &organizations, command).await?;
    Ok(StatusCode::CREATED)
}

/// Lets the application into exactly these organizations: 204.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath((id, user)): EntityPath<(ApplicationId, UserId)>,
    Json(body): Json<OrganizationsBody>,
) -> Result<StatusCode, ApiError> {
    let organizations = ids("organizationIds", &body.organization_ids, 0, not_member)?;
    let command = ConsentCommand::ReplaceOrganizations { organizations: organizations.clone() };
    change(&admin, (&id, &user), &organizations, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the application into one organization no more: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, user, organization)): Path<(ApplicationId, UserId, OrganizationId)>,
) -> Result<StatusCode, ApiError> {
    let command = ConsentCommand::WithdrawOrganization { organization };
    change(&admin, (&id, &user), &[], command).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    admin: &Administrator,
    (application, user): (&ApplicationId, &UserId),
    organizations: &[OrganizationId],
    command: ConsentCommand,
) -> Result<(), ApiError> {
    users::view::find(&admin.call, user)?;
    let id = ConsentId::new(user, application);
    let context = admin.context();
    let log = &admin.call.site.app().log;
    let changed = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let loaded = work.require::<Application>(application).await?;
        let client = loaded.state.client().ok_or_else(ApiError::not_exists_with_id)?;
        if !client.is_third_party() {
            return Err(third_party_only());
        }
        for organization in organizations {
            require_member(&work, user, organization).await?;
        }
        work.decide::<Consent>(&id, command.clone()).await?;
        Ok(())
    });
    let ((), position) = changed.await?;
    Ok(admin.settle(position).await?)
}

fn third_party_only() -> ApiError {
    ApiError::refused(&domain::ApplicationRefusal::ThirdPartyOnly)
}

fn not_member() -> ApiError {
    let code = "organization.require_membership";
    let message = "The user is not a member of the organization.";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

/// JSON schema of the bodies.
pub(super) fn schema() -> Value {
    let list = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "required": ["organizationIds"],
        "properties": {"organizationIds": list},
    })
}
