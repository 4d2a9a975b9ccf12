//! Each check of a proof refuses its attack.

use crypto::{
    jws::signing,
    key::{Algorithm, PrivateKey, Signer},
};
use serde_json::json;

use super::*;

const NOW: i64 = 1_767_225_600;
const URL: &str = "https://id.example/oidc/token";

struct Holder {
    signer: Signer,
    nonces: Nonces,
}

impl Holder {
    fn new() -> Self {
        let signer = Signer::new(PrivateKey::generate(Algorithm::ES256).unwrap());
        Self { signer, nonces: Nonces::at(&KeyedDigest::new([7; 32]), NOW) }
    }

    fn header(&self) -> Value {
        json!({"typ": TYP, "jwk": public(&self.signer)})
    }

    fn claims(&self) -> Value {
        json!({"jti": "j1", "htm": "POST", "htu": URL, "iat": NOW, "nonce": self.nonces.current})
    }

    fn check_parts(&self, header: &Value, claims: &Value) -> Result<Proof, DpopRefusal> {
        self.check(&signing::by_key(&self.signer, header, claims).unwrap())
    }

    fn check(&self, proof: &str) -> Result<Proof, DpopRefusal> {
        let nonces = &self.nonces;
        check(proof, &Expected { method: "POST", url: URL, access_token: None, now: NOW, nonces })
    }

    /// A proof that is right but for one claim.
    fn with(&self, name: &str, value: Value) -> Result<Proof, DpopRefusal> {
        let mut claims = self.claims();
        claims[name] = value;
        self.check_parts(&self.header(), &claims)
    }
}

/// The JWK without the members that only a JWKS needs.
fn public(signer: &Signer) -> Value {
    let mut jwk = serde_json::to_value(signer.public_jwk()).unwrap();
    for name in ["kid", "alg", "use"] {
        jwk.as_object_mut().unwrap().remove(name);
    }
    jwk
}

#[test]
fn good_proof_tells_the_key_and_its_own_name() {
    let holder = Holder::new();
    let proof = holder.check_parts(&holder.header(), &holder.claims()).unwrap();
    assert_eq!(proof.jkt, holder.signer.public_jwk().thumbprint());
    assert_eq!((proof.jti.as_str(), proof.expires_at), ("j1", NOW + 301));
    assert!(is_thumbprint(&proof.jkt));
}

#[test]
fn proof_of_another_type_is_refused() {
    let holder = Holder::new();
    for typ in [json!("JWT"), json!("at+jwt"), Value::Null] {
        let header = json!({"typ": typ, "jwk": public(&holder.signer)});
        assert_eq!(holder.check_parts(&header, &holder.claims()), Err(DpopRefusal::Type), "{typ}");
    }
}

#[test]
fn unsigned_proof_and_symmetric_signature_are_refused() {
    let holder = Holder::new();
    let unsigned = signing::unsigned(&holder.header(), &holder.claims());
    assert_eq!(holder.check(&unsigned), Err(DpopRefusal::Algorithm));
    let secret = public(&holder.signer).to_string();
    let confused = signing::by_secret(secret.as_bytes(), &holder.header(), &holder.claims());
    assert_eq!(holder.check(&confused), Err(DpopRefusal::Algorithm));
}

#[test]
fn key_must_be_there_public_and_the_one_that_signed() {
    let holder = Holder::new();
    let claims = holder.claims();
    assert_eq!(holder.check_parts(&json!({"typ": TYP}), &claims), Err(DpopRefusal::Key));
    let mut private = public(&holder.signer);
    private["d"] = "AQAB".into();
    let header = json!({"typ": TYP, "jwk": private});
    assert_eq!(holder.check_parts(&header, &claims), Err(DpopRefusal::Key));
    let symmetric = json!({"typ": TYP, "jwk": {"kty": "oct", "k": "c2VjcmV0"}});
    assert_eq!(holder.check_parts(&symmetric, &claims), Err(DpopRefusal::Key));
    let other = Signer::new(PrivateKey::generate(Algorithm::ES256).unwrap());
    let header = json!({"typ": TYP, "jwk": public(&other)});
    assert_eq!(holder.check_parts(&header, &claims), Err(DpopRefusal::Signature));
}

#[test]
fn proof_for_another_method_or_place_is_refused() {
    let holder = Holder::new();
    for htm in [json!("GET"), json!("post"), Value::Null] {
        assert_eq!(holder.with("htm", htm), Err(DpopRefusal::Method));
    }
    for htu in [
        "https://id.example/oidc/token/revocation",
        "https://evil.example/oidc/token",
        "http://id.example/oidc/token",
        "https://id.example:8443/oidc/token",
        "https://user@id.example/oidc/token",
        "/oidc/token",
        "",
    ] {
        assert_eq!(holder.with("htu", htu.into()), Err(DpopRefusal::Url), "{htu}");
    }
}

#[test]
fn query_fragment_and_spelling_of_the_place_do_not_count() {
    let holder = Holder::new();
    for htu in ["?x=1", "#x", ""] {
        assert!(holder.with("htu", format!("{URL}{htu}").into()).is_ok(), "{htu}");
    }
    assert!(holder.with("htu", "HTTPS://ID.example:443/oidc/token".into()).is_ok());
}

#[test]
fn stale_and_future_proofs_are_refused_at_the_second() {
    let holder = Holder::new();
    assert!(holder.with("iat", (NOW - PROOF_AGE_SECONDS_MAX).into()).is_ok());
    assert!(holder.with("iat", (NOW + CLOCK_SKEW_SECONDS).into()).is_ok());
    for iat in
        [json!(NOW - PROOF_AGE_SECONDS_MAX - 1), json!(NOW + CLOCK_SKEW_SECONDS + 1), Value::Null]
    {
        assert_eq!(holder.with("iat", iat), Err(DpopRefusal::Age));
    }
}

#[test]
fn proof_without_a_name_is_refused() {
    let holder = Holder::new();
    for jti in [Value::Null, json!(""), json!("j".repeat(JTI_BYTES_MAX + 1)), json!(1)] {
        assert_eq!(holder.with("jti", jti), Err(DpopRefusal::Id));
    }
}

#[test]
fn missing_or_foreign_nonce_asks_for_one_of_ours() {
    let holder = Holder::new();
    for nonce in [Value::Null, json!(""), json!("guessed")] {
        assert_eq!(holder.with("nonce", nonce), Err(DpopRefusal::Nonce));
    }
    let error = OAuthError::from(DpopRefusal::Nonce);
    assert_eq!((error.kind.as_str(), error.status), ("use_dpop_nonce", 400));
}

#[test]
fn nonce_is_good_until_the_end_of_the_next_period_and_only_with_its_key() {
    let key = KeyedDigest::new([7; 32]);
    let handed_out = Nonces::at(&key, 0).current;
    assert!(Nonces::at(&key, 2 * NONCE_SECONDS - 1).accept(&handed_out));
    assert!(!Nonces::at(&key, 2 * NONCE_SECONDS).accept(&handed_out));
    assert!(!Nonces::at(&KeyedDigest::new([8; 32]), 0).accept(&handed_out));
}

#[test]
fn proof_at_a_resource_must_name_the_access_token() {
    let holder = Holder::new();
    let check = |ath: Value| {
        let mut claims = holder.claims();
        claims["ath"] = ath;
        let proof = signing::by_key(&holder.signer, &holder.header(), &claims).unwrap();
        let nonces = &holder.nonces;
        let access_token = Some("token");
        check(&proof, &Expected { method: "POST", url: URL, access_token, now: NOW, nonces })
    };
    assert!(check(sha256_base64url("token").into()).is_ok());
    for ath in [sha256_base64url("other").into(), json!("token"), Value::Null] {
        assert_eq!(check(ath), Err(DpopRefusal::AccessToken));
    }
}
