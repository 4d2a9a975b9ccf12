//! The facts of Evident: event types, ids, stream names and the envelope that the log stores.
//!
//! A stored event never changes. A new shape is a new version name with an upcaster, and every
//! version that was ever written has a golden file. This crate knows no behaviour and no I/O, so
//! that other systems may import it to read the log.

mod access_token;
mod actor;
mod application;
mod claims_script;
mod claims_script_run;
mod consent;
mod cookie_key;
mod device_authorization;
mod envelope;
mod event;
mod grant;
mod id;
mod interaction;
mod machine_grant;
mod membership;
mod oidc_settings;
mod organization;
mod organization_role;
mod organization_scope;
mod personal;
mod personal_access_token;
mod proof;
mod pushed_request;
mod reservation;
mod resource;
mod role;
mod session;
mod sign_in_experience;
mod signing_key;
mod stream;
mod subject_token;
mod tenant;
mod time;
mod upcast;
mod user;

pub use access_token::{AccessTokenEvent, AccessTokenForm, CustomClaims};
pub use actor::Actor;
pub use application::{
    AccessControl, ApplicationChange, ApplicationEvent, ApplicationSecretValue,
    ApplicationSettings, ApplicationType, ConsentScopes, OrganizationRoleRule,
};
pub use claims_script::{ClaimsScriptBody, ClaimsScriptEvent, ScriptedToken};
pub use claims_script_run::{ClaimsScriptFailure, ClaimsScriptMessage, ClaimsScriptRunEvent};
pub use consent::ConsentEvent;
pub use cookie_key::{CookieKeyEvent, CookieKeyMaterial};
pub use device_authorization::DeviceAuthorizationEvent;
pub use envelope::{Draft, EnvelopeError, Recorded, SealedPersonal, StoredEvent, Unsealed};
pub use event::Event;
pub use grant::{GrantEvent, GrantKind, GrantRevocation};
pub use id::{
    AccessTokenId, ApplicationId, ClaimsScriptRunId, ConsentId, CookieKeyId, CorrelationId,
    DeviceAuthorizationId, EventId, GrantId, IdError, InteractionId, MachineGrantId, MembershipId,
    OrganizationId, OrganizationRoleId, OrganizationScopeId, PersonalAccessTokenId, ProofId,
    PushedRequestId, ReservationId, ResourceId, RoleId, ScopeId, SessionId, SigningKeyId,
    SubjectTokenId, TenantId, UserId, VerificationId,
};
pub use interaction::{InteractionEvent, InteractionPurpose, NewIdentity};
pub use machine_grant::MachineGrantEvent;
pub use membership::{Member, MembershipEnding, MembershipEvent};
pub use oidc_settings::{IdTokenClaim, OidcSettingsEvent};
pub use organization::{OrganizationChange, OrganizationEvent, OrganizationSettings};
pub use organization_role::OrganizationRoleEvent;
pub use organization_scope::OrganizationScopeEvent;
pub use personal::Personal;
pub use personal_access_token::{PersonalAccessTokenEvent, PersonalAccessTokenValue};
pub use proof::{ProofEvent, ProofPurpose};
pub use pushed_request::{PushedParameters, PushedRequestEvent};
pub use reservation::ReservationEvent;
pub use resource::ResourceEvent;
pub use role::{RoleEvent, RoleType};
pub use session::{SessionEnding, SessionEvent, SessionOrigin};
pub use sign_in_experience::{
    IdentifierKind, PasswordPolicy, SignInExperienceEvent, SignInExperienceSettings, SignInMethod,
    SignInMode, SignUpRule,
};
pub use signing_key::{SigningAlgorithm, SigningKeyEvent, SigningKeyMaterial};
pub use stream::{Category, StreamName, StreamNameError};
pub use subject_token::{SubjectTokenContext, SubjectTokenEvent};
pub use tenant::TenantEvent;
pub use time::{UnixMillis, UnixSeconds};
pub use user::{
    PasswordOrigin, PasswordScheme, PasswordSecret, PostalAddress, Profile, UserChange, UserEvent,
    UserIdentity, UserOrigin,
};
