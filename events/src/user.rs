//! What can happen to a person's account.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{ApplicationId, Personal, RoleId, UnixMillis};

/// What can happen to a person's account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum UserEvent {
    /// The account exists from here on.
    #[serde(rename = "UserCreated.v1")]
    UserCreated {
        /// How it came to be.
        origin: UserOrigin,
        /// The application through which the person signed up.
        application: Option<ApplicationId>,
        /// Roles given at once, the default roles of that moment.
        roles: Vec<RoleId>,
        /// Who it is.
        personal: Personal<UserIdentity>,
    },
    /// Identifiers or profile changed.
    #[serde(rename = "UserChanged.v1")]
    UserChanged {
        /// Names of the changed members, in the order of [`UserChange`].
        fields: Vec<String>,
        /// Their new values.
        personal: Personal<UserChange>,
    },
    /// A password, or the digest of one, was stored in place of whatever there was.
    #[serde(rename = "PasswordSet.v1")]
    PasswordSet {
        /// Who chose it.
        origin: PasswordOrigin,
        /// How it is hashed.
        scheme: PasswordScheme,
        /// What verifies it.
        personal: Personal<PasswordSecret>,
    },
    /// A right password was hashed anew because its scheme or parameters were not the target's.
    #[serde(rename = "PasswordRehashed.v1")]
    PasswordRehashed {
        /// Scheme before.
        from: PasswordScheme,
        /// Scheme from now on.
        to: PasswordScheme,
        /// What verifies it.
        personal: Personal<PasswordSecret>,
    },
    /// The account may not act; its sessions and tokens end here.
    #[serde(rename = "UserSuspended.v1")]
    UserSuspended {
        /// Sessions and grants of before are dead, also after a reactivation.
        suspended_at: UnixMillis,
    },
    /// The account may act again.
    #[serde(rename = "UserReactivated.v1")]
    UserReactivated {},
    /// The person let an application in for the first time, having signed up through none.
    #[serde(rename = "FirstApplicationAuthorized.v1")]
    FirstApplicationAuthorized {
        /// The application.
        application: ApplicationId,
    },
    /// Roles were given.
    #[serde(rename = "RolesAssigned.v1")]
    RolesAssigned {
        /// Those not held before.
        roles: Vec<RoleId>,
    },
    /// Roles were taken away.
    #[serde(rename = "RolesUnassigned.v1")]
    RolesUnassigned {
        /// Those held before.
        roles: Vec<RoleId>,
    },
    /// The account is gone and its data key is to be destroyed.
    #[serde(rename = "UserDeleted.v1")]
    UserDeleted {},
}

/// How an account came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserOrigin {
    /// Through the Management API or the command line.
    Management,
    /// On the sign-up page.
    SignUp,
}

/// Who chose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordOrigin {
    /// The person.
    Person,
    /// An administrator, in clear.
    Management,
    /// An older system: only its digest is known.
    Import,
}

/// How a password is hashed; spelled as in the Management API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PasswordScheme {
    /// Argon2i in PHC form.
    Argon2i,
    /// Argon2id in PHC form, the target of every re-hash.
    Argon2id,
    /// Argon2d in PHC form.
    Argon2d,
    /// bcrypt in modular crypt form.
    Bcrypt,
    /// Unsalted MD5 in hexadecimal.
    #[serde(rename = "MD5")]
    Md5,
    /// Unsalted SHA-1 in hexadecimal.
    #[serde(rename = "SHA1")]
    Sha1,
    /// Unsalted SHA-256 in hexadecimal.
    #[serde(rename = "SHA256")]
    Sha256,
    /// A JSON triple of algorithm, arguments and expected value.
    Legacy,
}

impl PasswordScheme {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Argon2i => "Argon2i",
            Self::Argon2id => "Argon2id",
            Self::Argon2d => "Argon2d",
            Self::Bcrypt => "Bcrypt",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Legacy => "Legacy",
        }
    }
}

/// What verifies a password: the digest as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSecret {
    /// PHC, modular crypt, hexadecimal or JSON, as the scheme says.
    pub digest: String,
}

impl std::fmt::Debug for PasswordSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordSecret(redacted)")
    }
}

/// Who a person is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserIdentity {
    /// Sign-in name.
    pub username: Option<String>,
    /// E-mail address, as given.
    pub primary_email: Option<String>,
    /// Whether the address was shown to belong to the person.
    pub email_verified: bool,
    /// Phone number, digits with country code.
    pub primary_phone: Option<String>,
    /// Whether the number was shown to belong to the person.
    pub phone_verified: bool,
    /// Full name.
    pub name: Option<String>,
    /// URL of a picture.
    pub avatar: Option<String>,
    /// Whatever the application keeps with the user.
    pub custom_data: Map<String, Value>,
    /// The other standard claims.
    pub profile: Profile,
}

/// New values of changed members: absent = untouched, `null` = cleared.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserChange {
    /// Sign-in name.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub username: Option<Option<String>>,
    /// E-mail address; a new one counts as verified, for only administrators set it this way.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub primary_email: Option<Option<String>>,
    /// Phone number.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub primary_phone: Option<Option<String>>,
    /// Full name.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// URL of a picture.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Option<String>>,
    /// The whole new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<Map<String, Value>>,
    /// The whole new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

/// A member that is there, even as `null`.
fn present<'de, D, T>(input: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(input).map(Some)
}

/// The standard claims of OpenID Connect Core 5.1 that have no column of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Profile {
    /// `family_name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// `given_name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// `middle_name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// `nickname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// `preferred_username`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// `profile`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// `website`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// `gender`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `birthdate`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// `zoneinfo`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// `locale`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// `address`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<PostalAddress>,
}

/// The `address` claim of OpenID Connect Core 5.1.1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PostalAddress {
    /// Whole address on several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, house number, flat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province or prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}
