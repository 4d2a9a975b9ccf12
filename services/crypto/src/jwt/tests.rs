//! Tests of tokens: round trips, a foreign verifier, and what an attacker tries.

use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};
use serde_json::json;

use super::*;
use crate::{
    encoding::base64url,
    key::{PrivateKey, RsaSize},
};

fn signer(algorithm: Algorithm) -> Signer {
    Signer::new(match algorithm {
        Algorithm::RS256 => PrivateKey::generate_rsa(RsaSize::Bits2048).unwrap(),
        Algorithm::EdDSA | Algorithm::ES256 | Algorithm::ES384 => {
            PrivateKey::generate(algorithm).unwrap()
        }
    })
}

fn key_set(signers: &[&Signer]) -> KeySet {
    KeySet::try_new(signers.iter().map(|signer| signer.public_jwk().clone()).collect()).unwrap()
}

fn claims() -> Value {
    json!({"sub": "u1", "aud": "https://api.example", "exp": 4_102_444_800_u64, "name": "Ann Ü"})
}

/// A token with any header, signed properly.
fn forge(signer: &Signer, header: &Value, claims: &str) -> String {
    let message =
        format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.as_bytes()));
    let signature = signer.sign(message.as_bytes()).unwrap();
    format!("{message}.{}", base64url(&signature))
}

#[test]
fn minted_token_verifies_with_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let signer = signer(algorithm);
        for typ in [None, Some("at+jwt"), Some("logout+jwt")] {
            let token = mint(&signer, typ, &claims()).unwrap();
            let verified = key_set(&[&signer]).verify(&token).unwrap();
            assert_eq!(verified.claims, claims());
            let (kid, typ) = (signer.kid().to_owned(), typ.map(str::to_owned));
            assert_eq!(verified.header, Header { alg: algorithm, kid, typ });
        }
    }
}

#[test]
fn foreign_library_verifies_our_tokens_through_the_jwk() {
    for algorithm in Algorithm::ALL {
        let signer = signer(algorithm);
        let token = mint(&signer, Some("at+jwt"), &claims()).unwrap();
        let jwk = serde_json::to_value(signer.public_jwk()).unwrap();
        let jwk = serde_json::from_value::<Jwk>(jwk).unwrap();
        let key = DecodingKey::from_jwk(&jwk).unwrap();
        let mut validation = Validation::new(algorithm.as_str().parse().unwrap());
        validation.set_audience(&["https://api.example"]);
        let decoded = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap();
        assert_eq!(decoded.claims, claims());
        assert_eq!(decoded.header.kid.as_deref(), Some(signer.kid()));
        assert_eq!(decoded.header.typ.as_deref(), Some("at+jwt"));
    }
}

#[test]
fn each_key_of_a_set_verifies_its_own_tokens() {
    let (old, new) = (signer(Algorithm::ES384), signer(Algorithm::EdDSA));
    let set = key_set(&[&old, &new]);
    for signer in [&old, &new] {
        let token = mint(signer, None, &claims()).unwrap();
        assert_eq!(set.verify(&token).unwrap().header.kid, signer.kid());
    }
}

#[test]
fn token_of_a_key_outside_the_set_is_refused() {
    let (ours, other) = (signer(Algorithm::EdDSA), signer(Algorithm::EdDSA));
    let token = mint(&other, None, &claims()).unwrap();
    assert!(matches!(key_set(&[&ours]).verify(&token), Err(JwtError::KeyUnknown)));
}

#[test]
fn signature_of_another_key_is_refused() {
    for algorithm in Algorithm::ALL {
        let (ours, other) = (signer(algorithm), signer(algorithm));
        let header = json!({"alg": algorithm, "kid": ours.kid()});
        let token = forge(&other, &header, "{}");
        assert!(matches!(key_set(&[&ours]).verify(&token), Err(JwtError::Signature)));
    }
}

#[test]
fn changed_claims_header_or_signature_are_refused() {
    for algorithm in Algorithm::ALL {
        let signer = signer(algorithm);
        let set = key_set(&[&signer]);
        let token = mint(&signer, None, &claims()).unwrap();
        let parts = token.split('.').collect::<Vec<_>>();
        let (header, body, signature) = (parts[0], parts[1], parts[2]);
        let other_body = base64url(br#"{"sub":"admin"}"#);
        let typed = signer.header(Some("at+jwt"));
        let mut bytes = from_base64url(signature).unwrap();
        bytes[10] ^= 1;
        for forged in [
            format!("{header}.{other_body}.{signature}"),
            format!("{typed}.{body}.{signature}"),
            format!("{header}.{body}.{}", base64url(&bytes)),
            format!("{header}.{body}.{}", base64url(&bytes[1..])),
            format!("{header}.{body}."),
        ] {
            assert!(matches!(set.verify(&forged), Err(JwtError::Signature)), "{algorithm}");
        }
    }
}

#[test]
fn token_cannot_choose_its_algorithm() {
    let signers = Algorithm::ALL.map(signer);
    let set = key_set(&signers.iter().collect::<Vec<_>>());
    for signer in &signers {
        for name in ["none", "None", "NONE", "HS256", "HS384", "HS512", "PS256", "RS512", ""] {
            let token = forge(signer, &json!({"alg": name, "kid": signer.kid()}), "{}");
            assert!(matches!(set.verify(&token), Err(JwtError::Algorithm)), "{name}");
        }
        for other in Algorithm::ALL.into_iter().filter(|other| *other != signer.algorithm()) {
            let token = forge(signer, &json!({"alg": other, "kid": signer.kid()}), "{}");
            assert!(matches!(set.verify(&token), Err(JwtError::Algorithm)), "{other}");
        }
    }
}

#[test]
fn unsigned_token_is_refused() {
    let signer = signer(Algorithm::EdDSA);
    let header = base64url(json!({"alg": "none", "kid": signer.kid()}).to_string().as_bytes());
    let token = format!("{header}.{}.", base64url(b"{}"));
    assert!(matches!(key_set(&[&signer]).verify(&token), Err(JwtError::Algorithm)));
}

#[test]
fn token_without_a_key_id_is_refused() {
    let signer = signer(Algorithm::EdDSA);
    for header in [json!({"alg": "EdDSA"}), json!({"alg": "EdDSA", "kid": null})] {
        let token = forge(&signer, &header, "{}");
        assert!(matches!(key_set(&[&signer]).verify(&token), Err(JwtError::KeyMissing)));
    }
}

#[test]
fn token_with_critical_extensions_is_refused() {
    let signer = signer(Algorithm::EdDSA);
    for crit in [json!(["b64"]), json!([]), json!(null)] {
        let header = json!({"alg": "EdDSA", "kid": signer.kid(), "crit": crit});
        let token = forge(&signer, &header, "{}");
        assert!(matches!(key_set(&[&signer]).verify(&token), Err(JwtError::Critical)));
    }
}

#[test]
fn anything_but_three_parts_with_json_objects_is_malformed() {
    let signer = signer(Algorithm::EdDSA);
    let set = key_set(&[&signer]);
    let token = mint(&signer, None, &claims()).unwrap();
    let header = json!({"alg": "EdDSA", "kid": signer.kid()});
    for bad in [
        String::new(),
        "..".to_owned(),
        "a.b".to_owned(),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        forge(&signer, &json!(["EdDSA"]), "{}"),
        forge(&signer, &json!({"kid": "k"}), "{}"),
        forge(&signer, &json!({"alg": "EdDSA", "kid": 1}), "{}"),
        forge(&signer, &header, "[]"),
        forge(&signer, &header, "text"),
    ] {
        assert!(matches!(set.verify(&bad), Err(JwtError::Malformed)), "{bad}");
    }
    assert!(set.verify(&format!("{token}.{token}")).is_err());
    assert!(set.verify(&token.replacen('.', "..", 1)).is_err());
}

#[test]
fn token_of_16_kib_is_read_and_a_longer_one_is_not() {
    let signer = signer(Algorithm::EdDSA);
    let set = key_set(&[&signer]);
    let mint = |letters: usize| mint(&signer, None, &json!({"a": "x".repeat(letters)})).unwrap();
    let letters = (TOKEN_BYTES_MAX - mint(0).len()) * 3 / 4;
    let (longest, longer) = (mint(letters), mint(letters + 6));
    assert!(longest.len() <= TOKEN_BYTES_MAX && TOKEN_BYTES_MAX < longer.len());
    assert!(set.verify(&longest).is_ok());
    assert!(matches!(set.verify(&longer), Err(JwtError::TooLong)));
}

#[test]
fn claims_that_do_not_serialize_are_an_error() {
    let unwritable = HashMap::from([((1, 2), 3)]);
    let minted = mint(&signer(Algorithm::EdDSA), None, &unwritable);
    assert!(matches!(minted, Err(JwtError::Claims(_))));
}

#[test]
fn key_set_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&KeySet::default());
}
