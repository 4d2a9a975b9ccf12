//! Whatever comes from outside is answered, never a panic.

use crypto::{
    Random,
    digest::constant_time_eq,
    jwt::KeySet,
    key::{Algorithm, PrivateKey, PublicJwk, PublicKey, Signer},
    password::{Hasher, Parameters, PasswordDigest, Scheme, Verdict},
    sealing::{DataKey, MasterKey},
};
use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_oneof, proptest};

#[expect(clippy::unwrap_used, reason = "constant parameters, within the limits")]
fn hasher() -> Hasher {
    Hasher::try_new(Parameters { memory_kib: 8, iterations: 1, lanes: 1 }).unwrap()
}

proptest! {
    #[test]
    fn any_text_as_a_digest_is_refused_or_verified(
        text in prop_oneof![
            ".{0,300}",
            r#"\$argon2(i|d|id)\$v=1[0-9]\$m=[0-9]{1,3},t=[0-9],p=[0-9]\$[A-Za-z0-9+/]{0,24}\$[A-Za-z0-9+/]{0,24}"#,
            r"\$2[abxyc]\$0[3-5]\$[./A-Za-z0-9]{52,54}",
            r#"\["(md5|pbkdf2|firebase-scrypt|sha3-224)",\[("[@a-f0-9]{0,2}",){0,5}"@"\],"[a-f0-9]{0,40}"\]"#,
        ],
        password in ".{0,100}",
    ) {
        for scheme in Scheme::ALL {
            let _ = PasswordDigest::try_import(scheme, &text).map(|digest| {
                hasher().verify_or_decoy(&password, Some(&digest))
            });
        }
    }

    #[test]
    fn any_password_verifies_against_its_own_hash_only(one in ".{0,100}", other in ".{0,100}") {
        let digest = hasher().hash(&Random::seeded(1), &one).unwrap();
        prop_assert_eq!(hasher().verify(&one, &digest), Verdict::Match { rehash: false });
        prop_assert_eq!(hasher().verify(&other, &digest) == Verdict::Mismatch, one != other);
    }

    #[test]
    fn any_text_as_a_token_is_refused(text in prop_oneof![".{0,300}", r"[A-Za-z0-9_-]{0,80}(\.[A-Za-z0-9_-]{0,80}){2}"]) {
        let signer = Signer::new(PrivateKey::generate(Algorithm::EdDSA).unwrap());
        let keys = KeySet::try_new(vec![signer.public_jwk().clone()]).unwrap();
        prop_assert!(keys.verify(&text).is_err());
    }

    #[test]
    fn any_text_as_a_jwk_is_refused_or_parsed(
        kty in "(OKP|EC|RSA)", crv in "(Ed25519|P-256|P-384)", alg in "(EdDSA|ES256|ES384|RS256)",
        x in "[A-Za-z0-9_-]{0,400}", y in "[A-Za-z0-9_-]{43}",
    ) {
        let json = format!(
            r#"{{"kty":"{kty}","crv":"{crv}","alg":"{alg}","kid":"k","x":"{x}","y":"{y}","n":"{x}","e":"{y}"}}"#
        );
        let _ = serde_json::from_str::<PublicJwk>(&json).map(|jwk| PublicKey::try_new(&jwk).is_ok());
    }

    #[test]
    fn any_bytes_are_sealed_and_opened_and_none_open_unsealed(bytes in any::<Vec<u8>>(), place in any::<Vec<u8>>()) {
        let random = Random::seeded(2);
        let key = DataKey::generate(&random);
        let sealed = key.seal(&random, &place, &bytes);
        prop_assert!(constant_time_eq(&key.open(&place, &sealed).unwrap(), &bytes));
        prop_assert!(key.open(&place, &bytes).is_err());
        prop_assert!(MasterKey::generate(&random).unwrap(&place, &bytes).is_err());
    }

    #[test]
    fn any_bytes_as_a_private_key_are_refused(bytes in any::<Vec<u8>>()) {
        for algorithm in Algorithm::ALL {
            prop_assert!(PrivateKey::try_from_pkcs8(algorithm, &bytes).is_err());
        }
    }
}
