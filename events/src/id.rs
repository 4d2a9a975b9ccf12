//! Typed ids: what names a thing inside its tenant.
//! An id is 1 to 64 characters of `[0-9A-Za-z_-]` and so fits a stream name, a URL and a log line.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Member;

/// Longest id, in bytes.
const ID_BYTES_MAX: usize = 64;
/// Longest digest in the id of a reservation, in bytes.
const DIGEST_BYTES_MAX: usize = 128;

/// Stands between an organization and a person in the id of a membership.
pub(crate) const MEMBER_USER: &str = "~u~";
/// Stands between an organization and a machine in the id of a membership.
const MEMBER_APPLICATION: &str = "~m~";

/// Text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 characters of [0-9A-Za-z_-]")]
pub struct IdError;

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= ID_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_id(text) { Ok(Self(text.into())) } else { Err(IdError) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

id! {
    /// A tenant: `default`, `admin`, or one created later; `[0-9a-z-]{1,21}` by contract.
    TenantId;
    /// A person, 12 characters.
    UserId;
    /// A client of the provider, 21 characters or a fixed name such as `demo-app`.
    ApplicationId;
    /// An API resource.
    ResourceId;
    /// A scope of an API resource.
    ScopeId;
    /// A role of users or machines.
    RoleId;
    /// An organization, 12 or 21 characters.
    OrganizationId;
    /// A scope inside organizations.
    OrganizationScopeId;
    /// A role inside organizations.
    OrganizationRoleId;
    /// A signing key in the ring of its tenant.
    SigningKeyId;
    /// A cookie key in the ring of its tenant.
    CookieKeyId;
    /// One visit to the sign-in pages on behalf of an authorization request.
    InteractionId;
    /// One proof given inside an interaction.
    VerificationId;
    /// A signed-in browser.
    SessionId;
    /// What a user granted to an application: its code and its refresh tokens.
    GrantId;
    /// The wish of a device without a browser to be let in.
    DeviceAuthorizationId;
    /// One access token of a user.
    AccessTokenId;
    /// One access token of a machine.
    MachineGrantId;
    /// A token with which an administrator lets an application speak for a user once.
    SubjectTokenId;
    /// A token that a user or an administrator made for scripts that speak for the user.
    PersonalAccessTokenId;
    /// One signed statement that counts once, by a keyed digest.
    ProofId;
    /// An authorization request that a client pushed.
    PushedRequestId;
    /// One run of a claims script.
    ClaimsScriptRunId;
    /// The request that caused events, as the client or the server named it.
    CorrelationId;
}

/// Names what must be unique: `<kind>:<keyed digest>`, for instance `email:4f0c…`.
/// The digest is keyed, so a stream name tells nobody's address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReservationId(Box<str>);

impl ReservationId {
    /// `kind` is a lower-case word, `digest` at most 128 of `[0-9a-z]`.
    ///
    /// # Errors
    /// [`IdError`] if either holds anything else.
    pub fn try_new(kind: &str, digest: &str) -> Result<Self, IdError> {
        format!("{kind}:{digest}").parse()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReservationId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (kind, digest) = text.split_once(':').ok_or(IdError)?;
        let lower = digest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if is_id(kind) && lower && digest.len() <= DIGEST_BYTES_MAX && !digest.is_empty() {
            Ok(Self(text.into()))
        } else {
            Err(IdError)
        }
    }
}

impl TryFrom<String> for ReservationId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ReservationId> for String {
    fn from(id: ReservationId) -> Self {
        id.0.into()
    }
}

/// Names what a user lets a third-party application have: `<user>~<application>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConsentId(Box<str>);

impl ConsentId {
    /// Of these two.
    pub fn new(user: &UserId, application: &ApplicationId) -> Self {
        Self(format!("{user}~{application}").into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConsentId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (user, application) = text.split_once('~').ok_or(IdError)?;
        Ok(Self::new(&user.parse()?, &application.parse()?))
    }
}

impl TryFrom<String> for ConsentId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ConsentId> for String {
    fn from(id: ConsentId) -> Self {
        id.0.into()
    }
}

/// Names one membership: `<organization>~u~<user>` or `<organization>~m~<application>`. The `~`
/// stands in no id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MembershipId {
    text: Box<str>,
    organization: OrganizationId,
    member: Member,
}

impl MembershipId {
    /// The membership of a person or a machine.
    pub fn new(organization: OrganizationId, member: Member) -> Self {
        let (kind, id) = match &member {
            Member::User(id) => (MEMBER_USER, id.as_str()),
            Member::Application(id) => (MEMBER_APPLICATION, id.as_str()),
        };
        let text = [organization.as_str(), kind, id].concat().into();
        Self { text, organization, member }
    }

    /// The membership of a person.
    pub fn of_user(organization: &OrganizationId, user: &UserId) -> Self {
        Self::new(organization.clone(), Member::User(user.clone()))
    }

    /// The membership of a machine.
    pub fn of_application(organization: &OrganizationId, application: &ApplicationId) -> Self {
        Self::new(organization.clone(), Member::Application(application.clone()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The organization.
    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// Who belongs to it.
    pub fn member(&self) -> &Member {
        &self.member
    }
}

impl FromStr for MembershipId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let user = |(organization, id): (&str, &str)| {
            Ok(Self::new(organization.parse()?, Member::User(id.parse()?)))
        };
        let application = |(organization, id): (&str, &str)| {
            Ok(Self::new(organization.parse()?, Member::Application(id.parse()?)))
        };
        match (text.split_once(MEMBER_USER), text.split_once(MEMBER_APPLICATION)) {
            (Some(parts), _) => user(parts),
            (None, Some(parts)) => application(parts),
            (None, None) => Err(IdError),
        }
    }
}

/// Id of an event: a UUID version 7, so that ids sort roughly by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

impl EventId {
    /// Made from a moment and 10 random bytes (RFC 9562 5.7).
    pub fn new(time: crate::UnixMillis, random: &[u8; 10]) -> Self {
        let millis = u64::try_from(time.0).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
    }

    /// The sixteen bytes of the id.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(formatter)
    }
}

impl FromStr for EventId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::parse_str(text).map(Self).map_err(|_| IdError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_only_what_fits_a_stream_name() {
        assert!("x1_-Z".parse::<UserId>().is_ok());
        for text in ["", "a.b", "a b", "ü", "a/b", &"x".repeat(65)] {
            assert_eq!(text.parse::<UserId>(), Err(IdError), "{text}");
        }
    }

    #[test]
    fn a_membership_id_names_organization_and_member() {
        let (organization, user) = ("o1".parse().unwrap(), "u1".parse().unwrap());
        let id = MembershipId::of_user(&organization, &user);
        assert_eq!((id.as_str(), id.organization()), ("o1~u~u1", &organization));
        assert_eq!("o1~u~u1".parse::<MembershipId>(), Ok(id));
        let machine = MembershipId::of_application(&organization, &"m-1".parse().unwrap());
        assert_eq!("o1~m~m-1".parse::<MembershipId>(), Ok(machine));
        for text in ["", "o1", "o1~u1", "o1~x~u1", "~u~u1", "o1~u~", "o1~u~u1~u~u2", "o1~u~~m~a"] {
            assert_eq!(text.parse::<MembershipId>(), Err(IdError), "{text}");
        }
    }

    #[test]
    fn a_reservation_id_is_a_kind_and_a_digest() {
        assert_eq!(ReservationId::try_new("email", "0af").unwrap().as_str(), "email:0af");
        for text in ["email", "email:", ":0af", "email:tom@example.com", "email:TOM", "a.b:0"] {
            assert!(text.parse::<ReservationId>().is_err(), "{text}");
        }
    }
}
