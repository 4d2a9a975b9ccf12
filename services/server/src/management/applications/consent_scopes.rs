//! What a third-party application may ask users for (contract: management-20-applications §7).

use axum::{Json as Answer, http::StatusCode};
use domain::{Application, ApplicationCommand, ConsentScope, OrganizationScope, Resource};
use events::{ApplicationId, ConsentScopes, OrganizationScopeId, ScopeId};
use projections::Resources as ResourcesView;
use protocol::scope::{OFFLINE_ACCESS, OIDC_SCOPES, OPENID};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Work;

use super::find;
use crate::{
    call::Call,
    http::{
        administrator::Administrator,
        error::ApiError,
        json::Json,
        path::{EntityPath, Path},
    },
};

/// Most scopes of one kind in one request.
const SCOPES_MAX: usize = 1_000;

/// Body of `POST /applications/{id}/user-consent-scopes`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ConsentScopesBody {
    organization_scopes: Vec<String>,
    resource_scopes: Vec<String>,
    organization_resource_scopes: Vec<String>,
    user_scopes: Vec<String>,
}

/// What the application may ask for.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
) -> Result<Answer<Value>, ApiError> {
    let site = &admin.call.site;
    let held = find::application(site, &id)?.consent_scopes;
    let resources = site.resources()?;
    let by_resource = |ids: &[ScopeId]| -> Vec<Value> {
        let mut all: Vec<_> = resources.all().collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        let some = all.into_iter().filter_map(|resource| {
            let scopes = resource.scopes.iter().filter(|scope| ids.contains(&scope.id));
            let scopes: Vec<Value> = scopes
                .map(|scope| {
                    json!({"id": scope.id, "name": scope.name, "description": scope.description})
                })
                .collect();
            let resource = json!({
                "id": resource.id, "name": resource.name, "indicator": resource.indicator,
            });
            (!scopes.is_empty()).then(|| json!({"resource": resource, "scopes": scopes}))
        });
        some.collect()
    };
    let organization_scopes = resources.organization_scopes().iter();
    let organization_scopes: Vec<Value> = organization_scopes
        .filter(|scope| held.organization_scopes.contains(&scope.id))
        .map(|scope| json!({"id": scope.id, "name": scope.name, "description": scope.description}))
        .collect();
    Ok(Answer(json!({
        "organizationScopes": organization_scopes,
        "resourceScopes": by_resource(&held.resource_scopes),
        "organizationResourceScopes": by_resource(&held.organization_resource_scopes),
        "userScopes": held.user_scopes,
    })))
}

/// Lets the application ask for more: 201 without a body.
pub(super) async fn add(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(body): Json<ConsentScopesBody>,
) -> Result<StatusCode, ApiError> {
    let user_scopes = user_scopes(&body.user_scopes)?;
    for (name, ids) in [
        ("organizationScopes", &body.organization_scopes),
        ("resourceScopes", &body.resource_scopes),
        ("organizationResourceScopes", &body.organization_resource_scopes),
    ] {
        if ids.len() > SCOPES_MAX {
            let message = format!("Expected at most {SCOPES_MAX} ids.");
            return Err(ApiError::invalid_input("body", &[name], &message));
        }
    }
    let call = &admin.call;
    let context = admin.context();
    let added =
        call.site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            let loaded = work.load::<Application>(&id).await?;
            let client = loaded.state.client().ok_or_else(ApiError::not_exists_with_id)?;
            if client.is_third_party() {
                let scopes = checked(call, &work, &body, user_scopes.clone()).await?;
                work.decide::<Application>(&id, ApplicationCommand::AddConsentScopes { scopes })
                    .await?;
                return Ok(());
            }
            let scopes = ConsentScopes::default();
            work.decide::<Application>(&id, ApplicationCommand::AddConsentScopes { scopes })
                .await?;
            Ok(())
        });
    let ((), position) = added.await?;
    admin.settle(position).await?;
    Ok(StatusCode::CREATED)
}

/// Lets the application ask for one thing less: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, kind, scope)): Path<(ApplicationId, String, String)>,
) -> Result<StatusCode, ApiError> {
    let unknown = || ApiError::not_found();
    let scope = match kind.as_str() {
        "user-scopes" => ConsentScope::User(scope),
        "resource-scopes" => ConsentScope::Resource(scope.parse().map_err(|_| unknown())?),
        "organization-scopes" => ConsentScope::Organization(scope.parse().map_err(|_| unknown())?),
        "organization-resource-scopes" => {
            ConsentScope::OrganizationResource(scope.parse().map_err(|_| unknown())?)
        }
        _ => {
            let message = "Expected a kind of scope.";
            return Err(ApiError::invalid_input("params", &["scopeType"], message));
        }
    };
    let log = &admin.call.site.app().log;
    let command = ApplicationCommand::RemoveConsentScope { scope };
    let done = log.execute::<Application>(&admin.context(), &id, command).await?;
    admin.settle(done.position).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn user_scopes(names: &[String]) -> Result<Vec<String>, ApiError> {
    let is_known = |name: &String| {
        OIDC_SCOPES.contains(&name.as_str()) && ![OPENID, OFFLINE_ACCESS].contains(&name.as_str())
    };
    if names.iter().all(is_known) {
        return Ok(names.to_vec());
    }
    Err(ApiError::invalid_input("body", &["userScopes"], "Expected scopes that show users."))
}

/// The scopes of the body, each of which must be there, as the log tells it.
async fn checked(
    call: &Call,
    work: &Work,
    body: &ConsentScopesBody,
    user_scopes: Vec<String>,
) -> Result<ConsentScopes, ApiError> {
    let mut wrong = [Vec::new(), Vec::new(), Vec::new()];
    let [wrong_organization, wrong_resource, wrong_both] = &mut wrong;
    let mut organization_scopes: Vec<OrganizationScopeId> = Vec::new();
    for text in &body.organization_scopes {
        let id = text.parse::<OrganizationScopeId>().ok();
        match id {
            Some(id) if is_organization_scope(work, &id).await? => organization_scopes.push(id),
            Some(_) | None => wrong_organization.push(text.clone()),
        }
    }
    let resource_scopes = known_scopes(call, work, &body.resource_scopes, wrong_resource).await?;
    let organization_resource_scopes =
        known_scopes(call, work, &body.organization_resource_scopes, wrong_both).await?;
    if wrong.iter().all(Vec::is_empty) {
        return Ok(ConsentScopes {
            user_scopes,
            resource_scopes,
            organization_scopes,
            organization_resource_scopes,
        });
    }
    let [invalid_organization, invalid_resource, invalid_both] = wrong;
    Err(ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "application.user_consent_scopes_not_found",
        "There are no such scopes.",
    )
    .with_data(json!({
        "invalidOrganizationScopes": invalid_organization,
        "invalidResourceScopes": invalid_resource,
        "invalidOrganizationResourceScopes": invalid_both,
    })))
}

async fn is_organization_scope(work: &Work, id: &OrganizationScopeId) -> Result<bool, ApiError> {
    Ok(work.require::<OrganizationScope>(id).await?.state.terms().is_some())
}

/// The scopes of API resources that are there; the others go to `wrong`.
async fn known_scopes(
    call: &Call,
    work: &Work,
    texts: &[String],
    wrong: &mut Vec<String>,
) -> Result<Vec<ScopeId>, ApiError> {
    let ids: Vec<ScopeId> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    let site = &call.site;
    let rows = site.app().views.reader::<ResourcesView>().scopes_by_id(site.tenant(), &ids)?;
    let mut found = Vec::new();
    for text in texts {
        let Some(row) = rows.iter().find(|row| row.id.as_str() == text) else {
            wrong.push(text.clone());
            continue;
        };
        let loaded = work.require::<Resource>(&row.resource_id).await?;
        let resource = loaded.state.resource();
        match resource.filter(|resource| resource.scopes().contains_key(&row.id)) {
            None => wrong.push(text.clone()),
            Some(resource) if resource.is_management_api() => return Err(management_api()),
            Some(_) => found.push(row.id.clone()),
        }
    }
    Ok(found)
}

fn management_api() -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "application.consent_management_api_scopes_not_allowed",
        "Scopes of the Management API cannot be asked for.",
    )
}

/// JSON schema of the body.
pub(super) fn schema() -> Value {
    let list = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "properties": {
            "organizationScopes": list,
            "resourceScopes": list,
            "organizationResourceScopes": list,
            "userScopes": list,
        },
    })
}
