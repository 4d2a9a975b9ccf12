//! The facts about a user that claims are made of, in the shape of the Management API.

use events::Profile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All facts about one user. Moments are milliseconds since the epoch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserClaims {
    /// Id.
    pub id: String,
    /// User name.
    pub username: Option<String>,
    /// E-mail address as it was given.
    pub primary_email: Option<String>,
    /// Whether the address is the user's.
    pub is_email_verified: bool,
    /// Phone number, digits only.
    pub primary_phone: Option<String>,
    /// Whether the number is the user's.
    pub is_phone_verified: bool,
    /// Full name.
    pub name: Option<String>,
    /// URL of a picture.
    pub avatar: Option<String>,
    /// The other standard claims.
    pub profile: Profile,
    /// Data that the operator keeps.
    pub custom_data: Map<String, Value>,
    /// Social identities by connector target.
    pub identities: Map<String, Value>,
    /// Enterprise identities.
    pub sso_identities: Vec<SsoIdentity>,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Organizations.
    pub organizations: Vec<OrganizationClaim>,
    /// Roles in organizations, `<organization id>:<role name>`.
    pub organization_roles: Vec<String>,
    /// When the user was created.
    pub created_at: i64,
    /// When the user last changed.
    pub updated_at: i64,
}

/// An identity at an enterprise provider.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SsoIdentity {
    /// Issuer of the provider.
    pub issuer: String,
    /// Who the user is there.
    pub identity_id: String,
    /// What the provider said.
    pub detail: Map<String, Value>,
}

/// An organization as a claim shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrganizationClaim {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
}
