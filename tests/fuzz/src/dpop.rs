//! Proofs of possession: what is accepted was signed by the key that it carries, for this method,
//! place, moment and token.

use crypto::{
    digest::{KeyedDigest, sha256_base64url},
    jws::ForeignToken,
    key::ForeignKey,
};
use protocol::dpop::{Expected, Nonces, PROOF_AGE_SECONDS_MAX, check, is_thumbprint};

use crate::{NOW, holder};

const PLACE: &str = "https://id.example/oidc/me";
const TOKEN: &str = "at_x.y";

/// Checks the proof, as the input has it and with the nonce of now.
pub fn run(input: &[u8]) {
    let nonces = Nonces::at(&KeyedDigest::new([7; 32]), NOW);
    let with_nonce = crate::text(input).replace("NONCE", &nonces.current);
    let texts = [holder::signed(with_nonce.as_bytes()), Some(crate::text(input).into_owned())];
    for access_token in [None, Some(TOKEN)] {
        let expected =
            Expected { method: "GET", url: PLACE, access_token, now: NOW, nonces: &nonces };
        for proof in texts.iter().flatten() {
            let Ok(accepted) = check(proof, &expected) else { continue };
            let token = ForeignToken::parse(proof).unwrap();
            let key = ForeignKey::try_new(token.jwk().unwrap()).unwrap();
            let claims = token.verify_by_key(&key).unwrap();
            assert_eq!(key.thumbprint(), accepted.jkt);
            assert!(is_thumbprint(&accepted.jkt));
            assert!(claims["htm"] == "GET" && claims["nonce"] == nonces.current.as_str());
            assert!(claims["htu"].as_str().unwrap().to_ascii_lowercase().contains("id.example"));
            if access_token.is_some() {
                assert_eq!(claims["ath"], sha256_base64url(TOKEN));
            }
            let latest = NOW + 60 + PROOF_AGE_SECONDS_MAX + 1;
            assert!((NOW..=latest).contains(&accepted.expires_at));
        }
    }
}
