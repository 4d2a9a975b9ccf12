//! Private signing keys: made, stored as PKCS #8, and asked for signatures.
//!
//! The generators are those of `aws-lc-rs`, which take their randomness from the system themselves.

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    },
};
use zeroize::Zeroizing;

use super::{Algorithm, PublicJwk};

/// Size of an RSA modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RsaSize {
    /// 2048 bits: quick to make, the least that is accepted.
    Bits2048,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits.
    #[default]
    Bits4096,
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The generator failed.
    #[error("the key could not be generated")]
    Generation,
    /// The text or bytes hold no key of the algorithm.
    #[error("the key is malformed or of another algorithm")]
    Malformed,
    /// The key could not be written down.
    #[error("the key could not be encoded")]
    Encoding,
    /// The key gave no signature.
    #[error("the key did not sign")]
    Signing,
}

/// A private signing key.
#[derive(Debug)]
pub struct PrivateKey {
    material: Material,
    jwk: PublicJwk,
}

#[derive(Debug)]
enum Material {
    Ed25519(Ed25519KeyPair),
    Ecdsa(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

impl PrivateKey {
    /// A new key; for `RS256` one of 4096 bits, which takes a second or more of one core.
    ///
    /// # Errors
    /// [`KeyError::Generation`] if the generator fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let material = match algorithm {
            Algorithm::EdDSA => Ed25519KeyPair::generate().map(Material::Ed25519),
            Algorithm::ES256 => generate_ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::ES384 => generate_ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::RS256 => return Self::generate_rsa(RsaSize::default()),
        };
        Self::try_new(algorithm, material.map_err(|_| KeyError::Generation)?)
    }

    /// A new `RS256` key of this size.
    ///
    /// # Errors
    /// [`KeyError::Generation`] if the generator fails.
    pub fn generate_rsa(size: RsaSize) -> Result<Self, KeyError> {
        let size = match size {
            RsaSize::Bits2048 => KeySize::Rsa2048,
            RsaSize::Bits3072 => KeySize::Rsa3072,
            RsaSize::Bits4096 => KeySize::Rsa4096,
        };
        let pair = rsa::KeyPair::generate(size).map_err(|_| KeyError::Generation)?;
        Self::try_new(Algorithm::RS256, Material::Rsa(pair))
    }

    /// Reads an unencrypted PKCS #8 document.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if it holds no key of `algorithm`.
    pub fn try_from_pkcs8(algorithm: Algorithm, document: &[u8]) -> Result<Self, KeyError> {
        let ecdsa = |curve| EcdsaKeyPair::from_pkcs8(curve, document).map(Material::Ecdsa);
        let material = match algorithm {
            Algorithm::EdDSA => Ed25519KeyPair::from_pkcs8(document).map(Material::Ed25519),
            Algorithm::ES256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::ES384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::RS256 => rsa::KeyPair::from_pkcs8(document).map(Material::Rsa),
        };
        Self::try_new(algorithm, material.map_err(|_| KeyError::Malformed)?)
    }

    /// The key as a PKCS #8 version 1 document, for sealing.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if the key cannot be written.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.material {
            Material::Ed25519(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Material::Ecdsa(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Material::Rsa(pair) => pair.as_der().map(|der| der.as_ref().to_vec()),
        };
        document.map(Zeroizing::new).map_err(|_| KeyError::Encoding)
    }

    /// What this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.jwk.algorithm()
    }

    /// The public half, with the RFC 7638 thumbprint as key id.
    pub fn public_jwk(&self) -> &PublicJwk {
        &self.jwk
    }

    fn try_new(algorithm: Algorithm, material: Material) -> Result<Self, KeyError> {
        let jwk = public_half(algorithm, &material)?;
        Ok(Self { material, jwk })
    }

    /// Signs in the form of JOSE: for ECDSA both numbers in fixed width.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match &self.material {
            Material::Ed25519(pair) => pair.try_sign(message).map(|bytes| bytes.as_ref().to_vec()),
            Material::Ecdsa(pair) => {
                pair.sign(&random, message).map(|bytes| bytes.as_ref().to_vec())
            }
            Material::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map(|()| signature)
            }
        }
        .map_err(|_| KeyError::Signing)
    }
}

fn public_half(algorithm: Algorithm, material: &Material) -> Result<PublicJwk, KeyError> {
    match material {
        Material::Ed25519(pair) => PublicJwk::from_point(algorithm, pair.public_key().as_ref()),
        Material::Ecdsa(pair) => PublicJwk::from_point(algorithm, pair.public_key().as_ref()),
        Material::Rsa(pair) => {
            let public = pair.public_key();
            Ok(PublicJwk::from_rsa(
                public.modulus().big_endian_without_leading_zero(),
                public.exponent().big_endian_without_leading_zero(),
            ))
        }
    }
}

fn generate_ecdsa(
    curve: &'static EcdsaSigningAlgorithm,
) -> Result<Material, aws_lc_rs::error::Unspecified> {
    EcdsaKeyPair::generate(curve).map(Material::Ecdsa)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PublicKey;

    fn generate(algorithm: Algorithm) -> PrivateKey {
        match algorithm {
            Algorithm::RS256 => PrivateKey::generate_rsa(RsaSize::Bits2048).unwrap(),
            Algorithm::EdDSA | Algorithm::ES256 | Algorithm::ES384 => {
                PrivateKey::generate(algorithm).unwrap()
            }
        }
    }

    #[test]
    fn stored_key_signs_for_the_public_key_of_the_original() {
        for algorithm in Algorithm::ALL {
            let original = generate(algorithm);
            let document = original.to_pkcs8().unwrap();
            let restored = PrivateKey::try_from_pkcs8(algorithm, &document).unwrap();
            let jwk = original.public_jwk();
            assert_eq!(restored.public_jwk(), jwk);
            assert_eq!(jwk.kid(), jwk.thumbprint());
            let signature = restored.sign(b"message").unwrap();
            let key = PublicKey::try_new(jwk).unwrap();
            assert!(key.verify(b"message", &signature), "{algorithm}");
            assert!(!key.verify(b"massage", &signature), "{algorithm}");
        }
    }

    #[test]
    fn key_of_another_algorithm_is_refused() {
        let document = PrivateKey::generate(Algorithm::ES256).unwrap().to_pkcs8().unwrap();
        for algorithm in [Algorithm::EdDSA, Algorithm::ES384, Algorithm::RS256] {
            let refusal = PrivateKey::try_from_pkcs8(algorithm, &document).unwrap_err();
            assert_eq!(refusal, KeyError::Malformed, "{algorithm}");
        }
        assert!(PrivateKey::try_from_pkcs8(Algorithm::ES256, &document[1..]).is_err());
    }

    #[test]
    fn signatures_have_the_widths_of_jose() {
        for (algorithm, bytes) in [
            (Algorithm::EdDSA, 64),
            (Algorithm::ES256, 64),
            (Algorithm::ES384, 96),
            (Algorithm::RS256, 256),
        ] {
            assert_eq!(generate(algorithm).sign(b"message").unwrap().len(), bytes, "{algorithm}");
        }
    }

    #[test]
    fn rsa_keys_are_of_4096_bits_by_default() {
        let signature = PrivateKey::generate(Algorithm::RS256).unwrap().sign(b"message").unwrap();
        assert_eq!(signature.len() * 8, 4096);
    }

    /// RFC 8037 A.1 and A.4; the document is the PKCS #8 head of RFC 8410 7 before the seed.
    #[test]
    fn signature_matches_rfc_8037() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let document = format!("302e020100300506032b657004220420{seed}");
        let document = crate::encoding::from_hex(&document).unwrap();
        let key = PrivateKey::try_from_pkcs8(Algorithm::EdDSA, &document).unwrap();
        let signature =
            key.sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc").unwrap();
        assert_eq!(
            crate::encoding::base64url(&signature),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
    }

    #[test]
    fn debug_does_not_show_the_private_key() {
        let seed = PrivateKey::generate(Algorithm::EdDSA).unwrap();
        let document = seed.to_pkcs8().unwrap();
        let secret = crate::encoding::hex(&document[16..48]);
        assert!(!format!("{seed:?}").to_ascii_lowercase().contains(&secret));
    }
}
