//! `oidcClientMetadata` and `customClientMetadata` of an application: their members, what each may
//! hold, and nothing else (contract: management-20-applications §2 and §3).

use protocol::redirect_uri;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use url::Url;

use crate::http::error::ApiError;

/// Most URIs of one kind.
const URIS_MAX: usize = 200;
/// Most origins that may call the provider.
const ORIGINS_MAX: usize = 200;
/// Longest life of a refresh token, in days.
const REFRESH_TOKEN_DAYS_MAX: i64 = 180;

/// Metadata of OpenID Connect registration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OidcClientMetadata {
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_logout_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_logout_session_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_endpoint_auth_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_signed_response_alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_signed_response_alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dpop_bound_access_tokens: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_pushed_authorization_requests: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_signed_request_object: Option<bool>,
}

/// Lifetimes and switches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CustomClientMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    cors_allowed_origins: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_ttl: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_ttl_in_days: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_ttl: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    always_issue_refresh_token: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotate_refresh_token: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_token_exchange: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_device_flow: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_pkce_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_allowed_grants: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
}

impl OidcClientMetadata {
    /// What is recorded.
    ///
    /// # Errors
    /// 400 `guard.invalid_input` that names the member.
    pub(super) fn try_into_members(self) -> Result<Map<String, Value>, ApiError> {
        check_uris("redirectUris", &self.redirect_uris)?;
        check_uris("postLogoutRedirectUris", &self.post_logout_redirect_uris)?;
        if let Some(uri) = &self.backchannel_logout_uri
            && !Url::parse(uri).is_ok_and(|uri| matches!(uri.scheme(), "http" | "https"))
        {
            return Err(wrong_oidc(&["backchannelLogoutUri"], "Expected an http or https URL."));
        }
        members(&self)
    }
}

impl CustomClientMetadata {
    /// What is recorded.
    ///
    /// # Errors
    /// 400 `guard.invalid_input` that names the member.
    pub(super) fn try_into_members(self) -> Result<Map<String, Value>, ApiError> {
        let origins = self.cors_allowed_origins.as_deref().unwrap_or_default();
        if origins.len() > ORIGINS_MAX || origins.iter().any(String::is_empty) {
            let message = format!("Expected at most {ORIGINS_MAX} origins, none of them empty.");
            return Err(wrong_custom("corsAllowedOrigins", &message));
        }
        for (name, value, most) in [
            ("idTokenTtl", self.id_token_ttl, i64::from(u32::MAX)),
            ("refreshTokenTtlInDays", self.refresh_token_ttl_in_days, REFRESH_TOKEN_DAYS_MAX),
            ("refreshTokenTtl", self.refresh_token_ttl, i64::from(u32::MAX)),
            ("maxAllowedGrants", self.max_allowed_grants, i64::from(u32::MAX)),
        ] {
            if value.is_some_and(|value| !(1..=most).contains(&value)) {
                return Err(wrong_custom(name, &format!("Expected a number from 1 to {most}.")));
            }
        }
        members(&self)
    }
}

fn check_uris(member: &str, uris: &[String]) -> Result<(), ApiError> {
    if uris.len() > URIS_MAX {
        return Err(wrong_oidc(&[member], &format!("Expected at most {URIS_MAX} URIs.")));
    }
    for (at, uri) in uris.iter().enumerate() {
        redirect_uri::validate(uri)
            .map_err(|refusal| wrong_oidc(&[member, &at.to_string()], &refusal.to_string()))?;
    }
    Ok(())
}

fn wrong_oidc(path: &[&str], message: &str) -> ApiError {
    ApiError::invalid_input("body", &[&["oidcClientMetadata"], path].concat(), message)
}

fn wrong_custom(member: &str, message: &str) -> ApiError {
    ApiError::invalid_input("body", &["customClientMetadata", member], message)
}

fn members<T: Serialize + DeserializeOwned>(metadata: &T) -> Result<Map<String, Value>, ApiError> {
    match serde_json::to_value(metadata).map_err(ApiError::internal)? {
        Value::Object(members) => Ok(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Ok(Map::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn oidc(value: Value) -> Result<Map<String, Value>, ApiError> {
        serde_json::from_value::<OidcClientMetadata>(value).unwrap().try_into_members()
    }

    fn custom(value: Value) -> Result<Map<String, Value>, ApiError> {
        serde_json::from_value::<CustomClientMetadata>(value).unwrap().try_into_members()
    }

    fn path(refused: Result<Map<String, Value>, ApiError>) -> Value {
        refused.unwrap_err().data.unwrap()["issues"][0]["path"].clone()
    }

    #[test]
    fn missing_lists_of_uris_are_recorded_as_empty_and_unknown_members_left_out() {
        let recorded = oidc(json!({"other": 1})).unwrap();
        let expected = json!({"redirectUris": [], "postLogoutRedirectUris": []});
        assert_eq!(Value::Object(recorded), expected);
        assert_eq!(Value::Object(custom(json!({"other": 1})).unwrap()), json!({}));
    }

    #[test]
    fn a_uri_that_cannot_be_registered_is_named_by_its_place() {
        for uri in ["javascript:alert(1)", "data:text/html,x", "/relative", "https://a/../b"] {
            let refused = oidc(json!({"redirectUris": ["https://a.example/cb", uri]}));
            assert_eq!(path(refused), json!(["oidcClientMetadata", "redirectUris", "1"]), "{uri}");
        }
        assert!(
            oidc(json!({"redirectUris": ["com.example.app://cb", "http://localhost:3000/"]}))
                .is_ok()
        );
    }

    #[test]
    fn lifetimes_have_limits_on_both_sides() {
        assert!(custom(json!({"refreshTokenTtlInDays": 180, "maxAllowedGrants": 1})).is_ok());
        for value in [0, 181] {
            let refused = custom(json!({"refreshTokenTtlInDays": value}));
            assert_eq!(path(refused), json!(["customClientMetadata", "refreshTokenTtlInDays"]));
        }
        assert!(custom(json!({"corsAllowedOrigins": [""]})).is_err());
    }
}
