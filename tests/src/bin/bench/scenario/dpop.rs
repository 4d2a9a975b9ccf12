//! Client credentials that are bound to a key: every request brings a proof of its own (RFC 9449).

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use e2e::relying_party::encode_form;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData};
use serde_json::json;
use tokio::time::Instant;

use crate::{ground::Ground, load::Requests, scenario::Scenario};

/// Tokens for whoever proves to hold a key.
pub(super) struct Tokens(Arc<Shared>);

struct Shared {
    host: String,
    body: String,
    header: Header,
    key: EncodingKey,
    /// Nonce of the server, good for minutes.
    nonce: String,
    /// Seconds since the epoch, as the server told it, and when that was.
    told: (i64, Instant),
    /// So that no two proofs are the same.
    next: AtomicUsize,
}

impl Tokens {
    /// With a key of its own.
    pub(super) fn new(ground: &Ground) -> Result<Self> {
        let pair = KeyPair::generate_for(&PKCS_ED25519).context("making a key")?;
        let public = BASE64_URL_SAFE_NO_PAD.encode(pair.der_bytes());
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("dpop+jwt".into());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": public });
        header.jwk = Some(serde_json::from_value(jwk)?);
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &ground.credentials.client_id),
            ("client_secret", &ground.credentials.client_secret),
            ("resource", &ground.credentials.resource),
            ("scope", "all"),
        ];
        Ok(Self(Arc::new(Shared {
            host: ground.host.clone(),
            body: encode_form(&fields),
            header,
            key: EncodingKey::from_ed_der(&pair.serialize_der()),
            nonce: ground.dpop_nonce.clone(),
            told: ground.told,
            next: AtomicUsize::new(0),
        })))
    }
}

impl Scenario for Tokens {
    fn name(&self) -> &'static str {
        "dpop_client_credentials"
    }

    fn connect(&self, _number: usize) -> Box<dyn Requests> {
        Box::new(Self(Arc::clone(&self.0)))
    }
}

impl Requests for Tokens {
    fn next(&mut self, out: &mut Vec<u8>) {
        let Shared { host, body, header, key, nonce, told: (seconds, at), next } = &*self.0;
        let number = next.fetch_add(1, Ordering::Relaxed);
        let proof = json!({
            "jti": format!("proof-{number}-of-the-benchmark"),
            "htm": "POST",
            "htu": format!("http://{host}/oidc/token"),
            "iat": seconds + i64::try_from(at.elapsed().as_secs()).unwrap_or_default(),
            "nonce": nonce,
        });
        // A key that signed once signs again; an empty proof would be told as an error.
        let proof = encode(header, &proof, key).unwrap_or_default();
        let length = body.len();
        let text = format!(
            "POST /oidc/token HTTP/1.1\r\nhost: {host}\r\ndpop: {proof}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        *out = text.into_bytes();
    }

    fn answered(&mut self, status: u16, _body: &[u8]) -> bool {
        status == 200
    }
}
