//! The questions of Evident: views folded from the log, each in a SQLite file that can be thrown
//! away. Queries live beside the fold that feeds them.
//!
//! [`Views`] keeps every view of a [`Catalogue`] up to date with a [`Source`]; a [`Reader`] asks
//! one view. [`replay`] and [`verify`] work on the files of a server that is not running.

mod applications;
mod build;
mod catalogue;
mod column;
mod consents;
mod credentials;
mod feed;
mod file;
mod folder;
mod grants;
mod keys;
mod oidc_settings;
mod organization_roles;
mod organization_scopes;
mod organizations;
mod page;
mod personal_access_tokens;
mod planner;
mod reader;
mod replay;
mod resources;
mod roles;
mod runner;
mod search;
mod slot;
mod source;
mod status;
mod tenants;
#[cfg(test)]
mod tests;
mod timeline;
mod users;
mod verify;
mod view;
mod writer;

pub use applications::{
    ApplicationField, ApplicationFilter, ApplicationRow, ApplicationSecretRow, Applications,
};
pub use catalogue::Catalogue;
pub use consents::Consents;
pub use credentials::{Credentials, SchemeCount};
pub use grants::{AccessTokenRow, GrantRow, Grants, SessionGrantRow, SessionRow};
pub use keys::{CookieKeyRow, Keys, SigningKeyRow, SigningKeyStatus, WaitingKeyRow};
pub use oidc_settings::{ClaimsScriptRow, OidcSettings};
pub use organization_roles::{MemberRoleRow, OrganizationRoleRow, OrganizationRoles};
pub use organization_scopes::{OrganizationScopeRow, OrganizationScopes};
pub use organizations::{OrganizationRow, Organizations};
pub use page::{Listing, PAGE_ROWS_MAX, Page};
pub use personal_access_tokens::{PersonalAccessTokenRow, PersonalAccessTokens};
pub use reader::{QueryError, Reader};
pub use replay::{ReplayError, Replayed, replay};
pub use resources::{ResourceRow, Resources, ScopeField, ScopeRow};
pub use roles::{RoleField, RoleFilter, RoleRow, Roles};
pub use runner::{OpenError, Options, Views};
pub use search::{Condition, Filter, Joint, Pattern};
pub use source::{Source, SourceError};
pub use status::{Stop, UnknownView, ViewState, ViewStatus, WaitError};
pub use tenants::{TenantRow, Tenants};
pub use timeline::{Timeline, TimelineCursor, TimelineFilter, TimelineRow};
pub use users::{MemberFilter, UserField, UserFilter, UserRow, Users};
pub use verify::{Difference, Verified, VerifyError, verify};
pub use view::{Rows, View, ViewError};
