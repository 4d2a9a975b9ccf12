//! People and what is known of them: for the Management API, for sign-in and for claims.

mod fresh;
mod membership;
mod query;

use events::{
    ApplicationId, Category, Event, OrganizationId, OrganizationRoleId, PasswordScheme, Profile,
    Recorded, RoleEvent, RoleId, SessionEvent, UserChange, UserEvent, UserId, UserIdentity,
};
use serde_json::Map;

use crate::{
    Filter, Rows, View, ViewError,
    column::{integer, to_json},
    search::{Column, Field},
};

/// People and what is known of them.
pub struct Users;

/// One person.
#[derive(Clone, PartialEq)]
pub struct UserRow {
    /// Id in the tenant.
    pub id: UserId,
    /// Sign-in name.
    pub username: Option<String>,
    /// E-mail address as given.
    pub primary_email: Option<String>,
    /// Whether the address was shown to belong to the person.
    pub email_verified: bool,
    /// Phone number.
    pub primary_phone: Option<String>,
    /// Whether the number was shown to belong to the person.
    pub phone_verified: bool,
    /// Full name.
    pub name: Option<String>,
    /// URL of a picture.
    pub avatar: Option<String>,
    /// Whatever the application keeps with the user.
    pub custom_data: Map<String, serde_json::Value>,
    /// The other standard claims.
    pub profile: Profile,
    /// The application through which the person signed up.
    pub application_id: Option<ApplicationId>,
    /// Whether the account may not act.
    pub is_suspended: bool,
    /// How the password is hashed; `None` = there is no password.
    pub password_scheme: Option<PasswordScheme>,
    /// What verifies the password.
    pub password_digest: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// Milliseconds since the epoch; grows with every change.
    pub updated_at: i64,
    /// Milliseconds since the epoch.
    pub password_updated_at: Option<i64>,
    /// Milliseconds since the epoch.
    pub last_sign_in_at: Option<i64>,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("UserRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Fields of a user that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserField {
    /// `id`
    Id,
    /// `primaryEmail`
    PrimaryEmail,
    /// `primaryPhone`
    PrimaryPhone,
    /// `username`
    Username,
    /// `name`
    Name,
}

impl Field for UserField {
    const ALL: &'static [Self] =
        &[Self::Id, Self::PrimaryEmail, Self::PrimaryPhone, Self::Username, Self::Name];

    fn column(self) -> Column {
        let (exact, folded) = match self {
            Self::Id => ("id", "lower(id)"),
            Self::PrimaryEmail => ("primary_email", "primary_email_folded"),
            Self::PrimaryPhone => ("primary_phone", "primary_phone"),
            Self::Username => ("username", "username_folded"),
            Self::Name => ("name", "name_folded"),
        };
        Column { exact, folded }
    }
}

/// Which users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// Conditions on their texts.
    pub text: Filter<UserField>,
    /// Only holders of this role.
    pub role: Option<RoleId>,
    /// No holders of this role.
    pub exclude_role: Option<RoleId>,
    /// Nobody who belongs to this organization.
    pub exclude_organization: Option<OrganizationId>,
}

/// Which members of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFilter {
    /// The organization.
    pub organization: OrganizationId,
    /// Any of their texts contains this, whatever the case; empty = everybody.
    pub q: String,
    /// Only holders of this role in the organization.
    pub role: Option<OrganizationRoleId>,
}

macro_rules! columns {
    () => {
        "id, username, primary_email, email_verified, primary_phone, phone_verified, name, avatar,
        custom_data, profile, application_id, is_suspended, password_scheme, password_digest,
        created_at, updated_at, password_updated_at, last_sign_in_at"
    };
}

use columns;

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM users WHERE tenant = ? AND id = ?");
const COUNT: &str = "SELECT users FROM user_counts WHERE tenant = ?";
const HOLDERS: &str = "SELECT user_id FROM user_roles WHERE tenant = ? AND role_id = ?
    ORDER BY position DESC, user_id LIMIT ? OFFSET ?";
const HOLDERS_COUNT: &str = "SELECT count(*) FROM user_roles WHERE tenant = ? AND role_id = ?";
const ROLES_OF: &str = "SELECT role_id FROM user_roles WHERE tenant = ? AND user_id = ?
    ORDER BY position, role_id";
const INSERT: &str = "INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
    ?13, ?14, ?15, ?16, 0, NULL, NULL, ?17, ?17, NULL, NULL)
    ON CONFLICT DO NOTHING";
const COUNT_UP: &str = "INSERT INTO user_counts VALUES (?1, 1)
    ON CONFLICT DO UPDATE SET users = users + 1";
const COUNT_DOWN: &str = "UPDATE user_counts SET users = users - 1 WHERE tenant = ?1";
const DELETE: &str = "DELETE FROM users WHERE tenant = ?1 AND id = ?2";
const TOUCH: &str = "UPDATE users SET updated_at = max(?3, updated_at + 1)
    WHERE tenant = ?1 AND id = ?2";
const SET_USERNAME: &str = "UPDATE users SET username = ?3, username_folded = ?4
    WHERE tenant = ?1 AND id = ?2";
const SET_EMAIL: &str = "UPDATE users SET primary_email = ?3, primary_email_folded = ?4,
    email_verified = ?3 IS NOT NULL WHERE tenant = ?1 AND id = ?2";
const SET_PHONE: &str = "UPDATE users SET primary_phone = ?3, phone_verified = ?3 IS NOT NULL
    WHERE tenant = ?1 AND id = ?2";
const SET_NAME: &str = "UPDATE users SET name = ?3, name_folded = ?4
    WHERE tenant = ?1 AND id = ?2";
const SET_AVATAR: &str = "UPDATE users SET avatar = ?3 WHERE tenant = ?1 AND id = ?2";
const SET_CUSTOM_DATA: &str = "UPDATE users SET custom_data = ?3 WHERE tenant = ?1 AND id = ?2";
const SET_PROFILE: &str = "UPDATE users SET profile = ?3 WHERE tenant = ?1 AND id = ?2";
const SET_PASSWORD: &str = "UPDATE users SET password_scheme = ?4, password_digest = ?5,
    password_updated_at = ?3, updated_at = max(?3, updated_at + 1) WHERE tenant = ?1 AND id = ?2";
const SET_DIGEST: &str = "UPDATE users SET password_scheme = ?3, password_digest = ?4
    WHERE tenant = ?1 AND id = ?2";
const SET_SUSPENDED: &str = "UPDATE users SET is_suspended = ?4,
    updated_at = max(?3, updated_at + 1) WHERE tenant = ?1 AND id = ?2";
const SET_APPLICATION: &str = "UPDATE users SET application_id = ?3
    WHERE tenant = ?1 AND id = ?2";
const SIGNED_IN: &str = "UPDATE users SET last_sign_in_at = max(?3, coalesce(last_sign_in_at, ?3))
    WHERE tenant = ?1 AND id = ?2";
const ASSIGN: &str = "INSERT INTO user_roles VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const UNASSIGN: &str = "DELETE FROM user_roles WHERE tenant = ?1 AND user_id = ?2 AND role_id = ?3";
const UNASSIGN_ALL: &str = "DELETE FROM user_roles WHERE tenant = ?1 AND user_id = ?2";
const ROLE_DELETED: &str = "DELETE FROM user_roles WHERE tenant = ?1 AND role_id = ?2";

impl View for Users {
    const NAME: &'static str = "users";
    const VERSION: u32 = 2;
    const SCHEMA: &'static str = include_str!("users.sql");
    const CATEGORIES: &'static [Category] = &[
        Category::User,
        Category::Session,
        Category::Role,
        Category::Membership,
        Category::Organization,
        Category::OrganizationRole,
    ];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let tenant = recorded.tenant.as_str();
        match &recorded.event {
            Event::User(event) => user_event(event, recorded, rows),
            Event::Session(SessionEvent::SessionStarted { user, authenticated_at, .. }) => {
                rows.execute(SIGNED_IN, (tenant, user.as_str(), authenticated_at.0)).map(drop)
            }
            Event::Role(RoleEvent::RoleDeleted {}) => {
                rows.execute(ROLE_DELETED, (tenant, recorded.stream.id())).map(drop)
            }
            Event::Membership(event) => membership::membership_event(event, recorded, rows),
            Event::Organization(event) => {
                membership::organization_event(event, (tenant, recorded.stream.id()), rows)
            }
            Event::OrganizationRole(event) => {
                membership::role_event(event, (tenant, recorded.stream.id()), rows)
            }
            _ => Ok(()),
        }
    }
}

fn user_event(event: &UserEvent, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
    let (tenant, user) = (recorded.tenant.as_str(), recorded.stream.id());
    let time = recorded.time.0;
    match event {
        UserEvent::UserCreated { application, roles, personal, .. } => {
            let identity = personal.open();
            created(recorded, application.as_ref(), identity, rows)?;
            assign(roles, recorded, rows)
        }
        UserEvent::UserChanged { personal, .. } => {
            if let Some(change) = personal.open() {
                changed(change, (tenant, user), rows)?;
            }
            rows.execute(TOUCH, (tenant, user, time)).map(drop)
        }
        UserEvent::PasswordSet { scheme, personal, .. } => {
            let digest = personal.open().map(|secret| &secret.digest);
            rows.execute(SET_PASSWORD, (tenant, user, time, scheme.as_str(), digest)).map(drop)
        }
        UserEvent::PasswordRehashed { to, personal, .. } => {
            let digest = personal.open().map(|secret| &secret.digest);
            rows.execute(SET_DIGEST, (tenant, user, to.as_str(), digest)).map(drop)
        }
        UserEvent::UserSuspended { .. } => {
            rows.execute(SET_SUSPENDED, (tenant, user, time, true)).map(drop)
        }
        UserEvent::UserReactivated {} => {
            rows.execute(SET_SUSPENDED, (tenant, user, time, false)).map(drop)
        }
        UserEvent::FirstApplicationAuthorized { application } => {
            rows.execute(SET_APPLICATION, (tenant, user, application.as_str())).map(drop)
        }
        UserEvent::RolesAssigned { roles } => assign(roles, recorded, rows),
        UserEvent::RolesUnassigned { roles } => roles
            .iter()
            .try_for_each(|role| rows.execute(UNASSIGN, (tenant, user, role.as_str())).map(drop)),
        UserEvent::UserDeleted {} => {
            rows.execute(UNASSIGN_ALL, (tenant, user))?;
            membership::user_deleted((tenant, user), rows)?;
            if rows.execute(DELETE, (tenant, user))? > 0 {
                rows.execute(COUNT_DOWN, (tenant,))?;
            }
            Ok(())
        }
    }
}

fn fold(text: Option<&String>) -> Option<String> {
    text.map(|text| text.to_lowercase())
}

fn created(
    recorded: &Recorded,
    application: Option<&ApplicationId>,
    identity: Option<&UserIdentity>,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let nobody = UserIdentity::default();
    let identity = identity.unwrap_or(&nobody);
    let inserted = rows.execute(
        INSERT,
        rusqlite::params![
            integer(recorded.position),
            recorded.tenant.as_str(),
            recorded.stream.id(),
            identity.username,
            fold(identity.username.as_ref()),
            identity.primary_email,
            fold(identity.primary_email.as_ref()),
            identity.email_verified,
            identity.primary_phone,
            identity.phone_verified,
            identity.name,
            fold(identity.name.as_ref()),
            identity.avatar,
            to_json(&identity.custom_data)?,
            to_json(&identity.profile)?,
            application.map(ApplicationId::as_str),
            recorded.time.0,
        ],
    )?;
    if inserted > 0 {
        rows.execute(COUNT_UP, (recorded.tenant.as_str(),))?;
    }
    Ok(())
}

fn assign(roles: &[RoleId], recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
    let (tenant, user) = (recorded.tenant.as_str(), recorded.stream.id());
    roles.iter().try_for_each(|role| {
        rows.execute(ASSIGN, (tenant, user, role.as_str(), integer(recorded.position))).map(drop)
    })
}

fn changed(
    change: &UserChange,
    (tenant, user): (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    if let Some(username) = &change.username {
        rows.execute(SET_USERNAME, (tenant, user, username, fold(username.as_ref())))?;
    }
    if let Some(email) = &change.primary_email {
        rows.execute(SET_EMAIL, (tenant, user, email, fold(email.as_ref())))?;
    }
    if let Some(phone) = &change.primary_phone {
        rows.execute(SET_PHONE, (tenant, user, phone))?;
    }
    if let Some(name) = &change.name {
        rows.execute(SET_NAME, (tenant, user, name, fold(name.as_ref())))?;
    }
    if let Some(avatar) = &change.avatar {
        rows.execute(SET_AVATAR, (tenant, user, avatar))?;
    }
    if let Some(custom_data) = &change.custom_data {
        rows.execute(SET_CUSTOM_DATA, (tenant, user, to_json(custom_data)?))?;
    }
    if let Some(profile) = &change.profile {
        rows.execute(SET_PROFILE, (tenant, user, to_json(profile)?))?;
    }
    Ok(())
}
