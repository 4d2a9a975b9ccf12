//! The Legacy scheme: a JSON triple `["<algorithm>", ["<arg>", …], "<expected>"]` that says how an
//! old system computed its digests (contract: lazy-password-migration 4).
//!
//! The argument `"@"` is the place of the password. What `expected` holds is not judged at import: a
//! text that cannot be right simply never matches. Hex is compared in any case.

use std::num::NonZeroU32;

use zeroize::Zeroizing;

use super::{ImportError, firebase::Firebase, openssl::HashFunction};
use crate::{digest::constant_time_eq, encoding::from_hex};

const PASSWORD: &str = "@";
const HEX_SALT: &str = "hex:";

/// Longest PBKDF2 key, in bytes; a digest of 256 letters could not hold more as hex.
const KEY_BYTES_MAX: u32 = 128;
/// Most PBKDF2 iterations, counted over all blocks of the key: a few seconds of one core.
const ITERATIONS_MAX: u64 = 10_000_000;

/// A parsed Legacy digest.
pub(crate) struct Legacy {
    method: Method,
    expected: String,
}

enum Method {
    /// The arguments in order, hashed once.
    Salted {
        function: HashFunction,
        args: Vec<String>,
    },
    Pbkdf2 {
        function: HashFunction,
        salt: Vec<u8>,
        iterations: NonZeroU32,
        key_bytes: u32,
    },
    Firebase(Firebase),
}

impl Legacy {
    /// Reads the JSON triple.
    ///
    /// # Errors
    /// [`ImportError::LegacyFormat`] if it is no such triple, lacks `"@"`, or its arguments are not
    /// what the algorithm needs or beyond the limits; [`ImportError::LegacyHash`] if the hash
    /// function is unknown.
    pub(crate) fn parse(text: &str) -> Result<Self, ImportError> {
        let (algorithm, args, expected) =
            serde_json::from_str::<(String, Vec<String>, String)>(text)
                .map_err(|_| ImportError::LegacyFormat)?;
        if !args.iter().any(|arg| arg == PASSWORD) {
            return Err(ImportError::LegacyFormat);
        }
        let method = match algorithm.as_str() {
            "pbkdf2" | "pbkdf2Sync" => parse_pbkdf2(&args)?,
            "firebase-scrypt" => parse_firebase(&args).ok_or(ImportError::LegacyFormat)?,
            name => Method::Salted { function: find(name)?, args },
        };
        Ok(Self { method, expected })
    }

    /// Whether `password` gives the expected digest.
    pub(crate) fn matches(&self, password: &str) -> bool {
        match &self.method {
            Method::Salted { function, args } => {
                let input = args
                    .iter()
                    .map(|arg| if arg == PASSWORD { password } else { arg })
                    .collect::<String>();
                let input = Zeroizing::new(input);
                self.expects(&function.digest(input.as_bytes()))
            }
            Method::Pbkdf2 { function, salt, iterations, key_bytes } => {
                let mut key = Zeroizing::new(vec![0; *key_bytes as usize]);
                function.pbkdf2(password.as_bytes(), salt, *iterations, &mut key)
                    && self.expects(&key)
            }
            Method::Firebase(firebase) => firebase.matches(password, &self.expected),
        }
    }

    fn expects(&self, computed: &[u8]) -> bool {
        from_hex(&self.expected).is_some_and(|expected| constant_time_eq(computed, &expected))
    }
}

fn find(name: &str) -> Result<HashFunction, ImportError> {
    HashFunction::find(name).ok_or_else(|| ImportError::LegacyHash(name.to_owned()))
}

/// Salt, iterations, key length in bytes, hash function; then the password.
fn parse_pbkdf2(args: &[String]) -> Result<Method, ImportError> {
    let [salt, iterations, key_bytes, name, rest @ ..] = args else {
        return Err(ImportError::LegacyFormat);
    };
    let function = find(name)?;
    let parse = || {
        let iterations = iterations.parse::<NonZeroU32>().ok()?;
        let key_bytes = key_bytes.parse::<NonZeroU32>().ok()?.get();
        let blocks = key_bytes.div_ceil(function.output_bytes());
        let is_bounded = key_bytes <= KEY_BYTES_MAX
            && u64::from(iterations.get()) * u64::from(blocks) <= ITERATIONS_MAX;
        let has_password = rest.iter().any(|arg| arg == PASSWORD);
        let salt = match salt.strip_prefix(HEX_SALT) {
            Some(digits) => from_hex(digits).filter(|bytes| !bytes.is_empty())?,
            None => salt.as_bytes().to_vec(),
        };
        let method = Method::Pbkdf2 { function, salt, iterations, key_bytes };
        (is_bounded && has_password).then_some(method)
    };
    parse().ok_or(ImportError::LegacyFormat)
}

/// User salt, signer key, salt separator, rounds, memory cost; then the password.
fn parse_firebase(args: &[String]) -> Option<Method> {
    let [salt, signer_key, separator, rounds, memory_cost, rest @ ..] = args else {
        return None;
    };
    let firebase = Firebase::parse([salt, signer_key, separator, rounds, memory_cost])?;
    rest.iter().any(|arg| arg == PASSWORD).then_some(Method::Firebase(firebase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(text: &str, password: &str) -> bool {
        Legacy::parse(text).unwrap().matches(password)
    }

    fn refusal(text: &str) -> ImportError {
        Legacy::parse(text).err().unwrap()
    }

    /// Expected values: OpenSSL 3.0, SHA-256 of the concatenated arguments.
    #[test]
    fn salted_hash_takes_the_password_at_every_place_of_it() {
        for (args, digest) in [
            (
                r#"["salt123","@"]"#,
                "d833bc9900084e742ac71366b0f4f987beb70e8cd8b21a9baf999acc5079437f",
            ),
            (
                r#"["@","salt123"]"#,
                "4f36462dbb4b35db8641214e07cb5a5881986ad184350bf12601431ee9aa5c11",
            ),
            (
                r#"["a","@","-","@","b"]"#,
                "3b5a750c44d10196437adbe1a61f894075cf02e439e3e0682e812c1d422882ec",
            ),
            (r#"["@"]"#, "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
            (r#"["a@","@"]"#, "83a1c0b33959786791e268b06345b936bf7d6f5e5349dd556f49f23c2b876f07"),
        ] {
            let text = format!(r#"["sha256",{args},"{digest}"]"#);
            assert!(matches(&text, "password"), "{text}");
            assert!(!matches(&text, "Password"), "{text}");
        }
    }

    #[test]
    fn hash_names_are_matched_as_openssl_does() {
        for name in ["MD5", "md5", "RSA-MD5"] {
            let text = format!(r#"["{name}",["@"],"5f4dcc3b5aa765d61d8327deb882cf99"]"#);
            assert!(matches(&text, "password"));
        }
    }

    #[test]
    fn expected_hex_is_compared_in_any_case() {
        let text = r#"["md5",["@"],"5F4DCC3B5AA765D61D8327DEB882CF99"]"#;
        assert!(matches(text, "password"));
    }

    /// Expected values: OpenSSL 3.0; `hex:` salt `00ff10` as raw bytes.
    #[test]
    fn pbkdf2_takes_text_and_hex_salts() {
        for name in ["pbkdf2", "pbkdf2Sync"] {
            let text = format!(
                r#"["{name}",["mySalt","1000","20","sha512","@"],"852ef7190dfab72c20a544f908fc018e2db5609c"]"#
            );
            assert!(matches(&text, "password"));
            assert!(!matches(&text, "passwore"));
        }
        for salt in ["hex:00ff10", "hex:00FF10"] {
            let text = format!(
                r#"["pbkdf2",["{salt}","1000","20","sha512","@"],"d3ec5201be3db64925c938e01feb5d6eda2c1830"]"#
            );
            assert!(matches(&text, "password"));
        }
    }

    /// RFC 6070 2, second vector.
    #[test]
    fn pbkdf2_matches_rfc_6070() {
        let text =
            r#"["pbkdf2",["salt","2","20","sha1","@"],"ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"]"#;
        assert!(matches(text, "password"));
    }

    /// Sample of github.com/firebase/scrypt, README.
    #[test]
    fn firebase_scrypt_sample_verifies() {
        let text = r#"["firebase-scrypt",["42xEC+ixf3L2lw==","jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==","Bw==","8","14","@"],"lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="]"#;
        assert!(text.len() <= 256);
        assert!(matches(text, "user1password"));
        assert!(!matches(text, "user1passwore"));
    }

    #[test]
    fn expected_text_that_is_no_hex_never_matches() {
        for expected in ["", "…", "5f4dcc3b", "5f4dcc3b5aa765d61d8327deb882cf9"] {
            assert!(!matches(&format!(r#"["md5",["@"],"{expected}"]"#), "password"));
        }
    }

    #[test]
    fn anything_but_the_triple_with_a_place_for_the_password_is_refused() {
        for text in [
            "",
            "sha256",
            r#"{"algorithm":"md5"}"#,
            r#"["md5",["@"]]"#,
            r#"["md5",["@"],"00","more"]"#,
            r#"["md5","@","00"]"#,
            r#"["md5",[1,"@"],"00"]"#,
            r#"["md5",["@"],0]"#,
            r#"["md5",[],"00"]"#,
            r#"["md5",["salt"],"00"]"#,
            r#"["md5",["@x"],"00"]"#,
            r#"["md5",["@"],"00"] x"#,
        ] {
            assert_eq!(refusal(text), ImportError::LegacyFormat, "{text}");
        }
    }

    #[test]
    fn unknown_hash_is_named() {
        let named = ImportError::LegacyHash("md9".to_owned());
        assert_eq!(refusal(r#"["md9",["@"],"00"]"#), named);
        assert_eq!(refusal(r#"["pbkdf2",["s","1","20","md9","@"],"00"]"#), named);
        assert!(Legacy::parse(r#"["sha256",["@"],"00"]"#).is_ok());
    }

    #[test]
    fn pbkdf2_arguments_are_checked_and_bounded() {
        let accepts = |args: &str| Legacy::parse(&format!(r#"["pbkdf2",[{args}],"00"]"#)).is_ok();
        assert!(accepts(r#""s","10000000","20","sha1","@""#));
        assert!(!accepts(r#""s","10000001","20","sha1","@""#));
        assert!(!accepts(r#""s","10000000","21","sha1","@""#));
        assert!(accepts(r#""s","1","128","md5","@""#));
        for args in [
            r#""s","1","129","md5","@""#,
            r#""s","0","20","md5","@""#,
            r#""s","1","0","md5","@""#,
            r#""s","-1","20","md5","@""#,
            r#""s","1e3","20","md5","@""#,
            r#""s","1","20","md5""#,
            r#""@","1","20","md5","x""#,
            r#""s","1","20","@""#,
            r#""hex:","1","20","md5","@""#,
            r#""hex:0","1","20","md5","@""#,
            r#""hex:0g","1","20","md5","@""#,
        ] {
            assert!(!accepts(args), "{args}");
        }
    }
}
