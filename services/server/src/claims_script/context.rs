//! What a script is told of the world: the user, the application, the organization, the sign-in.
//! Secrets are left out.

use events::{ApplicationId, Member, OrganizationId, ResourceId, RoleId, UserId};
use projections::{
    Applications, OrganizationRoles, Organizations, QueryError, ResourceRow, Resources, Roles,
    UserRow, Users,
};
use serde_json::{Map, Value, json};

use super::{MachineToken, UserToken, interaction};
use crate::{
    call::Call,
    ids::parse,
    management::applications::view::ApplicationView,
    oidc::failure::{OidcFailure, OidcResult},
    site::Site,
};

/// Type of the grant that the context tells of.
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Around a user's token.
///
/// # Errors
/// Only failures of the machinery.
pub(super) async fn of_user_token(call: &Call, token: &UserToken<'_>) -> OidcResult<Value> {
    let site = &call.site;
    let users = site.app().views.reader::<Users>();
    let mut row = users.by_id(site.tenant(), token.user)?;
    if row.is_none() {
        // Who signs in may have been created a moment ago.
        call.catch_up().await?;
        row = users.by_id(site.tenant(), token.user)?;
    }
    let mut context = Map::new();
    if let Some(row) = row {
        context.insert("user".into(), user(site, token.user, row)?);
    }
    if let Some(found) = interaction::last_sign_in(call, token.session).await? {
        context.insert("interaction".into(), found);
    }
    if let Some(subject) = token.subject_token_context {
        let grant = json!({"type": TOKEN_EXCHANGE, "subjectTokenContext": subject});
        context.insert("grant".into(), grant);
    }
    put_common(site, &mut context, &token.client.client_id, token.organization)?;
    Ok(Value::Object(context))
}

/// Around a machine's token.
///
/// # Errors
/// Only failures of the machinery.
pub(super) fn of_machine_token(call: &Call, token: &MachineToken<'_>) -> OidcResult<Value> {
    let mut context = Map::new();
    put_common(&call.site, &mut context, &token.client.client_id, token.organization)?;
    Ok(Value::Object(context))
}

fn put_common(
    site: &Site,
    context: &mut Map<String, Value>,
    client_id: &str,
    organization: Option<&OrganizationId>,
) -> OidcResult<()> {
    if let Some(found) = application(site, client_id)? {
        context.insert("application".into(), found);
    }
    let views = &site.app().views;
    let row = match organization {
        Some(id) => views.reader::<Organizations>().by_id(site.tenant(), id)?,
        None => None,
    };
    if let Some(row) = row {
        let found = json!({
            "id": row.id,
            "name": row.name,
            "description": row.description,
            "customData": row.custom_data,
        });
        context.insert("organization".into(), found);
    }
    Ok(())
}

/// The application as administrators see it; secrets are never part of that.
fn application(site: &Site, client_id: &str) -> OidcResult<Option<Value>> {
    let id: ApplicationId = parse(client_id)?;
    let row = site.app().views.reader::<Applications>().by_id(site.tenant(), &id)?;
    let view = match row {
        Some(row) => Some(ApplicationView::new(site.tenant(), row)),
        None => ApplicationView::built_in(site.tenant(), client_id, site.endpoint()),
    };
    let written = view.map(serde_json::to_value).transpose();
    written.map_err(|error| OidcFailure::Broken(Box::new(error)))
}

fn user(site: &Site, id: &UserId, row: UserRow) -> Result<Value, QueryError> {
    let organizations = site.organizations_of_user(id)?;
    let organizations: Vec<Value> = organizations
        .into_iter()
        .map(|held| json!({"id": held.id, "name": held.name, "description": held.description}))
        .collect();
    let member = Member::User(id.clone());
    let roles = site.app().views.reader::<OrganizationRoles>();
    let roles = roles.held_by(site.tenant(), &member)?;
    let organization_roles: Vec<Value> = roles
        .into_iter()
        .map(|(organization, role, name)| {
            json!({"organizationId": organization, "roleId": role, "roleName": name})
        })
        .collect();
    Ok(json!({
        "id": row.id,
        "username": row.username,
        "primaryEmail": row.primary_email,
        "primaryPhone": row.primary_phone,
        "name": row.name,
        "avatar": row.avatar,
        "customData": row.custom_data,
        "identities": {},
        "profile": row.profile,
        "applicationId": row.application_id,
        "isSuspended": row.is_suspended,
        "lastSignInAt": row.last_sign_in_at,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "hasPassword": row.password_digest.is_some(),
        "ssoIdentities": [],
        "mfaVerificationFactors": [],
        "roles": user_roles(site, id)?,
        "organizations": organizations,
        "organizationRoles": organization_roles,
    }))
}

/// The user's roles with their scopes and each scope's resource.
fn user_roles(site: &Site, user: &UserId) -> Result<Vec<Value>, QueryError> {
    let (views, tenant) = (&site.app().views, site.tenant());
    let (roles, resources) = (views.reader::<Roles>(), views.reader::<Resources>());
    let mut shown = Vec::new();
    for id in views.reader::<Users>().roles_of(tenant, user)? {
        let Some(role) = roles.by_id(tenant, &id)? else { continue };
        let (name, description) = (role.name, role.description);
        let scopes = scopes(site, &resources.all(tenant)?, &id)?;
        shown.push(json!({"id": id, "name": name, "description": description, "scopes": scopes}));
    }
    Ok(shown)
}

fn scopes(site: &Site, resources: &[ResourceRow], role: &RoleId) -> Result<Vec<Value>, QueryError> {
    let (views, tenant) = (&site.app().views, site.tenant());
    let ids = views.reader::<Roles>().scope_ids(tenant, role)?;
    let held = views.reader::<Resources>().scopes_by_id(tenant, &ids)?;
    Ok(held
        .into_iter()
        .map(|scope| {
            json!({
                "id": scope.id,
                "name": scope.name,
                "description": scope.description,
                "resourceId": scope.resource_id,
                "resource": resource(resources, &scope.resource_id),
            })
        })
        .collect())
}

fn resource(resources: &[ResourceRow], id: &ResourceId) -> Option<Value> {
    let row = resources.iter().find(|row| row.id == *id)?;
    Some(json!({
        "id": row.id,
        "name": row.name,
        "indicator": row.indicator,
        "isDefault": row.is_default,
        "accessTokenTtl": row.access_token_ttl_seconds,
    }))
}
