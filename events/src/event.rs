//! Every event that can stand in the log, by the noun it is about.

use serde::Serialize;

use crate::{
    AccessTokenEvent, ApplicationEvent, Category, ClaimsScriptEvent, ClaimsScriptRunEvent,
    ConsentEvent, CookieKeyEvent, DeviceAuthorizationEvent, EnvelopeError, GrantEvent,
    InteractionEvent, MachineGrantEvent, MembershipEvent, OidcSettingsEvent, OrganizationEvent,
    OrganizationRoleEvent, OrganizationScopeEvent, PersonalAccessTokenEvent, ProofEvent,
    PushedRequestEvent, ReservationEvent, ResourceEvent, RoleEvent, SessionEvent,
    SignInExperienceEvent, SigningKeyEvent, StreamName, SubjectTokenEvent, TenantEvent, UserEvent,
    UserId, id::MEMBER_USER,
};

macro_rules! nouns {
    ($($noun:ident($event:ty),)*) => {
        /// Every event that can stand in the log.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[expect(
            clippy::large_enum_variant,
            reason = "the largest variant is about users and common: a box costs more than a move"
        )]
        pub enum Event {
            $(#[doc = concat!("About a [`Category::", stringify!($noun), "`].")] $noun($event),)*
        }

        $(impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$noun(event)
            }
        })*

        impl Event {
            /// The category of stream that the event belongs to.
            pub fn category(&self) -> Category {
                match self { $(Self::$noun(_) => Category::$noun,)* }
            }

            /// Reads `{"type":…,"data":…}` of the newest version of an event.
            ///
            /// # Errors
            /// [`EnvelopeError::Json`] if the text is no event of the category.
            pub(crate) fn parse(category: Category, json: &str) -> Result<Self, EnvelopeError> {
                match category {
                    $(Category::$noun => serde_json::from_str::<$event>(json).map(Self::$noun),)*
                }
                .map_err(EnvelopeError::Json)
            }
        }
    };
}

nouns! {
    AccessToken(AccessTokenEvent),
    Application(ApplicationEvent),
    ClaimsScript(ClaimsScriptEvent),
    ClaimsScriptRun(ClaimsScriptRunEvent),
    Consent(ConsentEvent),
    CookieKey(CookieKeyEvent),
    DeviceAuthorization(DeviceAuthorizationEvent),
    Grant(GrantEvent),
    Interaction(InteractionEvent),
    MachineGrant(MachineGrantEvent),
    Membership(MembershipEvent),
    OidcSettings(OidcSettingsEvent),
    Organization(OrganizationEvent),
    OrganizationRole(OrganizationRoleEvent),
    OrganizationScope(OrganizationScopeEvent),
    PersonalAccessToken(PersonalAccessTokenEvent),
    Proof(ProofEvent),
    PushedRequest(PushedRequestEvent),
    Reservation(ReservationEvent),
    Resource(ResourceEvent),
    Role(RoleEvent),
    Session(SessionEvent),
    SignInExperience(SignInExperienceEvent),
    SigningKey(SigningKeyEvent),
    SubjectToken(SubjectTokenEvent),
    Tenant(TenantEvent),
    User(UserEvent),
}

impl Event {
    /// The user that the event is about, if it names one.
    pub fn user<'a>(&'a self, stream: &'a StreamName) -> Option<&'a str> {
        match self {
            Self::User(_) => Some(stream.id()),
            Self::Consent(_) => stream.id().split_once('~').map(|(user, _)| user),
            Self::Membership(_) => stream.id().split_once(MEMBER_USER).map(|(_, user)| user),
            Self::AccessToken(AccessTokenEvent::AccessTokenIssued { user, .. })
            | Self::ClaimsScriptRun(
                ClaimsScriptRunEvent::ClaimsScriptFailed { user: Some(user), .. }
                | ClaimsScriptRunEvent::ClaimsScriptDenied { user: Some(user), .. },
            )
            | Self::DeviceAuthorization(DeviceAuthorizationEvent::DeviceAuthorizationApproved {
                user,
                ..
            })
            | Self::Grant(GrantEvent::GrantCreated { user, .. })
            | Self::Session(SessionEvent::SessionStarted { user, .. })
            | Self::PersonalAccessToken(PersonalAccessTokenEvent::PersonalAccessTokenCreated {
                user,
                ..
            })
            | Self::SubjectToken(SubjectTokenEvent::SubjectTokenIssued { user, .. })
            | Self::Interaction(
                InteractionEvent::PasswordVerified { user, .. }
                | InteractionEvent::NewIdentityVerified { user, .. }
                | InteractionEvent::UserIdentified { user, .. }
                | InteractionEvent::InteractionSubmitted { user, .. }
                | InteractionEvent::PasswordRejected { user: Some(user), .. },
            ) => Some(UserId::as_str(user)),
            Self::Application(_)
            | Self::ClaimsScript(_)
            | Self::ClaimsScriptRun(_)
            | Self::CookieKey(_)
            | Self::DeviceAuthorization(_)
            | Self::Grant(_)
            | Self::Interaction(_)
            | Self::MachineGrant(_)
            | Self::OidcSettings(_)
            | Self::Organization(_)
            | Self::OrganizationRole(_)
            | Self::OrganizationScope(_)
            | Self::PersonalAccessToken(_)
            | Self::Proof(_)
            | Self::PushedRequest(_)
            | Self::Reservation(_)
            | Self::Resource(_)
            | Self::Role(_)
            | Self::Session(_)
            | Self::SignInExperience(_)
            | Self::SigningKey(_)
            | Self::SubjectToken(_)
            | Self::Tenant(_) => None,
        }
    }

    /// The stream whose data key seals the personal part: the person's if the event is about one,
    /// otherwise the stream's own.
    pub fn subject(&self, stream: &StreamName) -> StreamName {
        let person = self.user(stream).and_then(|user| user.parse::<UserId>().ok());
        match (person, stream.tenant().parse()) {
            (Some(user), Ok(tenant)) => StreamName::user(&tenant, &user),
            (None, _) | (_, Err(_)) => stream.clone(),
        }
    }
}
