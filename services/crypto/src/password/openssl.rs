//! Hash functions by the names OpenSSL gives them, for the Legacy scheme.
//!
//! `aws-lc-rs` computes what it has; RustCrypto crates compute the rest.

use std::num::NonZeroU32;

use ::pbkdf2::hmac::{SimpleHmac, digest::Digest};
use aws_lc_rs::{digest, pbkdf2};
use blake2::{Blake2b512, Blake2s256};
use md5::Md5;
use ripemd::Ripemd160;
use sha2::Sha512_224;
use sha3::Sha3_224;

/// A hash function that old systems digest passwords with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashFunction {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512To224,
    Sha512To256,
    Sha3To224,
    Sha3To256,
    Sha3To384,
    Sha3To512,
    Blake2b512,
    Blake2s256,
    Ripemd160,
}

impl HashFunction {
    /// The function that OpenSSL knows under `name`, in any case and with the usual aliases.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("rsa-").unwrap_or(&name);
        let name = name.strip_prefix("id-rsassa-pkcs1-v1_5-with-").unwrap_or(name);
        let name = name.strip_suffix("withrsaencryption").unwrap_or(name);
        let name = name.strip_suffix("withrsa").unwrap_or(name);
        Some(match name {
            "md5" | "ssl3-md5" => Self::Md5,
            "sha1" | "sha-1" | "sha1-2" | "ssl3-sha1" => Self::Sha1,
            "sha224" | "sha-224" | "sha2-224" => Self::Sha224,
            "sha256" | "sha-256" | "sha2-256" => Self::Sha256,
            "sha384" | "sha-384" | "sha2-384" => Self::Sha384,
            "sha512" | "sha-512" | "sha2-512" => Self::Sha512,
            "sha512-224" | "sha512/224" | "sha-512/224" | "sha2-512/224" => Self::Sha512To224,
            "sha512-256" | "sha512/256" | "sha-512/256" | "sha2-512/256" => Self::Sha512To256,
            "sha3-224" => Self::Sha3To224,
            "sha3-256" => Self::Sha3To256,
            "sha3-384" => Self::Sha3To384,
            "sha3-512" => Self::Sha3To512,
            "blake2b512" | "blake2b-512" => Self::Blake2b512,
            "blake2s256" | "blake2s-256" => Self::Blake2s256,
            "ripemd160" | "ripemd-160" | "ripemd" | "rmd160" => Self::Ripemd160,
            _ => return None,
        })
    }

    /// Length of the digest in bytes.
    pub(crate) const fn output_bytes(self) -> u32 {
        match self {
            Self::Md5 => 16,
            Self::Sha1 | Self::Ripemd160 => 20,
            Self::Sha224 | Self::Sha512To224 | Self::Sha3To224 => 28,
            Self::Sha256 | Self::Sha512To256 | Self::Sha3To256 | Self::Blake2s256 => 32,
            Self::Sha384 | Self::Sha3To384 => 48,
            Self::Sha512 | Self::Sha3To512 | Self::Blake2b512 => 64,
        }
    }

    /// The digest of `data`.
    pub(crate) fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(data).to_vec(),
            Self::Sha1 => native(&digest::SHA1_FOR_LEGACY_USE_ONLY, data),
            Self::Sha224 => native(&digest::SHA224, data),
            Self::Sha256 => native(&digest::SHA256, data),
            Self::Sha384 => native(&digest::SHA384, data),
            Self::Sha512 => native(&digest::SHA512, data),
            Self::Sha512To224 => Sha512_224::digest(data).to_vec(),
            Self::Sha512To256 => native(&digest::SHA512_256, data),
            Self::Sha3To224 => Sha3_224::digest(data).to_vec(),
            Self::Sha3To256 => native(&digest::SHA3_256, data),
            Self::Sha3To384 => native(&digest::SHA3_384, data),
            Self::Sha3To512 => native(&digest::SHA3_512, data),
            Self::Blake2b512 => Blake2b512::digest(data).to_vec(),
            Self::Blake2s256 => Blake2s256::digest(data).to_vec(),
            Self::Ripemd160 => Ripemd160::digest(data).to_vec(),
        }
    }

    /// PBKDF2 with HMAC over this function, filling `output`; false if it cannot be computed.
    pub(crate) fn pbkdf2(
        self,
        password: &[u8],
        salt: &[u8],
        iterations: NonZeroU32,
        output: &mut [u8],
    ) -> bool {
        let mut native = |algorithm| {
            pbkdf2::derive(algorithm, iterations, salt, password, output);
            true
        };
        let rounds = iterations.get();
        match self {
            Self::Sha1 => native(pbkdf2::PBKDF2_HMAC_SHA1),
            Self::Sha256 => native(pbkdf2::PBKDF2_HMAC_SHA256),
            Self::Sha384 => native(pbkdf2::PBKDF2_HMAC_SHA384),
            Self::Sha512 => native(pbkdf2::PBKDF2_HMAC_SHA512),
            Self::Md5 => foreign::<SimpleHmac<Md5>>(password, salt, rounds, output),
            Self::Sha224 => foreign::<SimpleHmac<sha2::Sha224>>(password, salt, rounds, output),
            Self::Sha512To224 => foreign::<SimpleHmac<Sha512_224>>(password, salt, rounds, output),
            Self::Sha512To256 => {
                foreign::<SimpleHmac<sha2::Sha512_256>>(password, salt, rounds, output)
            }
            Self::Sha3To224 => foreign::<SimpleHmac<Sha3_224>>(password, salt, rounds, output),
            Self::Sha3To256 => {
                foreign::<SimpleHmac<sha3::Sha3_256>>(password, salt, rounds, output)
            }
            Self::Sha3To384 => {
                foreign::<SimpleHmac<sha3::Sha3_384>>(password, salt, rounds, output)
            }
            Self::Sha3To512 => {
                foreign::<SimpleHmac<sha3::Sha3_512>>(password, salt, rounds, output)
            }
            Self::Blake2b512 => foreign::<SimpleHmac<Blake2b512>>(password, salt, rounds, output),
            Self::Blake2s256 => foreign::<SimpleHmac<Blake2s256>>(password, salt, rounds, output),
            Self::Ripemd160 => foreign::<SimpleHmac<Ripemd160>>(password, salt, rounds, output),
        }
    }
}

fn native(algorithm: &'static digest::Algorithm, data: &[u8]) -> Vec<u8> {
    digest::digest(algorithm, data).as_ref().to_vec()
}

fn foreign<P>(password: &[u8], salt: &[u8], rounds: u32, output: &mut [u8]) -> bool
where
    P: ::pbkdf2::hmac::KeyInit
        + ::pbkdf2::hmac::digest::Update
        + ::pbkdf2::hmac::digest::FixedOutput
        + Clone,
{
    ::pbkdf2::pbkdf2::<P>(password, salt, rounds, output).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::hex;

    const ALL: [(HashFunction, &str); 15] = [
        (HashFunction::Md5, "md5"),
        (HashFunction::Sha1, "sha1"),
        (HashFunction::Sha224, "sha224"),
        (HashFunction::Sha256, "sha256"),
        (HashFunction::Sha384, "sha384"),
        (HashFunction::Sha512, "sha512"),
        (HashFunction::Sha512To224, "sha512-224"),
        (HashFunction::Sha512To256, "sha512-256"),
        (HashFunction::Sha3To224, "sha3-224"),
        (HashFunction::Sha3To256, "sha3-256"),
        (HashFunction::Sha3To384, "sha3-384"),
        (HashFunction::Sha3To512, "sha3-512"),
        (HashFunction::Blake2b512, "blake2b512"),
        (HashFunction::Blake2s256, "blake2s256"),
        (HashFunction::Ripemd160, "ripemd160"),
    ];

    /// OpenSSL 3.0: the digest of `salt123password`, and 20 bytes of PBKDF2 of `password` with salt
    /// `mySalt` and 3 iterations.
    const VECTORS: [(&str, &str, &str); 15] = [
        ("md5", "a6cc6a2268663bf1abe9d7607e2cf417", "2ed771e156aa586278e5aaee65ed4f8026402a26"),
        (
            "sha1",
            "49c7305bccf16b9b0f65bc99b6c9bcd03c99ef93",
            "e5473774ebbdc94a0e58e4c1951bd66d85ca61a0",
        ),
        (
            "sha224",
            "43e66802ac3e10ecb2b585d8ef0d2145c5d185c15071f7a037144106",
            "71bce7d1012f459cb7f957f32a7ec7b3ac3a4fc3",
        ),
        (
            "sha256",
            "d833bc9900084e742ac71366b0f4f987beb70e8cd8b21a9baf999acc5079437f",
            "2c0597e7cd294561501a4ed38e274bfe785d9fa5",
        ),
        (
            "sha384",
            "6d5034a43b8dd7360bd3987010e1a1405b55d1a6b7565377806e65ccbfcf2f86e03de13c3c2fafebf782ff6920a23290",
            "1d7464ccc62728fd9b16d5cd47502764d146407a",
        ),
        (
            "sha512",
            "2c2f499ccf25b9df4a98ee0351c503930c494d79bdfb10a55c37ea78da5937242d83818fe33d5ffdb1ae5aaba3e3e9edcfeed967df4d2a187205ccaadf37006c",
            "172643082fd7ecf1d067de6e827b8bd893d5c81e",
        ),
        (
            "sha512-224",
            "aa1de95af861046dcdc7e7bfcac9aedeab2b55bba9897a8f1bc0b08b",
            "be43fd6607c4e63dd200919729fe63dd1ce68adc",
        ),
        (
            "sha512-256",
            "2d0b4f3eb01048e3bcd4a91d5466715a8dc6a28928511e2cc2ef184d046a2441",
            "220bac090e2ac37efed2ce25d419f5353880cd12",
        ),
        (
            "sha3-224",
            "916afd139b3b28af6f5a3b69854ef3d5bdb093d60ff5e849b84a7fee",
            "88b4119f58eace9abecbdc9b45fc938334b410fd",
        ),
        (
            "sha3-256",
            "893325ef65c0b884d16d588f86d8fd403d59c36adce320326339ba29b80cdcd9",
            "a51a0e65501ab6a2697691b354f7345a0629908a",
        ),
        (
            "sha3-384",
            "aef06ab37c2027831097ebdd4c7aca0ed0d51eb7fe3e1a8ac6a393e35fb9578a359697d4c935a317792ec4b79675193b",
            "16f8df2b48e735c0ea748337b5e29c5947650c09",
        ),
        (
            "sha3-512",
            "5af8a91a9a7c66335803f98994903bf55e8207c86dc219dd0809624080f25d16143e33b36392ae7a880863adb0add383ac78f7c48b15687157b1763eec6c0e22",
            "4664e01f27dec720569646112daaa5e3fd826a2e",
        ),
        (
            "blake2b512",
            "0cf41136b8c5d0ba76eb3bb0975f8c5e431253989c01dc4544d6f320b4f59399ecad7a4b48f89dee5e1f1e62b87a4fd55e4019a86cf2e337e05b218d12b11a55",
            "628f31b30966aab8ec39ea4f987771dcd4a2b3de",
        ),
        (
            "blake2s256",
            "1d1acbc48502ba0fb5bfc37f8505f87ef388646f2efc6eb7440673c8e9f00bb3",
            "eb4fb61874dd49ab7a88448b08e294797eddb7f1",
        ),
        (
            "ripemd160",
            "cf61dc9d01b226f8f7540ced569afd49ac37c4a8",
            "7715324c949e171c8bb9dbd5ecd351eedd4e2c57",
        ),
    ];

    #[test]
    fn every_function_digests_as_openssl_does() {
        for (name, digest, _) in VECTORS {
            let function = HashFunction::find(name).unwrap();
            assert_eq!(hex(&function.digest(b"salt123password")), digest, "{name}");
            assert_eq!(function.output_bytes() as usize * 2, digest.len(), "{name}");
        }
    }

    #[test]
    fn every_function_derives_as_openssl_does() {
        let iterations = NonZeroU32::new(3).unwrap();
        for (name, _, derived) in VECTORS {
            let function = HashFunction::find(name).unwrap();
            let mut output = [0; 20];
            assert!(function.pbkdf2(b"password", b"mySalt", iterations, &mut output));
            assert_eq!(hex(&output), derived, "{name}");
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_with_aliases() {
        for (function, name) in ALL {
            assert_eq!(HashFunction::find(name), Some(function));
            assert_eq!(HashFunction::find(&name.to_ascii_uppercase()), Some(function));
        }
        for (alias, function) in [
            ("RSA-SHA256", HashFunction::Sha256),
            ("sha512WithRSAEncryption", HashFunction::Sha512),
            ("ripemd160WithRSA", HashFunction::Ripemd160),
            ("RSA-SHA512/256", HashFunction::Sha512To256),
            ("id-rsassa-pkcs1-v1_5-with-sha3-512", HashFunction::Sha3To512),
            ("rmd160", HashFunction::Ripemd160),
            ("SHA2-256", HashFunction::Sha256),
        ] {
            assert_eq!(HashFunction::find(alias), Some(function), "{alias}");
        }
    }

    #[test]
    fn unknown_names_are_not_found() {
        for name in ["", "sha", "sha257", "md4x", "sha256 ", "RSA-", "argon2"] {
            assert_eq!(HashFunction::find(name), None, "{name}");
        }
    }
}
