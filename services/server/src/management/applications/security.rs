//! What a registration may say about how a client proves itself and how strict we are with it: keys
//! that are public, algorithms that we have, and nothing that contradicts itself.

use crypto::key::{Algorithm, ForeignKeys};
use events::ApplicationType;
use protocol::client::ClientAuthMethod;
use serde_json::{Map, Value};
use url::{Host, Url};

use crate::{client_security::FAPI2, http::error::ApiError};

/// Largest set of keys, in bytes of JSON.
const JWKS_BYTES_MAX: usize = 32_768;
/// Longest address of keys, in bytes.
const JWKS_URI_BYTES_MAX: usize = 2_048;
/// Algorithm that the FAPI 2.0 Security Profile does not allow.
const PKCS1: &str = "RS256";

/// A whole registration, as it will be recorded.
pub(super) struct Registration<'a> {
    /// Kind of client.
    pub application_type: ApplicationType,
    /// `oidcClientMetadata`
    pub oidc: &'a Map<String, Value>,
    /// `customClientMetadata`
    pub custom: &'a Map<String, Value>,
}

/// Checks the members that are about security, one by one and against each other. `algorithms` are
/// those that the tenant has keys for.
///
/// # Errors
/// 400 `guard.invalid_input` that names the member.
pub(super) fn check(
    registration: &Registration<'_>,
    algorithms: &[Algorithm],
) -> Result<(), ApiError> {
    let Registration { oidc, .. } = registration;
    check_keys(oidc)?;
    let method = method(registration)?;
    for name in ["idTokenSignedResponseAlg", "authorizationSignedResponseAlg"] {
        let Some(asked) = text(oidc, name) else { continue };
        if !algorithms.iter().any(|algorithm| algorithm.as_str() == asked) {
            return Err(wrong(name, "No key of the tenant signs by this algorithm."));
        }
    }
    let has_keys = oidc.contains_key("jwks") || oidc.contains_key("jwksUri");
    if method == Some(ClientAuthMethod::PrivateKeyJwt) && !has_keys {
        return Err(wrong("tokenEndpointAuthMethod", "Needs `jwks` or `jwksUri`."));
    }
    if flag(oidc, "requireSignedRequestObject") == Some(true) && !has_keys {
        return Err(wrong("requireSignedRequestObject", "Needs `jwks` or `jwksUri`."));
    }
    match text(registration.custom, "securityProfile") {
        None => Ok(()),
        Some(FAPI2) => check_fapi2(registration, method, has_keys),
        Some(_) => Err(wrong_custom("securityProfile", "Expected `fapi2`.")),
    }
}

/// The method that is registered; it must fit the kind of client.
fn method(registration: &Registration<'_>) -> Result<Option<ClientAuthMethod>, ApiError> {
    let name = "tokenEndpointAuthMethod";
    let Some(text) = text(registration.oidc, name) else { return Ok(None) };
    let method = ClientAuthMethod::parse(text)
        .ok_or_else(|| wrong(name, "This method is not supported."))?;
    let is_public = method == ClientAuthMethod::None;
    if is_public == is_confidential(registration.application_type) {
        return Err(wrong(name, "This method does not fit the type of the application."));
    }
    Ok(Some(method))
}

fn is_confidential(application_type: ApplicationType) -> bool {
    match application_type {
        ApplicationType::Traditional | ApplicationType::MachineToMachine => true,
        ApplicationType::Native | ApplicationType::Spa => false,
    }
}

fn check_keys(oidc: &Map<String, Value>) -> Result<(), ApiError> {
    if let Some(jwks) = oidc.get("jwks") {
        if oidc.contains_key("jwksUri") {
            return Err(wrong("jwksUri", "Only one of `jwks` and `jwksUri` can be set."));
        }
        if jwks.to_string().len() > JWKS_BYTES_MAX {
            return Err(wrong("jwks", &format!("Expected at most {JWKS_BYTES_MAX} bytes.")));
        }
        ForeignKeys::try_new(jwks).map_err(|error| wrong("jwks", &error.to_string()))?;
    }
    let Some(uri) = text(oidc, "jwksUri") else { return Ok(()) };
    let is_good = uri.len() <= JWKS_URI_BYTES_MAX
        && Url::parse(uri).is_ok_and(|url| {
            url.username().is_empty()
                && url.password().is_none()
                && url.fragment().is_none()
                && (url.scheme() == "https" || is_plain_loopback(&url))
        });
    if is_good { Ok(()) } else { Err(wrong("jwksUri", "Expected an https URL.")) }
}

/// Whether it is plain http on the machine itself.
fn is_plain_loopback(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_loopback
}

/// What the profile asks of every client cannot be switched off (FAPI 2.0 Security Profile 5.3.2).
fn check_fapi2(
    registration: &Registration<'_>,
    method: Option<ClientAuthMethod>,
    has_keys: bool,
) -> Result<(), ApiError> {
    let Registration { application_type, oidc, custom } = registration;
    if !is_confidential(*application_type) {
        let message = "Only applications that can keep a key can have this profile.";
        return Err(wrong_custom("securityProfile", message));
    }
    if method.is_some_and(|method| method != ClientAuthMethod::PrivateKeyJwt) {
        let message = "The security profile asks for `private_key_jwt`.";
        return Err(wrong("tokenEndpointAuthMethod", message));
    }
    if !has_keys {
        return Err(wrong_custom("securityProfile", "Needs `jwks` or `jwksUri`."));
    }
    for name in ["dpopBoundAccessTokens", "requirePushedAuthorizationRequests"] {
        if flag(oidc, name) == Some(false) {
            return Err(wrong(name, "The security profile asks for it."));
        }
    }
    for name in ["isPkceRequired", "rotateRefreshToken"] {
        let contradicts = name == "rotateRefreshToken";
        if flag(custom, name) == Some(contradicts) {
            return Err(wrong_custom(name, "The security profile asks for the contrary."));
        }
    }
    for name in ["idTokenSignedResponseAlg", "authorizationSignedResponseAlg"] {
        if text(oidc, name) == Some(PKCS1) {
            return Err(wrong(name, "The security profile does not allow it."));
        }
    }
    let uris = oidc.get("redirectUris").and_then(Value::as_array).into_iter().flatten();
    for (at, uri) in uris.filter_map(Value::as_str).enumerate() {
        let is_plain =
            Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && !is_plain_loopback(&url));
        if is_plain || uri.contains('*') {
            let message = "The security profile asks for https and no wildcards.";
            let path = ["oidcClientMetadata", "redirectUris", &at.to_string()];
            return Err(ApiError::invalid_input("body", &path, message));
        }
    }
    Ok(())
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

fn flag(members: &Map<String, Value>, name: &str) -> Option<bool> {
    members.get(name).and_then(Value::as_bool)
}

fn wrong(member: &str, message: &str) -> ApiError {
    ApiError::invalid_input("body", &["oidcClientMetadata", member], message)
}

fn wrong_custom(member: &str, message: &str) -> ApiError {
    ApiError::invalid_input("body", &["customClientMetadata", member], message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 8037 A.2.
    fn jwks() -> Value {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]})
    }

    fn path(application_type: ApplicationType, oidc: Value, custom: Value) -> String {
        let (oidc, custom) = (oidc.as_object().unwrap(), custom.as_object().unwrap());
        let registration = Registration { application_type, oidc, custom };
        match check(&registration, &[Algorithm::EdDSA, Algorithm::RS256]) {
            Ok(()) => String::new(),
            Err(error) => {
                assert_eq!(error.code, Some("guard.invalid_input"));
                let issue = error.data.unwrap()["issues"][0].clone();
                issue["path"].as_array().unwrap().last().unwrap().as_str().unwrap().to_owned()
            }
        }
    }

    fn web(oidc: Value) -> String {
        path(ApplicationType::Traditional, oidc, json!({}))
    }

    #[test]
    fn keys_must_be_public_and_come_one_way() {
        assert_eq!(web(json!({"jwks": jwks(), "tokenEndpointAuthMethod": "private_key_jwt"})), "");
        let mut private = jwks();
        private["keys"][0]["d"] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".into();
        for jwks in [private, json!({"keys": []}), json!("x"), json!({"keys": [{"kty": "oct"}]})] {
            assert_eq!(web(json!({"jwks": jwks})), "jwks");
        }
        assert_eq!(web(json!({"jwks": jwks(), "jwksUri": "https://a.example/k"})), "jwksUri");
        for (uri, place) in [
            ("https://a.example/jwks", ""),
            ("http://127.0.0.1:9/jwks", ""),
            ("http://a.example/jwks", "jwksUri"),
            ("https://u@a.example/jwks", "jwksUri"),
            ("file:///etc/passwd", "jwksUri"),
        ] {
            assert_eq!(web(json!({"jwksUri": uri})), place, "{uri}");
        }
    }

    #[test]
    fn method_fits_type_and_keys() {
        let member = "tokenEndpointAuthMethod";
        for method in ["client_secret_basic", "client_secret_post", "client_secret_jwt"] {
            assert_eq!(web(json!({member: method})), "");
            assert_eq!(path(ApplicationType::Spa, json!({member: method}), json!({})), member);
        }
        assert_eq!(path(ApplicationType::Native, json!({member: "none"}), json!({})), "");
        for method in ["none", "tls_client_auth", "private_key_jwt"] {
            assert_eq!(web(json!({member: method})), member, "{method}");
        }
        assert_eq!(web(json!({"requireSignedRequestObject": true})), "requireSignedRequestObject");
    }

    #[test]
    fn only_algorithms_with_a_key_can_be_fixed() {
        assert_eq!(web(json!({"idTokenSignedResponseAlg": "EdDSA"})), "");
        for name in ["idTokenSignedResponseAlg", "authorizationSignedResponseAlg"] {
            for algorithm in ["ES384", "HS256", "none"] {
                assert_eq!(web(json!({name: algorithm})), name);
            }
        }
    }

    #[test]
    fn the_profile_cannot_be_contradicted() {
        let fapi2 = |oidc: Value, custom: Value| {
            let (mut all, mut switches) =
                (json!({"jwks": jwks()}), json!({"securityProfile": FAPI2}));
            all.as_object_mut().unwrap().extend(oidc.as_object().unwrap().clone());
            switches.as_object_mut().unwrap().extend(custom.as_object().unwrap().clone());
            path(ApplicationType::Traditional, all, switches)
        };
        let none = json!({});
        assert_eq!(fapi2(none.clone(), none.clone()), "");
        assert_eq!(
            fapi2(
                json!({"redirectUris": ["https://a.example/", "http://localhost/"]}),
                none.clone()
            ),
            ""
        );
        for (oidc, place) in [
            (json!({"tokenEndpointAuthMethod": "client_secret_jwt"}), "tokenEndpointAuthMethod"),
            (json!({"dpopBoundAccessTokens": false}), "dpopBoundAccessTokens"),
            (
                json!({"requirePushedAuthorizationRequests": false}),
                "requirePushedAuthorizationRequests",
            ),
            (json!({"idTokenSignedResponseAlg": "RS256"}), "idTokenSignedResponseAlg"),
            (json!({"redirectUris": ["https://a.example/", "http://a.example/"]}), "1"),
            (json!({"redirectUris": ["https://*.a.example/"]}), "0"),
        ] {
            assert_eq!(fapi2(oidc, none.clone()), place);
        }
        assert_eq!(fapi2(none.clone(), json!({"isPkceRequired": false})), "isPkceRequired");
        assert_eq!(fapi2(none.clone(), json!({"securityProfile": "fapi1"})), "securityProfile");
        let custom = json!({"securityProfile": FAPI2});
        let bare = path(ApplicationType::Traditional, json!({}), custom.clone());
        assert_eq!(bare, "securityProfile");
        let public = path(ApplicationType::Spa, json!({"jwks": jwks()}), custom);
        assert_eq!(public, "securityProfile");
    }
}
