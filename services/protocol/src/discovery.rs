//! The provider metadata: only what is really served.
//! Clause: OpenID Connect Discovery 1.0 section 3, RFC 8414; contract: oidc.md section 1.

use crypto::jws::JwsAlgorithm;
use serde::Serialize;

use crate::{
    authorization_request::ResponseMode,
    claims::USER_CLAIMS,
    client::{ClientAuthMethod, GrantType},
    pkce, scope,
};

/// Ways in which a client may authenticate at the token endpoint.
const AUTH_METHODS: [&str; 5] = [
    ClientAuthMethod::ClientSecretBasic.as_str(),
    ClientAuthMethod::ClientSecretJwt.as_str(),
    ClientAuthMethod::ClientSecretPost.as_str(),
    ClientAuthMethod::PrivateKeyJwt.as_str(),
    ClientAuthMethod::None.as_str(),
];

/// Body of `/.well-known/openid-configuration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderMetadata {
    /// Issuer, without a slash at its end.
    pub issuer: String,
    /// Where users are sent.
    pub authorization_endpoint: String,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: String,
    /// Where a token is exchanged for claims.
    pub userinfo_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where users sign out.
    pub end_session_endpoint: String,
    /// Where tokens are given back.
    pub revocation_endpoint: String,
    /// Where tokens are asked about.
    pub introspection_endpoint: String,
    /// Where devices without a browser begin.
    pub device_authorization_endpoint: String,
    /// Where authorization requests are pushed (RFC 9126).
    pub pushed_authorization_request_endpoint: String,
    /// Only clients that chose so must push.
    pub require_pushed_authorization_requests: bool,
    /// Scopes that give claims or rights.
    pub scopes_supported: Vec<&'static str>,
    /// Claims that can be told.
    pub claims_supported: Vec<&'static str>,
    /// Only `code`.
    pub response_types_supported: Vec<&'static str>,
    /// Ways in which an answer travels.
    pub response_modes_supported: Vec<&'static str>,
    /// Grants of the token endpoint.
    pub grant_types_supported: Vec<&'static str>,
    /// Only `S256`.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// Client authentication at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Client authentication at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Ways to authenticate where tokens are asked about.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// JWS algorithms of client assertions at the token endpoint.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The same at the revocation endpoint.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The same where tokens are asked about.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// JWS algorithms of proofs of possession (RFC 9449).
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    /// JWS algorithms of request objects (RFC 9101).
    pub request_object_signing_alg_values_supported: Vec<&'static str>,
    /// JWS algorithms of signed answers (JARM).
    pub authorization_signing_alg_values_supported: Vec<String>,
    /// JWS algorithms of ID tokens.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Only `public`.
    pub subject_types_supported: Vec<&'static str>,
    /// Only `normal`.
    pub claim_types_supported: Vec<&'static str>,
    /// The parameter `claims` is ignored.
    pub claims_parameter_supported: bool,
    /// Signed request objects by value.
    pub request_parameter_supported: bool,
    /// Request objects by reference are refused, but for what was pushed.
    pub request_uri_parameter_supported: bool,
    /// Answers carry `iss` (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Clients are told of the end of sessions.
    pub backchannel_logout_supported: bool,
    /// And of which session, if they want it.
    pub backchannel_logout_session_supported: bool,
}

impl ProviderMetadata {
    /// Metadata of `issuer`, which signs with `algorithms` (JWS names, current first).
    pub fn new(issuer: &str, algorithms: &[&str]) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        let claims = ["sub"].into_iter().chain(USER_CLAIMS).chain(["sid", "auth_time", "iss"]);
        let scopes = scope::OIDC_SCOPES.into_iter();
        let asymmetric = JwsAlgorithm::ASYMMETRIC.map(JwsAlgorithm::as_str).to_vec();
        let mut assertions = vec![JwsAlgorithm::HS256.as_str()];
        assertions.extend(&asymmetric);
        let own: Vec<String> = algorithms.iter().map(|name| (*name).to_owned()).collect();
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at("/auth"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/me"),
            jwks_uri: at("/jwks"),
            end_session_endpoint: at("/session/end"),
            revocation_endpoint: at("/token/revocation"),
            introspection_endpoint: at("/token/introspection"),
            device_authorization_endpoint: at("/device/auth"),
            pushed_authorization_request_endpoint: at("/request"),
            require_pushed_authorization_requests: false,
            // Rights of the account API, which is not served yet.
            scopes_supported: scopes
                .filter(|name| ![scope::SESSIONS, scope::TRUSTED_DEVICES].contains(name))
                .collect(),
            claims_supported: claims.collect(),
            response_types_supported: vec!["code"],
            response_modes_supported: ResponseMode::NAMES.to_vec(),
            grant_types_supported: GrantType::ALL.map(GrantType::as_str).to_vec(),
            code_challenge_methods_supported: vec![pkce::METHOD],
            token_endpoint_auth_methods_supported: AUTH_METHODS.to_vec(),
            revocation_endpoint_auth_methods_supported: AUTH_METHODS.to_vec(),
            introspection_endpoint_auth_methods_supported: AUTH_METHODS.to_vec(),
            token_endpoint_auth_signing_alg_values_supported: assertions.clone(),
            revocation_endpoint_auth_signing_alg_values_supported: assertions.clone(),
            introspection_endpoint_auth_signing_alg_values_supported: assertions,
            dpop_signing_alg_values_supported: asymmetric.clone(),
            request_object_signing_alg_values_supported: asymmetric,
            authorization_signing_alg_values_supported: own.clone(),
            id_token_signing_alg_values_supported: own,
            subject_types_supported: vec!["public"],
            claim_types_supported: vec!["normal"],
            claims_parameter_supported: false,
            request_parameter_supported: true,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> serde_json::Value {
        let metadata = ProviderMetadata::new("http://localhost:3001/oidc", &["EdDSA", "ES384"]);
        serde_json::to_value(metadata).unwrap()
    }

    #[test]
    fn endpoints_stand_under_the_issuer() {
        let metadata = metadata();
        assert_eq!(metadata["issuer"], "http://localhost:3001/oidc");
        for (name, path) in [
            ("authorization_endpoint", "auth"),
            ("token_endpoint", "token"),
            ("userinfo_endpoint", "me"),
            ("jwks_uri", "jwks"),
            ("end_session_endpoint", "session/end"),
            ("revocation_endpoint", "token/revocation"),
            ("introspection_endpoint", "token/introspection"),
            ("device_authorization_endpoint", "device/auth"),
            ("pushed_authorization_request_endpoint", "request"),
        ] {
            assert_eq!(metadata[name], format!("http://localhost:3001/oidc/{path}"));
        }
    }

    #[test]
    fn neither_implicit_nor_hybrid_is_offered() {
        let metadata = metadata();
        assert_eq!(metadata["response_types_supported"], json!(["code"]));
        let grants: Vec<&str> = metadata["grant_types_supported"]
            .as_array()
            .unwrap()
            .iter()
            .map(|grant| grant.as_str().unwrap())
            .collect();
        assert!(grants.contains(&"authorization_code") && !grants.contains(&"implicit"));
        assert!(grants.contains(&"urn:ietf:params:oauth:grant-type:device_code"));
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["EdDSA", "ES384"]));
    }

    #[test]
    fn claims_have_the_order_of_the_contract() {
        let claims = &metadata()["claims_supported"];
        assert_eq!((&claims[0], &claims[1]), (&json!("sub"), &json!("name")));
        let count = claims.as_array().unwrap().len();
        assert_eq!(claims[count - 1], "iss");
    }
}
