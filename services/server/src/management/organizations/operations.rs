//! The operations on organizations.

use axum::routing::{delete, get, patch, post, put};

use super::{applications, of_member, organization, schema, users};
use crate::http::operation::Operation;

const TAG: &str = "Organizations";
const MEMBERS: &str = "Organization users";
const MACHINES: &str = "Organization applications";
const ABSENT: (u16, &str) = (404, "entity.not_exists_with_id");
const NOT_FOUND: (u16, &str) = (404, "entity.not_found");
const INVALID: (u16, &str) = (400, "guard.invalid_input");
const UNKNOWN: (u16, &str) = (422, "entity.relation_foreign_key_not_found");
const CONSTRAINT: (u16, &str) = (422, "entity.db_constraint_violated");
const MEMBERSHIP: (u16, &str) = (422, "organization.require_membership");
const NAMES: (u16, &str) = (422, "organization.role_names_not_found");
const NOTHING: (u16, &str) = (204, "Nothing");
const ROLES: (u16, &str) = (200, "Organization roles");

/// Every operation on organizations themselves, and those that start from a member.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/organizations",
        tag: TAG,
        summary: "List organizations, newest first; `q` searches id and name",
        request: None,
        responses: &[(200, "Organizations")],
        handler: || get(organization::list),
    },
    Operation {
        method: "POST",
        path: "/organizations",
        tag: TAG,
        summary: "Create an organization",
        request: Some(schema::create),
        responses: &[(201, "Organization"), INVALID],
        handler: || post(organization::create),
    },
    Operation {
        method: "GET",
        path: "/organizations/{id}",
        tag: TAG,
        summary: "Read an organization",
        request: None,
        responses: &[(200, "Organization"), ABSENT],
        handler: || get(organization::read),
    },
    Operation {
        method: "PATCH",
        path: "/organizations/{id}",
        tag: TAG,
        summary: "Change an organization; members that are objects are replaced whole",
        request: Some(schema::change),
        responses: &[
            (200, "Organization"),
            INVALID,
            (404, "entity.not_exists"),
            (422, "entity.invalid_input"),
        ],
        handler: || patch(organization::change),
    },
    Operation {
        method: "DELETE",
        path: "/organizations/{id}",
        tag: TAG,
        summary: "Delete an organization and end every membership",
        request: None,
        responses: &[NOTHING, NOT_FOUND],
        handler: || delete(organization::delete),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/organizations",
        tag: TAG,
        summary: "List the organizations that a user belongs to",
        request: None,
        responses: &[(200, "Organizations with roles"), NOT_FOUND],
        handler: || get(of_member::of_user),
    },
    Operation {
        method: "GET",
        path: "/applications/{id}/organizations",
        tag: TAG,
        summary: "List the organizations that an application belongs to",
        request: None,
        responses: &[(200, "Organizations with roles"), ABSENT],
        handler: || get(of_member::of_application),
    },
];

/// Every operation on the users of organizations.
pub(crate) const USERS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/organizations/{id}/users",
        tag: MEMBERS,
        summary: "List the users who belong to an organization, newest membership first",
        request: None,
        responses: &[(200, "Users with roles"), ABSENT],
        handler: || get(users::list),
    },
    Operation {
        method: "POST",
        path: "/organizations/{id}/users",
        tag: MEMBERS,
        summary: "Let users join an organization",
        request: Some(schema::users),
        responses: &[(201, "User ids"), INVALID, UNKNOWN],
        handler: || post(users::add),
    },
    Operation {
        method: "PUT",
        path: "/organizations/{id}/users",
        tag: MEMBERS,
        summary: "Let exactly these users belong to an organization",
        request: Some(schema::all_users),
        responses: &[NOTHING, INVALID, UNKNOWN],
        handler: || put(users::replace),
    },
    Operation {
        method: "DELETE",
        path: "/organizations/{id}/users/{userId}",
        tag: MEMBERS,
        summary: "Take a user out of an organization",
        request: None,
        responses: &[NOTHING, NOT_FOUND],
        handler: || delete(users::remove),
    },
    Operation {
        method: "POST",
        path: "/organizations/{id}/users/roles",
        tag: MEMBERS,
        summary: "Give several members several organization roles",
        request: Some(schema::users_and_roles),
        responses: &[(201, "Nothing"), INVALID, UNKNOWN, CONSTRAINT],
        handler: || post(users::assign_all),
    },
    Operation {
        method: "GET",
        path: "/organizations/{id}/users/{userId}/roles",
        tag: MEMBERS,
        summary: "List the organization roles of a member",
        request: None,
        responses: &[ROLES, MEMBERSHIP],
        handler: || get(users::list_roles),
    },
    Operation {
        method: "POST",
        path: "/organizations/{id}/users/{userId}/roles",
        tag: MEMBERS,
        summary: "Give organization roles to a member",
        request: Some(schema::roles_by_id_or_name),
        responses: &[(201, "Role ids"), INVALID, MEMBERSHIP, UNKNOWN, CONSTRAINT, NAMES],
        handler: || post(users::assign),
    },
    Operation {
        method: "PUT",
        path: "/organizations/{id}/users/{userId}/roles",
        tag: MEMBERS,
        summary: "Replace the organization roles of a member",
        request: Some(schema::roles_by_id_or_name),
        responses: &[NOTHING, INVALID, MEMBERSHIP, UNKNOWN, CONSTRAINT, NAMES],
        handler: || put(users::replace_roles),
    },
    Operation {
        method: "DELETE",
        path: "/organizations/{id}/users/{userId}/roles/{organizationRoleId}",
        tag: MEMBERS,
        summary: "Take an organization role from a member",
        request: None,
        responses: &[NOTHING, NOT_FOUND, MEMBERSHIP],
        handler: || delete(users::unassign),
    },
    Operation {
        method: "GET",
        path: "/organizations/{id}/users/{userId}/scopes",
        tag: MEMBERS,
        summary: "List the organization scopes that the roles of a member permit",
        request: None,
        responses: &[(200, "Organization scopes"), MEMBERSHIP],
        handler: || get(users::scopes),
    },
];

/// Every operation on the applications of organizations.
pub(crate) const APPLICATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/organizations/{id}/applications",
        tag: MACHINES,
        summary: "List the applications that belong to an organization",
        request: None,
        responses: &[(200, "Applications with roles"), ABSENT],
        handler: || get(applications::list),
    },
    Operation {
        method: "POST",
        path: "/organizations/{id}/applications",
        tag: MACHINES,
        summary: "Let applications join an organization",
        request: Some(schema::applications),
        responses: &[(201, "Nothing"), INVALID, UNKNOWN, CONSTRAINT],
        handler: || post(applications::add),
    },
    Operation {
        method: "PUT",
        path: "/organizations/{id}/applications",
        tag: MACHINES,
        summary: "Let exactly these applications belong to an organization",
        request: Some(schema::all_applications),
        responses: &[NOTHING, INVALID, UNKNOWN, CONSTRAINT],
        handler: || put(applications::replace),
    },
    Operation {
        method: "DELETE",
        path: "/organizations/{id}/applications/{applicationId}",
        tag: MACHINES,
        summary: "Take an application out of an organization",
        request: None,
        responses: &[NOTHING, NOT_FOUND],
        handler: || delete(applications::remove),
    },
    Operation {
        method: "POST",
        path: "/organizations/{id}/applications/roles",
        tag: MACHINES,
        summary: "Give several members several organization roles",
        request: Some(schema::applications_and_roles),
        responses: &[(201, "Nothing"), INVALID, UNKNOWN, CONSTRAINT],
        handler: || post(applications::assign_all),
    },
    Operation {
        method: "GET",
        path: "/organizations/{id}/applications/{applicationId}/roles",
        tag: MACHINES,
        summary: "List the organization roles of a member",
        request: None,
        responses: &[ROLES, MEMBERSHIP],
        handler: || get(applications::list_roles),
    },
    Operation {
        method: "POST",
        path: "/organizations/{id}/applications/{applicationId}/roles",
        tag: MACHINES,
        summary: "Give organization roles to a member",
        request: Some(schema::roles),
        responses: &[(201, "Nothing"), INVALID, MEMBERSHIP, UNKNOWN, CONSTRAINT],
        handler: || post(applications::assign),
    },
    Operation {
        method: "PUT",
        path: "/organizations/{id}/applications/{applicationId}/roles",
        tag: MACHINES,
        summary: "Replace the organization roles of a member",
        request: Some(schema::roles),
        responses: &[NOTHING, INVALID, MEMBERSHIP, UNKNOWN, CONSTRAINT],
        handler: || put(applications::replace_roles),
    },
    Operation {
        method: "DELETE",
        path: "/organizations/{id}/applications/{applicationId}/roles/{organizationRoleId}",
        tag: MACHINES,
        summary: "Take an organization role from a member",
        request: None,
        responses: &[NOTHING, NOT_FOUND, MEMBERSHIP],
        handler: || delete(applications::unassign),
    },
];
