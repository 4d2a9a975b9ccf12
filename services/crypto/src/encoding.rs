//! Texts for bytes: hex, base32, base64 and base64url, as the parts of this crate need them.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

const TOLERANT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const TOLERANT_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, TOLERANT);
const TOLERANT_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, TOLERANT);

/// Lower-case hex.
#[cfg(test)]
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| HEX.get(usize::from(nibble)))
        .map(|letter| char::from(*letter))
        .collect()
}

/// Bytes of an even run of hex digits in any case.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let nibble = |letter: &u8| {
        HEX.iter().position(|known| *known == letter.to_ascii_lowercase()).map(|at| at as u8)
    };
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(nibble(high)? << 4 | nibble(low)?),
            _ => None,
        })
        .collect()
}

/// Lower-case base32 without padding (RFC 4648 6): only `[a-z2-7]`.
pub(crate) fn base32(bytes: &[u8]) -> String {
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let filled = chunk.iter().chain([0; 5].iter()).take(5);
            let number = filled.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            let letters = (chunk.len() * 8).div_ceil(5);
            (0..letters).map(move |letter| number >> (35 - 5 * letter) & 31)
        })
        .filter_map(|index| BASE32.get(index as usize))
        .map(|letter| char::from(*letter))
        .collect()
}

/// base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends base64url without padding to `text`.
pub(crate) fn push_base64url(text: &mut String, bytes: &[u8]) {
    BASE64_URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Bytes of base64url, strict: no padding, no other alphabet, no stray bits.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Standard base64 without padding.
pub(crate) fn base64_unpadded(bytes: &[u8]) -> String {
    BASE64_STANDARD_NO_PAD.encode(bytes)
}

/// Bytes of standard base64 without padding, strict.
pub(crate) fn from_base64_unpadded(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD_NO_PAD.decode(text).ok()
}

/// Bytes of base64 of either alphabet, padded or not: what foreign systems write.
pub(crate) fn from_any_base64(text: &str) -> Option<Vec<u8>> {
    let engine = if text.contains(['-', '_']) { &TOLERANT_URL_SAFE } else { &TOLERANT_STANDARD };
    engine.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_goes_there_and_back_in_any_case() {
        assert_eq!(hex(&[0, 0x9a, 0xff]), "009aff");
        assert_eq!(from_hex("009aFF"), Some(vec![0, 0x9a, 0xff]));
        for bad in ["0", "0g", " 00", "é"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }

    /// RFC 4648 10, in lower case and without padding.
    #[test]
    fn base32_matches_the_vectors_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ];
        for (bytes, text) in vectors {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn foreign_base64_is_read_in_either_alphabet_and_padding() {
        for text in ["+/8=", "-_8=", "+/8", "-_8"] {
            assert_eq!(from_any_base64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(from_any_base64("+_8="), None);
    }

    #[test]
    fn base64url_is_read_strictly() {
        assert_eq!(from_base64url("-_8"), Some(vec![0xfb, 0xff]));
        for bad in ["-_8=", "+/8", "-_9"] {
            assert_eq!(from_base64url(bad), None, "{bad}");
        }
    }
}
