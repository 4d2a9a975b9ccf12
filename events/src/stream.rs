//! Names of streams: `<category>-<tenant>.<id>`, for instance `user-default.x1`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    AccessTokenId, ApplicationId, ClaimsScriptRunId, ConsentId, DeviceAuthorizationId, GrantId,
    InteractionId, MachineGrantId, MembershipId, OrganizationId, OrganizationRoleId,
    OrganizationScopeId, PersonalAccessTokenId, ProofId, PushedRequestId, ReservationId,
    ResourceId, RoleId, ScriptedToken, SessionId, SubjectTokenId, TenantId, UserId,
};

/// Id of the one stream of its kind in a tenant: key rings and the sign-in experience.
const ONLY: &str = "default";

macro_rules! categories {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $activity:literal;)*) => {
        /// What a stream is about. The category decides which event types it can hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category { $($(#[$doc])* $name,)* }

        impl Category {
            /// Every category.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word that begins a stream name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Activity may be archived after a retention time; the rest is history, kept for ever.
            pub const fn is_activity(self) -> bool {
                match self { $(Self::$name => $activity,)* }
            }
        }

        impl FromStr for Category {
            type Err = StreamNameError;
            fn from_str(word: &str) -> Result<Self, StreamNameError> {
                match word { $($word => Ok(Self::$name),)* _ => Err(StreamNameError) }
            }
        }
    };
}

categories! {
    /// One access token of a user.
    AccessToken = "access_token", true;
    /// A client of the provider.
    Application = "application", false;
    /// The script that adds claims to tokens of one kind.
    ClaimsScript = "claims_script", false;
    /// One run of such a script that did not simply give claims.
    ClaimsScriptRun = "claims_script_run", true;
    /// What a user lets a third-party application have.
    Consent = "consent", false;
    /// The ring of cookie keys.
    CookieKey = "cookie_key", false;
    /// The wish of a device without a browser to be let in.
    DeviceAuthorization = "device_authorization", true;
    /// What a user granted to an application.
    Grant = "grant", true;
    /// A visit to the sign-in pages.
    Interaction = "interaction", true;
    /// One access token of a machine.
    MachineGrant = "machine_grant", true;
    /// What is between an organization and one member.
    Membership = "membership", false;
    /// Settings of the provider itself.
    OidcSettings = "oidc_settings", false;
    /// A group of people and machines.
    Organization = "organization", false;
    /// A role inside organizations.
    OrganizationRole = "organization_role", false;
    /// A permission inside organizations.
    OrganizationScope = "organization_scope", false;
    /// A token with which scripts speak for a user.
    PersonalAccessToken = "personal_access_token", false;
    /// A signed statement that counts once.
    Proof = "proof", true;
    /// An authorization request that a client pushed.
    PushedRequest = "pushed_request", true;
    /// A value that must be unique.
    Reservation = "reservation", false;
    /// An API resource with its scopes.
    Resource = "resource", false;
    /// A role of users or machines.
    Role = "role", false;
    /// A signed-in browser.
    Session = "session", true;
    /// Settings of the sign-in pages.
    SignInExperience = "sign_in_experience", false;
    /// The ring of signing keys.
    SigningKey = "signing_key", false;
    /// A token with which an application speaks for a user once.
    SubjectToken = "subject_token", true;
    /// A tenant.
    Tenant = "tenant", false;
    /// A person.
    User = "user", false;
}

/// Text that is no stream name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stream name is <category>-<tenant>.<id>")]
pub struct StreamNameError;

/// Name of a stream; its parts are found by position, without a copy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StreamName {
    text: Box<str>,
    category: Category,
    /// Where the `.` between tenant and id stands.
    dot: usize,
}

impl StreamName {
    fn new(category: Category, tenant: &TenantId, id: &str) -> Self {
        let text = format!("{}-{tenant}.{id}", category.as_str());
        let dot = text.len() - id.len() - 1;
        Self { text: text.into(), category, dot }
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the stream is about.
    pub fn category(&self) -> Category {
        self.category
    }

    /// The tenant that the stream belongs to, as text.
    pub fn tenant(&self) -> &str {
        self.text.get(self.category.as_str().len() + 1..self.dot).unwrap_or_default()
    }

    /// The id inside category and tenant.
    pub fn id(&self) -> &str {
        self.text.get(self.dot + 1..).unwrap_or_default()
    }
}

macro_rules! streams {
    ($($name:ident: $category:ident($id:ty);)*) => {
        impl StreamName {$(
            #[doc = concat!("The stream of one [`Category::", stringify!($category), "`].")]
            pub fn $name(tenant: &TenantId, id: &$id) -> Self {
                Self::new(Category::$category, tenant, id.as_str())
            }
        )*}
    };
}

streams! {
    access_token: AccessToken(AccessTokenId);
    application: Application(ApplicationId);
    claims_script: ClaimsScript(ScriptedToken);
    claims_script_run: ClaimsScriptRun(ClaimsScriptRunId);
    consent: Consent(ConsentId);
    device_authorization: DeviceAuthorization(DeviceAuthorizationId);
    grant: Grant(GrantId);
    interaction: Interaction(InteractionId);
    machine_grant: MachineGrant(MachineGrantId);
    membership: Membership(MembershipId);
    organization: Organization(OrganizationId);
    organization_role: OrganizationRole(OrganizationRoleId);
    organization_scope: OrganizationScope(OrganizationScopeId);
    personal_access_token: PersonalAccessToken(PersonalAccessTokenId);
    proof: Proof(ProofId);
    pushed_request: PushedRequest(PushedRequestId);
    reservation: Reservation(ReservationId);
    resource: Resource(ResourceId);
    role: Role(RoleId);
    session: Session(SessionId);
    subject_token: SubjectToken(SubjectTokenId);
    user: User(UserId);
}

impl StreamName {
    /// The ring of signing keys of a tenant.
    pub fn signing_keys(tenant: &TenantId) -> Self {
        Self::new(Category::SigningKey, tenant, ONLY)
    }

    /// The ring of cookie keys of a tenant.
    pub fn cookie_keys(tenant: &TenantId) -> Self {
        Self::new(Category::CookieKey, tenant, ONLY)
    }

    /// The settings of the sign-in pages of a tenant.
    pub fn sign_in_experience(tenant: &TenantId) -> Self {
        Self::new(Category::SignInExperience, tenant, ONLY)
    }

    /// The settings of the provider of a tenant.
    pub fn oidc_settings(tenant: &TenantId) -> Self {
        Self::new(Category::OidcSettings, tenant, ONLY)
    }

    /// The stream of a tenant itself; its data key also keys the tenant's digests.
    pub fn of_tenant(tenant: &TenantId) -> Self {
        Self::new(Category::Tenant, tenant, ONLY)
    }
}

impl FromStr for StreamName {
    type Err = StreamNameError;
    fn from_str(text: &str) -> Result<Self, StreamNameError> {
        let (category, rest) = text.split_once('-').ok_or(StreamNameError)?;
        let category = Category::from_str(category)?;
        let (tenant, id) = rest.split_once('.').ok_or(StreamNameError)?;
        if tenant.parse::<TenantId>().is_err() || id.is_empty() || id.contains('.') {
            return Err(StreamNameError);
        }
        let dot = text.len() - id.len() - 1;
        Ok(Self { text: text.into(), category, dot })
    }
}

impl TryFrom<String> for StreamName {
    type Error = StreamNameError;
    fn try_from(text: String) -> Result<Self, StreamNameError> {
        text.parse()
    }
}

impl From<StreamName> for String {
    fn from(name: StreamName) -> Self {
        name.text.into()
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_falls_into_category_tenant_and_id() {
        let name: StreamName = "machine_grant-my-tenant.a-b_c".parse().unwrap();
        assert_eq!(name.category(), Category::MachineGrant);
        assert_eq!((name.tenant(), name.id()), ("my-tenant", "a-b_c"));
        let tenant: TenantId = "default".parse().unwrap();
        let user = StreamName::user(&tenant, &"x1".parse().unwrap());
        assert_eq!(user.as_str(), "user-default.x1");
        assert_eq!((user.tenant(), user.id()), ("default", "x1"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "user", "user-", "user-default", "user-default.", "planet-default.x", "user-.x"]
        {
            assert_eq!(text.parse::<StreamName>(), Err(StreamNameError), "{text}");
        }
    }
}
