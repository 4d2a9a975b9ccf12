//! Who may use an application (contract: management-20-applications §9). The lists count once the
//! application's `appLevelAccessControlEnabled` says so.

use axum::{Json as Answer, http::StatusCode};
use domain::{Application, ApplicationCommand, Organization, OrganizationRole, Role, User};
use events::{
    AccessControl, ApplicationId, OrganizationId, OrganizationRoleId, OrganizationRoleRule, RoleId,
    RoleType, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Work;

use super::find;
use crate::http::{administrator::Administrator, error::ApiError, json::Json, path::EntityPath};

/// Most entries of one list.
const LIST_MAX: usize = 1_000;

/// The lists, as they are sent and shown.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessControlBody {
    user_ids: Vec<UserId>,
    user_role_ids: Vec<RoleId>,
    organization_ids: Vec<OrganizationId>,
    organization_role_rules: Vec<RuleBody>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleBody {
    organization_id: OrganizationId,
    organization_role_ids: Vec<OrganizationRoleId>,
}

/// The lists; empty if none were set.
pub(super) async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
) -> Result<Answer<AccessControlBody>, ApiError> {
    let held = find::application(&admin.call.site, &id)?.access_control;
    Ok(Answer(AccessControlBody::new(held)))
}

/// Lets exactly these use the application: 200 with the lists as they are now.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(body): Json<AccessControlBody>,
) -> Result<Answer<AccessControlBody>, ApiError> {
    let lists = body.into_lists();
    let context = admin.context();
    let log = &admin.call.site.app().log;
    let set = log.transact(&context, async |work: Work| -> Result<AccessControl, ApiError> {
        let loaded = work.load::<Application>(&id).await?;
        if loaded.state.client().is_none() {
            return Err(ApiError::not_exists_with_id());
        }
        check(&work, &lists).await?;
        let command = ApplicationCommand::SetAccessControl { lists: lists.clone() };
        work.decide::<Application>(&id, command).await?;
        let loaded = work.load::<Application>(&id).await?;
        let client = loaded.state.client().ok_or_else(ApiError::not_exists_with_id)?;
        let held = client.access_control().clone();
        let sizes = [
            held.users.len(),
            held.user_roles.len(),
            held.organizations.len(),
            held.organization_role_rules.len(),
        ];
        if sizes.iter().any(|size| *size > LIST_MAX) {
            let message = format!("Expected at most {LIST_MAX} entries in each list.");
            return Err(ApiError::invalid_input("body", &[], &message));
        }
        Ok(held)
    });
    let (held, position) = set.await?;
    admin.settle(position).await?;
    Ok(Answer(AccessControlBody::new(held)))
}

impl AccessControlBody {
    fn new(held: AccessControl) -> Self {
        let rules = held.organization_role_rules.into_iter().map(|rule| RuleBody {
            organization_id: rule.organization,
            organization_role_ids: rule.roles,
        });
        Self {
            user_ids: held.users,
            user_role_ids: held.user_roles,
            organization_ids: held.organizations,
            organization_role_rules: rules.collect(),
        }
    }

    fn into_lists(self) -> AccessControl {
        let rules = self.organization_role_rules.into_iter().map(|rule| OrganizationRoleRule {
            organization: rule.organization_id,
            roles: rule.organization_role_ids,
        });
        AccessControl {
            enabled: false,
            users: self.user_ids,
            user_roles: self.user_role_ids,
            organizations: self.organization_ids,
            organization_role_rules: rules.collect(),
        }
    }
}

/// Everything that is named is there, as the log tells it.
async fn check(work: &Work, lists: &AccessControl) -> Result<(), ApiError> {
    for user in &lists.users {
        let loaded = work.load::<User>(user).await?;
        loaded.state.account().ok_or_else(unknown)?;
    }
    for role in &lists.user_roles {
        let loaded = work.load::<Role>(role).await?;
        if loaded.state.terms().ok_or_else(unknown)?.role_type != RoleType::User {
            let message = "Only roles of users can be named.";
            let code = "entity.db_constraint_violated";
            return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message));
        }
    }
    let rules = lists.organization_role_rules.iter();
    let organizations = rules.clone().map(|rule| &rule.organization);
    for organization in lists.organizations.iter().chain(organizations) {
        if !work.load::<Organization>(organization).await?.state.is_present() {
            return Err(unknown());
        }
    }
    for role in rules.flat_map(|rule| &rule.roles) {
        let loaded = work.load::<OrganizationRole>(role).await?;
        if loaded.state.terms().ok_or_else(unknown)?.role_type != RoleType::User {
            let message = "Only organization roles of users can be named.";
            let code = "entity.db_constraint_violated";
            return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message));
        }
    }
    Ok(())
}

fn unknown() -> ApiError {
    let message = "Something that is named does not exist.";
    ApiError::new(StatusCode::NOT_FOUND, "entity.relation_foreign_key_not_found", message)
}

/// JSON schema of the body.
pub(super) fn schema() -> Value {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let rule = json!({
        "type": "object",
        "required": ["organizationId", "organizationRoleIds"],
        "properties": {"organizationId": {"type": "string"}, "organizationRoleIds": list},
    });
    json!({
        "type": "object",
        "required": ["userIds", "userRoleIds", "organizationIds", "organizationRoleRules"],
        "properties": {
            "userIds": list,
            "userRoleIds": list,
            "organizationIds": list,
            "organizationRoleRules": {"type": "array", "items": rule},
        },
    })
}
