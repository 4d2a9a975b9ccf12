//! Text of codes and opaque tokens of every kind: `<kind>_<id>.<secret>`.
//! The id finds the record; only a digest of the secret is kept, so only the bearer has both.

use std::fmt;

use crate::secret::SecretText;

/// Length of the secret: 32 bytes in base64url without padding.
pub const SECRET_CHARS: usize = 43;
/// Longest id, in bytes.
const ID_BYTES_MAX: usize = 64;

/// What an opaque token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Authorization code.
    AuthorizationCode,
    /// Opaque access token.
    AccessToken,
    /// Refresh token.
    RefreshToken,
    /// Device code.
    DeviceCode,
    /// Token with which an application speaks for a user once.
    SubjectToken,
    /// Token with which scripts speak for a user.
    PersonalAccessToken,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::AuthorizationCode,
        Self::AccessToken,
        Self::RefreshToken,
        Self::DeviceCode,
        Self::SubjectToken,
        Self::PersonalAccessToken,
    ];

    /// First part of the text.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "ac",
            Self::AccessToken => "at",
            Self::RefreshToken => "rt",
            Self::DeviceCode => "dc",
            Self::SubjectToken => "sub",
            Self::PersonalAccessToken => "pat",
        }
    }
}

/// Why a text is no opaque token, or parts make none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("text is no token of this provider")]
pub struct TokenRefusal;

/// A well-formed opaque token; whether it is a good one is for its record to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpaqueToken {
    kind: TokenKind,
    id: String,
    secret: SecretText,
}

impl OpaqueToken {
    /// Makes a token of an id (letters, digits, `-`, `_`; at most 64) and a secret (43
    /// characters of base64url).
    ///
    /// # Errors
    /// When a part has another form.
    pub fn try_new(kind: TokenKind, id: &str, secret: &str) -> Result<Self, TokenRefusal> {
        let is_base64url = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let is_id = !id.is_empty() && id.len() <= ID_BYTES_MAX && is_base64url(id);
        if is_id && secret.len() == SECRET_CHARS && is_base64url(secret) {
            Ok(Self { kind, id: id.to_owned(), secret: SecretText::new(secret) })
        } else {
            Err(TokenRefusal)
        }
    }

    /// Reads a token.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, TokenRefusal> {
        let (prefix, rest) = text.split_once('_').ok_or(TokenRefusal)?;
        let kind = TokenKind::ALL.into_iter().find(|kind| kind.prefix() == prefix);
        let (id, secret) = rest.split_once('.').ok_or(TokenRefusal)?;
        Self::try_new(kind.ok_or(TokenRefusal)?, id, secret)
    }

    /// Reads a token that must be of `kind`.
    ///
    /// # Errors
    /// When the text has another form or the token another kind.
    pub fn parse_kind(text: &str, kind: TokenKind) -> Result<Self, TokenRefusal> {
        Self::parse(text)
            .and_then(|token| if token.kind == kind { Ok(token) } else { Err(TokenRefusal) })
    }

    /// What it is good for.
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Id of its record.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What its bearer must know.
    pub const fn secret(&self) -> &SecretText {
        &self.secret
    }

    /// The text to send.
    pub fn to_text(&self) -> SecretText {
        SecretText::new(format!("{}_{}.{}", self.kind.prefix(), self.id, self.secret.expose()))
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AuthorizationCode => "authorization code",
            Self::AccessToken => "access token",
            Self::RefreshToken => "refresh token",
            Self::DeviceCode => "device code",
            Self::SubjectToken => "subject token",
            Self::PersonalAccessToken => "personal access token",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn text_of_a_token_names_kind_and_id() {
        let token = OpaqueToken::try_new(TokenKind::RefreshToken, "g1", SECRET).unwrap();
        assert_eq!(token.to_text().expose(), format!("rt_g1.{SECRET}"));
        assert!(!format!("{token:?}").contains(SECRET));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            SECRET,
            &format!("xx_g1.{SECRET}"),
            &format!("rt_.{SECRET}"),
            &format!("rt_g1.{SECRET}a"),
            &format!("rt_g1.{}", &SECRET[1..]),
            &format!("rt_g1.{}", SECRET.replace('-', "+")),
            &format!("rt_g/1.{SECRET}"),
            &format!("rt_g1.x.{SECRET}"),
            &format!("RT_g1.{SECRET}"),
            &format!("rt_{}.{SECRET}", "a".repeat(65)),
            &format!("rt_g1.{SECRET}\n"),
        ] {
            assert_eq!(OpaqueToken::parse(text), Err(TokenRefusal), "{text:?}");
        }
        assert!(OpaqueToken::parse(&format!("rt_{}.{SECRET}", "a".repeat(64))).is_ok());
    }

    #[test]
    fn a_token_of_another_kind_is_refused() {
        let text = format!("at_g1.{SECRET}");
        assert!(OpaqueToken::parse_kind(&text, TokenKind::AccessToken).is_ok());
        assert!(OpaqueToken::parse_kind(&text, TokenKind::RefreshToken).is_err());
    }

    proptest! {
        #[test]
        fn what_is_made_reads_back(id in "[0-9A-Za-z_-]{1,64}", secret in "[0-9A-Za-z_-]{43}") {
            for kind in TokenKind::ALL {
                let token = OpaqueToken::try_new(kind, &id, &secret).unwrap();
                prop_assert_eq!(OpaqueToken::parse(token.to_text().expose()).unwrap(), token);
            }
        }
    }
}
