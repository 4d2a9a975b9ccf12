//! The members of a client's registration that say how it proves itself and how strict we are with
//! it.

use crypto::key::ForeignKeys;
use protocol::client::{ClientAuthMethod, ClientMetadata, SecurityProfile};
use serde_json::{Map, Value};

use crate::clients::ClientKeys;

/// Value of `securityProfile` for the FAPI 2.0 Security Profile.
pub(crate) const FAPI2: &str = "fapi2";

/// Puts the members of `oidc` and `custom` into `metadata`.
pub(crate) fn apply(
    metadata: &mut ClientMetadata,
    oidc: &Map<String, Value>,
    custom: &Map<String, Value>,
) {
    let text = |name: &str| oidc.get(name).and_then(Value::as_str);
    let flag = |name: &str| oidc.get(name).and_then(Value::as_bool).unwrap_or(false);
    // A client without a secret stays one: it has nothing to prove itself with.
    let method = text("tokenEndpointAuthMethod").and_then(ClientAuthMethod::parse);
    if let Some(method) = method.filter(|_| !metadata.is_public()) {
        metadata.auth_method = method;
    }
    metadata.id_token_algorithm = text("idTokenSignedResponseAlg").map(str::to_owned);
    metadata.authorization_response_algorithm =
        text("authorizationSignedResponseAlg").map(str::to_owned);
    metadata.is_dpop_required = flag("dpopBoundAccessTokens");
    metadata.is_pushed_request_required = flag("requirePushedAuthorizationRequests");
    metadata.is_signed_request_required = flag("requireSignedRequestObject");
    if custom.get("securityProfile").and_then(Value::as_str) == Some(FAPI2) {
        metadata.security_profile = Some(SecurityProfile::Fapi2);
        metadata.auth_method = ClientAuthMethod::PrivateKeyJwt;
        metadata.is_dpop_required = true;
        metadata.is_pushed_request_required = true;
        metadata.is_pkce_required = true;
        // FAPI 2.0 Security Profile 5.3.2.1: no rotation of what is bound anyway.
        metadata.rotates_refresh_token = false;
    }
}

/// Where the public keys of a client are. Keys that cannot be read are none.
pub(crate) fn keys(oidc: &Map<String, Value>) -> ClientKeys {
    if let Some(jwks) = oidc.get("jwks") {
        return ForeignKeys::try_new(jwks).map_or(ClientKeys::None, ClientKeys::Registered);
    }
    match oidc.get("jwksUri").and_then(Value::as_str) {
        Some(uri) => ClientKeys::At(uri.to_owned()),
        None => ClientKeys::None,
    }
}
