//! Opaque tokens: one text for each token, so that no second text means the same.

use protocol::token::{OpaqueToken, TokenKind};

/// Reads the input and writes it again.
pub fn run(input: &[u8]) {
    let text = crate::text(input);
    let Ok(token) = OpaqueToken::parse(&text) else { return };
    assert_eq!(token.to_text().expose(), text);
    for kind in TokenKind::ALL {
        assert_eq!(OpaqueToken::parse_kind(&text, kind).is_ok(), kind == token.kind());
    }
    let secret = token.secret().expose();
    assert!(token.id().contains(secret) || !format!("{token:?}").contains(secret));
}
