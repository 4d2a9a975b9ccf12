//! An authorization request that comes as a signed object (RFC 9101): the server's half.

use crypto::jws::ForeignToken;
use events::ProofPurpose;
use protocol::{
    Parameters,
    request_object::{self, Expected, refused},
};

use crate::{
    call::Call,
    clients::Client,
    oidc::{client_keys, failure::OidcResult, once::Statement},
};

/// Name of the parameter.
pub(super) const PARAMETER: &str = "request";

/// A request that was signed.
pub(super) struct SignedRequest {
    /// What it asks for.
    pub parameters: Parameters,
    /// What counts once, if the object has a name.
    pub statement: Option<Statement>,
}

/// Reads the object that `client` sent.
///
/// # Errors
/// `invalid_request_object`
pub(super) async fn read(call: &Call, client: &Client, object: &str) -> OidcResult<SignedRequest> {
    let token = ForeignToken::parse(object)
        .map_err(|_| refused("the request object is malformed or not signed"))?;
    request_object::check_algorithm(&token, &client.metadata)?;
    let claims = client_keys::verify(call, client, &token).await.map_err(|error| {
        tracing::info!(%error, "request object refused");
        refused("the signature of the request object is wrong")
    })?;
    let expected = Expected {
        client: &client.metadata,
        issuer: call.site.issuer(),
        now: call.now.seconds().0,
    };
    let accepted = request_object::check(token.typ(), claims, &expected)?;
    let statement = accepted.jti.as_deref().map(|jti| {
        let name = (client.metadata.client_id.as_str(), jti);
        Statement::new(call, ProofPurpose::RequestObject, name, accepted.expires_at)
    });
    Ok(SignedRequest { parameters: accepted.parameters, statement: statement.transpose()? })
}
