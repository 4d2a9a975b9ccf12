//! The rules of Evident: one decider per noun. A decider is pure: time, ids, digests and the actor
//! arrive inside the command, and the same history with the same command gives the same events.

mod access_token;
mod application;
mod claims_script;
mod claims_script_run;
mod consent;
mod cookie_key;
mod decider;
mod device_authorization;
mod grant;
mod holding;
pub mod indicator;
mod interaction;
mod machine_grant;
mod may_act;
mod membership;
mod oidc_settings;
mod organization;
mod organization_role;
mod organization_scope;
pub mod password_policy;
mod personal_access_token;
mod proof;
mod pushed_request;
mod refusal;
mod reservation;
mod resource;
mod role;
#[cfg(test)]
mod scenario;
mod session;
mod sign_in_experience;
mod signing_key;
mod subject_token;
mod tenant;
mod user;

pub use access_token::{
    AccessToken, AccessTokenCommand, AccessTokenRefusal, AccessTokenState, IssuedAccessToken,
};
pub use application::{
    Application, ApplicationCommand, ApplicationRefusal, ApplicationState, Client, ClientSecret,
    ConsentScope, NewSecret,
};
pub use claims_script::{
    ClaimsScript, ClaimsScriptCommand, ClaimsScriptRefusal, ClaimsScriptState, HeldScript,
};
pub use claims_script_run::{ClaimsScriptRun, ClaimsScriptRunCommand, ClaimsScriptRunState};
pub use consent::{Consent, ConsentCommand, ConsentRefusal, ConsentState};
pub use cookie_key::{CookieKey, CookieKeyCommand, CookieKeyRefusal, CookieKeyState};
pub use decider::Decider;
pub use device_authorization::{
    DeviceAuthorization, DeviceAuthorizationCommand, DeviceAuthorizationRefusal,
    DeviceAuthorizationState, DeviceCodeUse, DeviceRequest,
};
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
pub use may_act::{ApplicationFacts, Denied, Facts, OrganizationFacts, admits, may_act};
pub use membership::{Membership, MembershipCommand, MembershipRefusal, MembershipState};
pub use oidc_settings::{OidcSettings, OidcSettingsCommand, OidcSettingsState};
pub use organization::{Organization, OrganizationCommand, OrganizationRefusal, OrganizationState};
pub use organization_role::{
    OrganizationRole, OrganizationRoleCommand, OrganizationRoleRefusal, OrganizationRoleState,
    OrganizationRoleTerms,
};
pub use organization_scope::{
    OrganizationScope, OrganizationScopeCommand, OrganizationScopeRefusal, OrganizationScopeState,
    OrganizationScopeTerms,
};
pub use personal_access_token::{
    HeldPersonalAccessToken, PersonalAccessToken, PersonalAccessTokenCommand,
    PersonalAccessTokenRefusal, PersonalAccessTokenState,
};
pub use proof::{Proof, ProofCommand, ProofRefusal, ProofState};
pub use pushed_request::{
    PushedRequest, PushedRequestCommand, PushedRequestRefusal, PushedRequestState, WaitingRequest,
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
    NewSigningKey, RingKey, SigningKey, SigningKeyCommand, SigningKeyRefusal, SigningKeyState,
    SigningKeyStatus,
};
pub use subject_token::{
    SubjectToken, SubjectTokenCommand, SubjectTokenRefusal, SubjectTokenState, WaitingSubjectToken,
};
pub use tenant::{Tenant, TenantCommand, TenantRefusal, TenantState};
pub use user::{Account, NewPassword, Password, User, UserCommand, UserRefusal, UserState};
