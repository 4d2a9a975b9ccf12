//! Proof of possession at the endpoints (RFC 9449): reads the proof of a request, hands out nonces.

use axum::{
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use events::{ProofId, ProofPurpose};
use protocol::{
    ClientMetadata, OAuthError,
    client_assertion::is_fapi2_algorithm,
    dpop::{self, DpopRefusal, Expected, Nonces, PROOF_AGE_SECONDS_MAX},
    jwt_claims::CLOCK_SKEW_SECONDS,
};

use crate::{
    bounded::Recent,
    call::Call,
    oidc::{
        failure::{OidcFailure, OidcResult},
        once::Statement,
    },
};

/// Carries the proof.
const HEADER: &str = "dpop";
/// Tells the nonce of the next proof.
const NONCE_HEADER: &str = "dpop-nonce";

/// Most proofs that are remembered at resources.
const SEEN_MAX: usize = 200_000;

/// Proofs that resources of ours have seen lately. It is a table of each node and no record: a token
/// read twice with one proof gives away nothing new.
pub(crate) struct SeenProofs(Recent<ProofId, bool>);

impl Default for SeenProofs {
    fn default() -> Self {
        let lifetime = PROOF_AGE_SECONDS_MAX + CLOCK_SKEW_SECONDS + 1;
        Self(Recent::new(SEEN_MAX, lifetime))
    }
}

/// Reads the proof of a request to a resource of ours, bound to its access token.
///
/// # Errors
/// 401 with a challenge.
pub(super) fn presented_at_resource(
    call: &Call,
    headers: &HeaderMap,
    request: (&str, &str),
    access_token: &str,
) -> OidcResult<Presented> {
    let challenged = |error: OAuthError| OidcFailure::Refused(error.challenged_for_dpop());
    let proof = match presented(call, headers, request, Some(access_token)) {
        Ok(Some(proof)) => proof,
        Ok(None) => return Err(challenged(DpopRefusal::Missing.into())),
        Err(OidcFailure::Refused(error)) => return Err(challenged(error)),
        Err(failure) => return Err(failure),
    };
    let id = proof.statement.id().clone();
    let is_known =
        call.site.seen_proofs().0.with(id, call.now, |seen| std::mem::replace(seen, true));
    if is_known { Err(challenged(DpopRefusal::Replayed.into())) } else { Ok(proof) }
}

/// A proof that came with a request, and holds unless it was presented before.
pub(super) struct Presented {
    /// Thumbprint of the key.
    pub jkt: String,
    /// What counts once.
    pub statement: Statement,
    is_fapi2: bool,
}

/// Reads the proof of a request to `path` under the issuer; none if the request has none.
///
/// # Errors
/// `invalid_dpop_proof`, `use_dpop_nonce`.
pub(super) fn presented(
    call: &Call,
    headers: &HeaderMap,
    (method, path): (&str, &str),
    access_token: Option<&str>,
) -> OidcResult<Option<Presented>> {
    let mut proofs = headers.get_all(HEADER).iter();
    let Some(proof) = proofs.next() else { return Ok(None) };
    let text = proof.to_str().ok().filter(|_| proofs.next().is_none());
    let text = text.ok_or(DpopRefusal::Malformed).map_err(OAuthError::from)?;
    let now = call.now.seconds().0;
    let expected = Expected {
        method,
        url: &format!("{}{path}", call.site.issuer()),
        access_token,
        now,
        nonces: &Nonces::at(call.site.token_key(), now),
    };
    let proof = dpop::check(text, &expected).map_err(OAuthError::from)?;
    let name = (proof.jkt.as_str(), proof.jti.as_str());
    let statement = Statement::new(call, ProofPurpose::Dpop, name, proof.expires_at)?;
    let is_fapi2 = is_fapi2_algorithm(proof.algorithm);
    Ok(Some(Presented { jkt: proof.jkt, statement, is_fapi2 }))
}

/// Whether the proof, or that there is none, suits the client.
///
/// # Errors
/// `invalid_dpop_proof`
pub(super) fn check_client(
    client: &ClientMetadata,
    presented: Option<&Presented>,
) -> Result<(), OAuthError> {
    match presented {
        None if client.is_dpop_required => Err(DpopRefusal::Missing.into()),
        Some(proof) if client.is_fapi2() && !proof.is_fapi2 => Err(DpopRefusal::Algorithm.into()),
        None | Some(_) => Ok(()),
    }
}

/// Tells the nonce of the next proof, if the request had one.
pub(super) fn renew(call: &Call, request: &HeaderMap, mut response: Response) -> Response {
    if request.contains_key(HEADER) {
        let nonce = Nonces::at(call.site.token_key(), call.now.seconds().0).current;
        if let Ok(nonce) = HeaderValue::from_str(&nonce) {
            response.headers_mut().insert(NONCE_HEADER, nonce);
        }
    }
    response
}
