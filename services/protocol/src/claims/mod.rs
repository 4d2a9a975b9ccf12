//! What tokens and `/oidc/me` say about a user, by scope.
//! Contract: oidc.md section 7; architecture section 8 for `address` and `updated_at`.
//!
//! Stripping rule: an unset profile member has no claim; an unset top-level column is null.

mod extended;
mod profile;
mod user;

use serde_json::{Map, Value};

use crate::scope::{self, ScopeSet};

pub use self::{
    extended::{ExtendedClaim, ExtendedClaims},
    user::{OrganizationClaim, SsoIdentity, UserClaims},
};

/// Every claim about a user, in contract order.
pub const USER_CLAIMS: [&str; 28] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
    "custom_data",
    "identities",
    "sso_identities",
];

/// Claims for an ID token, without those of the protocol.
pub fn for_id_token(
    user: &UserClaims,
    scopes: &ScopeSet,
    enabled: &ExtendedClaims,
) -> Map<String, Value> {
    let mut claims = standard(user, scopes);
    extended::put(&mut claims, user, scopes, enabled);
    claims
}

/// Body of `/oidc/me`, `sub` included.
pub fn for_userinfo(user: &UserClaims, scopes: &ScopeSet) -> Map<String, Value> {
    let mut claims = standard(user, scopes);
    extended::put(&mut claims, user, scopes, &ExtendedClaims::all());
    claims.insert("sub".to_owned(), Value::from(user.id.clone()));
    claims
}

fn standard(user: &UserClaims, scopes: &ScopeSet) -> Map<String, Value> {
    let mut claims = Map::new();
    if scopes.contains(scope::PROFILE) {
        profile::put(&mut claims, user);
    }
    if scopes.contains(scope::EMAIL) {
        put(&mut claims, "email", user.primary_email.clone());
        put(&mut claims, "email_verified", user.is_email_verified);
    }
    if scopes.contains(scope::PHONE) {
        put(&mut claims, "phone_number", user.primary_phone.clone());
        put(&mut claims, "phone_number_verified", user.is_phone_verified);
    }
    if scopes.contains(scope::ADDRESS) {
        profile::put_address(&mut claims, user);
    }
    claims
}

fn put(claims: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    claims.insert(name.to_owned(), value.into());
}

#[cfg(test)]
mod tests;
