//! Who signs: a key made for these targets and for nothing else.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crypto::{
    jws::{ForeignToken, signing},
    key::{Algorithm, ForeignKey, PrivateKey, Signer},
};
use serde_json::{Map, Value};

const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIAP9FO2H0Y8D+XNDe0f56fw4DoufY9ITbDDwQntBt/tn";

/// The key, ready to sign.
pub(crate) static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let document = STANDARD.decode(KEY).unwrap();
    Signer::new(PrivateKey::try_from_pkcs8(Algorithm::EdDSA, &document).unwrap())
});

/// Its public half.
pub(crate) fn public() -> Map<String, Value> {
    match serde_json::to_value(SIGNER.public_jwk()).unwrap() {
        Value::Object(members) => members,
        other => panic!("a key is no object: {other}"),
    }
}

/// A token of two lines: the header, which may lack, and the claims.
pub(crate) fn signed(input: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(input).ok()?;
    let (header, claims) = text.split_once('\n').unwrap_or(("{}", text));
    let mut header: Value = serde_json::from_str(header).ok()?;
    let claims: Value = serde_json::from_str(claims).ok()?;
    let members = header.as_object_mut()?;
    members.remove("alg");
    members.entry("jwk").or_insert_with(|| public().into());
    signing::by_key(&SIGNER, &header, &claims).ok()
}

/// The token of the input, whose signature is right, and the same of the text as it is.
pub(crate) fn tokens(input: &[u8]) -> Vec<(ForeignToken, bool)> {
    let key = ForeignKey::try_new(&public()).unwrap();
    let texts = [signed(input), Some(crate::text(input).into_owned())];
    let tokens = texts.into_iter().flatten().filter_map(|text| ForeignToken::parse(&text).ok());
    tokens
        .map(|token| {
            let is_signed = token.verify_by_key(&key).is_ok();
            (token, is_signed)
        })
        .collect()
}
