//! What tokens look like: the text of opaque ones, the claims of JWTs, the answer with both.

mod jwt;
mod opaque;
mod response;

pub use self::{
    jwt::{ACCESS_TOKEN_TYP, AccessTokenClaims, ActClaim, ConfirmationClaim, IdTokenClaims},
    opaque::{OpaqueToken, SECRET_CHARS, TokenKind, TokenRefusal},
    response::TokenResponse,
};
