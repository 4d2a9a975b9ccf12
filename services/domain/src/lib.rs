//! The rules of Evident: one decider per noun. A decider is pure: time, ids, digests and the actor
//! arrive inside the command, and the same history with the same command gives the same events.

mod access_token;
mod application;
mod cookie_key;
mod decider;
mod grant;
mod holding;
pub mod indicator;
mod interaction;
mod machine_grant;
mod organization_role;
pub mod password_policy;
mod refusal;
mod reservation;
mod resource;
mod role;
#[cfg(test)]
mod scenario;
mod session;
mod sign_in_experience;
mod signing_key;
mod tenant;
mod user;

pub use access_token::{
    AccessToken, AccessTokenCommand, AccessTokenRefusal, AccessTokenState, IssuedAccessToken,
};
pub use application::{
    Application, ApplicationCommand, ApplicationRefusal, ApplicationState, Client, ClientSecret,
    NewSecret,
};
pub use cookie_key::{CookieKey, CookieKeyCommand, CookieKeyRefusal, CookieKeyState};
pub use decider::Decider;
pub use grant::{
    CONSUMED_MAX, Grant, GrantCommand, GrantRefusal, GrantState, NewCode, NewRefreshToken,
    OVERLAP_MILLIS, RefreshUse, Successor,
};
pub use interaction::{
    Interaction, InteractionCommand, InteractionRefusal, InteractionState, NewIdentityProof,
    PasswordProof, REJECTIONS_MAX,
};
pub use machine_grant::{
    IssuedMachineToken, MachineGrant, MachineGrantCommand, MachineGrantRefusal, MachineGrantState,
};
pub use organization_role::{
    OrganizationRole, OrganizationRoleCommand, OrganizationRoleRefusal, OrganizationRoleState,
    OrganizationRoleTerms,
};
pub use refusal::{Kind, Refusal};
pub use reservation::{Reservation, ReservationCommand, ReservationRefusal, ReservationState};
pub use resource::{
    ApiResource, ApiScope, Resource, ResourceCommand, ResourceRefusal, ResourceState,
};
pub use role::{Role, RoleCommand, RoleRefusal, RoleState, RoleTerms};
pub use session::{
    SESSION_GRANTS_MAX, Session, SessionCommand, SessionRefusal, SessionState, SignedIn,
};
pub use sign_in_experience::{SignInExperience, SignInExperienceCommand, SignInExperienceState};
pub use signing_key::{
    RingKey, SigningKey, SigningKeyCommand, SigningKeyRefusal, SigningKeyState, SigningKeyStatus,
};
pub use tenant::{Tenant, TenantCommand, TenantRefusal, TenantState};
pub use user::{Account, NewPassword, Password, User, UserCommand, UserRefusal, UserState};
