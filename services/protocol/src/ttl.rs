//! How long each artefact of the provider lives unless a client says otherwise.
//! Contract: oidc.md section 3.

/// Authorization code.
pub const AUTHORIZATION_CODE_TTL_SECONDS: i64 = 60;
/// ID token of a client that sets none.
pub const ID_TOKEN_TTL_SECONDS: i64 = 3_600;
/// Device code, and the user code beside it.
pub const DEVICE_CODE_TTL_SECONDS: i64 = 600;
/// Access token, opaque or for a resource that sets none.
pub const ACCESS_TOKEN_TTL_SECONDS: i64 = 3_600;
/// Refresh token of a client that sets none: 14 days.
pub const REFRESH_TOKEN_TTL_SECONDS: i64 = 14 * DAY_SECONDS;
/// Interaction in the browser, from the authorization request to its end.
pub const INTERACTION_TTL_SECONDS: i64 = 3_600;
/// Session of a tenant that sets none: 14 days.
pub const SESSION_TTL_SECONDS: i64 = 14 * DAY_SECONDS;
/// Grant: 180 days.
pub const GRANT_TTL_SECONDS: i64 = 180 * DAY_SECONDS;
/// Token with which an application speaks for a user once.
pub const SUBJECT_TOKEN_TTL_SECONDS: i64 = 600;
/// One day.
pub const DAY_SECONDS: i64 = 86_400;
