//! The facts of Evident: event types, ids, stream names and the envelope that the log stores.
//!
//! A stored event never changes. A new shape is a new version name with an upcaster, and every
//! version that was ever written has a golden file. This crate knows no behaviour and no I/O, so
//! that other systems may import it to read the log.

mod access_token;
mod actor;
mod application;
mod cookie_key;
mod envelope;
mod event;
mod grant;
mod id;
mod interaction;
mod machine_grant;
mod organization_role;
mod personal;
mod reservation;
mod resource;
mod role;
mod session;
mod sign_in_experience;
mod signing_key;
mod stream;
mod tenant;
mod time;
mod upcast;
mod user;

pub use access_token::{AccessTokenEvent, AccessTokenForm};
pub use actor::Actor;
pub use application::{
    ApplicationChange, ApplicationEvent, ApplicationSecretValue, ApplicationSettings,
    ApplicationType,
};
pub use cookie_key::{CookieKeyEvent, CookieKeyMaterial};
pub use envelope::{Draft, EnvelopeError, Recorded, SealedPersonal, StoredEvent, Unsealed};
pub use event::Event;
pub use grant::{GrantEvent, GrantRevocation};
pub use id::{
    AccessTokenId, ApplicationId, CookieKeyId, CorrelationId, EventId, GrantId, IdError,
    InteractionId, MachineGrantId, OrganizationRoleId, ReservationId, ResourceId, RoleId, ScopeId,
    SessionId, SigningKeyId, TenantId, UserId, VerificationId,
};
pub use interaction::{InteractionEvent, InteractionPurpose, NewIdentity};
pub use machine_grant::MachineGrantEvent;
pub use organization_role::OrganizationRoleEvent;
pub use personal::Personal;
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
pub use tenant::TenantEvent;
pub use time::{UnixMillis, UnixSeconds};
pub use user::{
    PasswordOrigin, PasswordScheme, PasswordSecret, PostalAddress, Profile, UserChange, UserEvent,
    UserIdentity, UserOrigin,
};
