//! Whether a use of a refresh token replaces it, and until when the new one lives.
//! Contract: oidc.md section 5, "Rotation". All moments are seconds since the epoch. That a replaced
//! token works for a moment longer is a rule of the grant itself.

use crate::client::ClientMetadata;

/// Longest life of a family of rotating tokens: 365.25 days.
pub const FAMILY_LIFETIME_SECONDS_MAX: i64 = 31_557_600;
/// Share of its life after which the token of a confidential client is replaced.
const ROTATION_PERCENT: i64 = 70;

/// The life of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshTokenLife {
    /// When the first token of the family was issued.
    pub family_started_at: i64,
    /// When this token was issued.
    pub issued_at: i64,
    /// When this token ends.
    pub expires_at: i64,
}

impl RefreshTokenLife {
    /// Whether the token is over at `now`.
    pub const fn is_expired(&self, now: i64) -> bool {
        self.expires_at <= now
    }
}

/// What a refresh does with its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The answer repeats the same token.
    Keep,
    /// The answer carries a new token that lives until then.
    Replace {
        /// End of the new token.
        expires_at: i64,
    },
}

/// Decides for one refresh at `now`.
pub fn decide(client: &ClientMetadata, token: &RefreshTokenLife, now: i64) -> Rotation {
    let family_age = now.saturating_sub(token.family_started_at);
    if !client.rotates_refresh_token || family_age >= FAMILY_LIFETIME_SECONDS_MAX {
        return Rotation::Keep;
    }
    if !client.is_public() && !is_nearly_over(token, now) {
        return Rotation::Keep;
    }
    let expires_at = if client.is_single_page() {
        token.expires_at
    } else {
        now.saturating_add(client.refresh_token_ttl_seconds)
    };
    Rotation::Replace { expires_at }
}

fn is_nearly_over(token: &RefreshTokenLife, now: i64) -> bool {
    let lifetime = token.expires_at.saturating_sub(token.issued_at);
    let passed = now.saturating_sub(token.issued_at);
    passed.saturating_mul(100) >= lifetime.saturating_mul(ROTATION_PERCENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ApplicationType, ClientAuthMethod, GrantType};

    const TOKEN: RefreshTokenLife =
        RefreshTokenLife { family_started_at: 0, issued_at: 1_000, expires_at: 2_000 };

    fn client(kind: ApplicationType, method: ClientAuthMethod) -> ClientMetadata {
        let mut client = ClientMetadata::new("c", kind, method, vec![GrantType::RefreshToken]);
        client.refresh_token_ttl_seconds = 500;
        client
    }

    #[test]
    fn single_page_client_rotates_always_and_keeps_the_end() {
        let client = client(ApplicationType::Web, ClientAuthMethod::None);
        assert_eq!(decide(&client, &TOKEN, 1_001), Rotation::Replace { expires_at: 2_000 });
    }

    #[test]
    fn native_client_rotates_always_with_a_fresh_life() {
        let client = client(ApplicationType::Native, ClientAuthMethod::None);
        assert_eq!(decide(&client, &TOKEN, 1_001), Rotation::Replace { expires_at: 1_501 });
    }

    #[test]
    fn confidential_client_rotates_from_seventy_percent_on() {
        let client = client(ApplicationType::Web, ClientAuthMethod::ClientSecret);
        assert_eq!(decide(&client, &TOKEN, 1_699), Rotation::Keep);
        assert_eq!(decide(&client, &TOKEN, 1_700), Rotation::Replace { expires_at: 2_200 });
    }

    #[test]
    fn client_that_switched_rotation_off_never_rotates() {
        let mut client = client(ApplicationType::Native, ClientAuthMethod::None);
        client.rotates_refresh_token = false;
        assert_eq!(decide(&client, &TOKEN, 1_999), Rotation::Keep);
    }

    #[test]
    fn family_of_a_year_rotates_no_more() {
        let client = client(ApplicationType::Native, ClientAuthMethod::None);
        let start = FAMILY_LIFETIME_SECONDS_MAX;
        let rotates = |now| matches!(decide(&client, &TOKEN, now), Rotation::Replace { .. });
        assert!(rotates(start - 1));
        assert!(!rotates(start));
    }

    #[test]
    fn token_ends_at_its_last_second() {
        assert!(!TOKEN.is_expired(1_999));
        assert!(TOKEN.is_expired(2_000));
    }
}
