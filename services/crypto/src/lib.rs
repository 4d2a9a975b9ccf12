//! Cryptography of the product: randomness, digests, passwords, signing keys, tokens and sealing.
//!
//! Every primitive comes from a library: `aws-lc-rs` where it has it, RustCrypto crates for the old
//! password hashes it lacks. This crate knows no events, no clock and no network; randomness is
//! passed in as [`Random`], except where the key generators and ECDSA of `aws-lc-rs` insist on their
//! own.

pub mod digest;
pub mod jws;
pub mod jwt;
pub mod sealing;

mod encoding;
mod random;

pub use random::Random;

/// Passwords as they are stored, imported, verified and upgraded (contract:
/// lazy-password-migration).
pub mod password {
    mod bcrypt;
    mod digest;
    mod firebase;
    mod hasher;
    mod legacy;
    mod openssl;
    mod phc;
    mod scheme;

    pub use digest::{ImportError, PasswordDigest};
    pub use hasher::{HashError, Hasher, Parameters, Verdict};
    pub use scheme::{Scheme, UnknownScheme};
}

/// Signing keys: private halves, their public JWK form, and the signer made from them (contract:
/// oidc 10).
pub mod key {
    mod algorithm;
    mod foreign;
    mod jwk;
    mod private;
    mod signer;

    pub use algorithm::{Algorithm, UnknownAlgorithm};
    pub use foreign::{FOREIGN_KEYS_MAX, ForeignKey, ForeignKeyError, ForeignKeys};
    pub use jwk::{PublicJwk, PublicKey};
    pub use private::{KeyError, PrivateKey, RsaSize};
    pub use signer::Signer;
}
