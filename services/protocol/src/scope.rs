//! Scope values: parsed once, then an ordered set without repeats.
//! Clause: RFC 6749 section 3.3.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Most scopes in one set.
pub const SCOPE_COUNT_MAX: usize = 256;
/// Longest text of a set, in bytes.
pub const SCOPE_TEXT_BYTES_MAX: usize = 16_384;

/// Makes the request an OpenID Connect request.
pub const OPENID: &str = "openid";
/// Asks for a refresh token.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Name, picture and the other profile claims.
pub const PROFILE: &str = "profile";
/// E-mail address.
pub const EMAIL: &str = "email";
/// Phone number.
pub const PHONE: &str = "phone";
/// Postal address.
pub const ADDRESS: &str = "address";
/// Data that the operator keeps about the user.
pub const CUSTOM_DATA: &str = "custom_data";
/// Social and enterprise identities.
pub const IDENTITIES: &str = "identities";
/// Names of the user's roles.
pub const ROLES: &str = "roles";
/// Organizations of the user.
pub const ORGANIZATIONS: &str = "urn:logto:scope:organizations";
/// Roles of the user in organizations.
pub const ORGANIZATION_ROLES: &str = "urn:logto:scope:organization_roles";
/// Right to manage own sessions.
pub const SESSIONS: &str = "urn:logto:scope:sessions";
/// Right to manage own trusted devices.
pub const TRUSTED_DEVICES: &str = "urn:logto:scope:trusted_devices";

/// Every scope that belongs to the provider itself and not to a resource, in contract order.
pub const OIDC_SCOPES: [&str; 13] = [
    OPENID,
    OFFLINE_ACCESS,
    PROFILE,
    EMAIL,
    PHONE,
    ADDRESS,
    CUSTOM_DATA,
    IDENTITIES,
    ROLES,
    ORGANIZATIONS,
    ORGANIZATION_ROLES,
    SESSIONS,
    TRUSTED_DEVICES,
];

/// Whether `scope` belongs to the provider itself.
pub fn is_oidc_scope(scope: &str) -> bool {
    OIDC_SCOPES.contains(&scope)
}

/// Why a text is no scope value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeRefusal {
    /// A character outside the grammar.
    #[error("scope holds a character that is not allowed")]
    Character,
    /// Longer than [`SCOPE_TEXT_BYTES_MAX`] or more than [`SCOPE_COUNT_MAX`] scopes.
    #[error("scope is too long")]
    TooLong,
}

/// Scopes in the order in which they were first named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeSet(Vec<String>);

impl ScopeSet {
    /// The set with no scope.
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Reads a space separated scope value; spaces in a row count as one.
    ///
    /// # Errors
    /// A character outside the grammar, or a text beyond the limits.
    pub fn parse(text: &str) -> Result<Self, ScopeRefusal> {
        if text.len() > SCOPE_TEXT_BYTES_MAX {
            return Err(ScopeRefusal::TooLong);
        }
        let mut scopes: Vec<String> = Vec::new();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            if !scope.bytes().all(is_scope_byte) {
                return Err(ScopeRefusal::Character);
            }
            if scopes.iter().any(|known| known == scope) {
                continue;
            }
            if scopes.len() == SCOPE_COUNT_MAX {
                return Err(ScopeRefusal::TooLong);
            }
            scopes.push(scope.to_owned());
        }
        Ok(Self(scopes))
    }

    /// Reads scopes given one by one, such as the names of permissions.
    ///
    /// # Errors
    /// As [`ScopeSet::parse`].
    pub fn try_from_names<'a>(
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ScopeRefusal> {
        Self::parse(&names.into_iter().collect::<Vec<_>>().join(" "))
    }

    /// Whether `scope` is in the set.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// Whether there is no scope at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many scopes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// What is also in `other`, in the order of this set.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.filtered(|scope| other.contains(scope))
    }

    /// Only the scopes for which `keep` holds.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|scope| keep(scope)).cloned().collect())
    }

    /// This set and then what `other` adds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let added = other.0.iter().filter(|scope| !self.contains(scope));
        Self(self.0.iter().chain(added).cloned().collect())
    }

    /// The set without `scope`.
    #[must_use]
    pub fn without(&self, scope: &str) -> Self {
        self.filtered(|known| known != scope)
    }

    /// The part that belongs to the provider itself.
    #[must_use]
    pub fn oidc_part(&self) -> Self {
        self.filtered(is_oidc_scope)
    }

    /// The part that belongs to resources.
    #[must_use]
    pub fn resource_part(&self) -> Self {
        self.filtered(|scope| !is_oidc_scope(scope))
    }

    /// The first scope that `other` lacks.
    pub fn first_outside<'a>(&'a self, other: &Self) -> Option<&'a str> {
        self.iter().find(|scope| !other.contains(scope))
    }
}

/// `%x21 / %x23-5B / %x5D-7E`: visible ASCII but quote and backslash.
const fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(" "))
    }
}

impl FromStr for ScopeSet {
    type Err = ScopeRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ScopeSet {
    type Error = ScopeRefusal;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ScopeSet> for String {
    fn from(scopes: ScopeSet) -> Self {
        scopes.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn repeats_and_extra_spaces_fall_away_and_order_stays() {
        let scopes = ScopeSet::parse("  profile openid  profile email ").unwrap();
        assert_eq!(scopes.to_string(), "profile openid email");
    }

    #[test]
    fn characters_outside_the_grammar_are_refused() {
        for text in ["a\tb", "a\"", "a\\", "é", "a\n", "\u{7f}"] {
            assert_eq!(ScopeSet::parse(text), Err(ScopeRefusal::Character), "{text:?}");
        }
    }

    #[test]
    fn limits_hold_on_both_sides() {
        let names = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(ScopeSet::parse(&names(SCOPE_COUNT_MAX)).unwrap().len(), SCOPE_COUNT_MAX);
        assert_eq!(ScopeSet::parse(&names(SCOPE_COUNT_MAX + 1)), Err(ScopeRefusal::TooLong));
        assert!(ScopeSet::parse(&"a".repeat(SCOPE_TEXT_BYTES_MAX)).is_ok());
        assert!(ScopeSet::parse(&"a".repeat(SCOPE_TEXT_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn set_operations_keep_the_order_of_the_left_side() {
        let left = ScopeSet::parse("c b a").unwrap();
        let right = ScopeSet::parse("a c d").unwrap();
        assert_eq!(left.intersect(&right).to_string(), "c a");
        assert_eq!(left.union(&right).to_string(), "c b a d");
        assert_eq!(left.first_outside(&right), Some("b"));
    }

    proptest! {
        #[test]
        fn text_of_a_set_parses_back_to_it(text in "[!#-\\[\\]-~ ]{0,200}") {
            let scopes = ScopeSet::parse(&text).unwrap();
            prop_assert_eq!(ScopeSet::parse(&scopes.to_string()).unwrap(), scopes);
        }
    }
}
