//! Sessions, grants and access tokens of users, laid out so that one point read tells whether a
//! token is good: whatever kills it is written to the token when it happens.

mod query;

use std::collections::BTreeMap;

use events::{
    AccessTokenEvent, AccessTokenForm, ApplicationId, Category, Event, GrantEvent, GrantId,
    GrantKind, OrganizationId, Personal, Recorded, SessionEvent, SessionId, UserEvent, UserId,
};
use serde_json::{Map, Value};

use crate::{
    Rows, View, ViewError,
    column::{integer, join, to_json},
};

/// Sessions, grants and access tokens of users.
pub struct Grants;

/// An access token of a user. The moment of expiry is for the caller to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenRow {
    /// What it comes from.
    pub grant: GrantId,
    /// For whom it speaks.
    pub user: UserId,
    /// Who holds it.
    pub application: ApplicationId,
    /// SHA-256 of the whole token in base64url; `None` = a JWT.
    pub sha256: Option<String>,
    /// Indicator of the resource; `None` = an opaque token.
    pub audience: Option<String>,
    /// What it permits.
    pub scope: Vec<String>,
    /// Milliseconds since the epoch.
    pub issued_at: i64,
    /// Milliseconds since the epoch.
    pub expires_at: i64,
    /// The organization in which it permits that.
    pub organization: Option<OrganizationId>,
    /// Who acts in the user's name.
    pub actor: Option<UserId>,
    /// Thumbprint of the key whose possession its bearer must prove.
    pub dpop_jkt: Option<String>,
    /// What the operator's script says about an opaque token.
    pub claims: Option<Map<String, Value>>,
    /// Whether its grant was revoked, the session it depends on is over, or the user was suspended
    /// or deleted.
    pub is_revoked: bool,
}

/// A session of a user.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// The person.
    pub user: UserId,
    /// The application they came for.
    pub application: ApplicationId,
    /// SHA-256 of the cookie's secret in base64url.
    pub secret_sha256: String,
    /// Authentication methods.
    pub amr: Vec<String>,
    /// Milliseconds since the epoch.
    pub authenticated_at: i64,
    /// Milliseconds since the epoch.
    pub expires_at: i64,
    /// Address of the browser.
    pub ip: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// Whether it was ended.
    pub is_over: bool,
}

impl std::fmt::Debug for SessionRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SessionRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A grant of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Its id.
    pub id: GrantId,
    /// The person.
    pub user: UserId,
    /// The application.
    pub application: ApplicationId,
    /// The session on which it happened, if it was one.
    pub session: Option<SessionId>,
    /// By which way the application was let in.
    pub kind: GrantKind,
    /// Scopes of OpenID Connect.
    pub scope: Vec<String>,
    /// API resources by indicator, each with the scopes asked for.
    pub resources: BTreeMap<String, Vec<String>>,
    /// Whether it ends with the session.
    pub ends_with_session: bool,
    /// Milliseconds since the epoch.
    pub granted_at: i64,
    /// Milliseconds since the epoch.
    pub expires_at: i64,
    /// Whether nothing can come of it any more.
    pub is_revoked: bool,
}

/// A grant that happened on a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionGrantRow {
    /// The grant.
    pub grant: GrantId,
    /// The application.
    pub application: ApplicationId,
    /// Whether it ends with the session.
    pub ends_with_session: bool,
}

macro_rules! session_columns {
    () => {
        "id, user_id, application_id, secret_sha256, amr, authenticated_at, expires_at, ip,
        user_agent, is_over"
    };
}
macro_rules! grant_columns {
    () => {
        "id, user_id, application_id, session_id, scope, resources, ends_with_session, granted_at,
        expires_at, is_revoked, kind"
    };
}
/// Whether something of a user (?2) that began at a moment (?3) is dead.
macro_rules! is_barred {
    () => {
        "coalesce((SELECT is_barred OR ?3 <= since FROM barred
            WHERE tenant = ?1 AND user_id = ?2), 0)"
    };
}

const ADD_SESSION: &str = concat!(
    "INSERT INTO sessions (tenant, user_id, authenticated_at, id,
        position, application_id, secret_sha256, amr, expires_at, ip, user_agent, is_over)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ",
    is_barred!(),
    ")
    ON CONFLICT DO NOTHING"
);
const END_SESSION: &str = "UPDATE sessions SET is_over = 1 WHERE tenant = ?1 AND id = ?2";
const END_SESSION_TOKENS: &str = "UPDATE access_tokens SET is_revoked = 1
    WHERE tenant = ?1 AND grant_id IN (SELECT id FROM grants
        WHERE tenant = ?1 AND session_id = ?2 AND ends_with_session = 1)";
const END_SESSION_GRANTS: &str = "UPDATE grants SET is_revoked = 1
    WHERE tenant = ?1 AND session_id = ?2 AND ends_with_session = 1";
const ADD_GRANT: &str = concat!(
    "INSERT INTO grants (tenant, user_id, granted_at, id, position,
        application_id, session_id, scope, resources, ends_with_session, expires_at, kind,
        is_revoked)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ",
    is_barred!(),
    "
        OR (?10 AND coalesce((SELECT is_over FROM sessions WHERE tenant = ?1 AND id = ?7), 1)))
    ON CONFLICT DO NOTHING"
);
const REVOKE_GRANT: &str = "UPDATE grants SET is_revoked = 1 WHERE tenant = ?1 AND id = ?2";
const REVOKE_GRANT_TOKENS: &str = "UPDATE access_tokens SET is_revoked = 1
    WHERE tenant = ?1 AND grant_id = ?2";
const ADD_TOKEN: &str = "INSERT INTO access_tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
        ?11, ?12, ?13, ?14, coalesce((SELECT is_revoked FROM grants WHERE tenant = ?1 AND id = ?3), 1))
    ON CONFLICT DO NOTHING";
const BAR: &str = "INSERT OR REPLACE INTO barred VALUES (?1, ?2, ?3, 1)";
const UNBAR: &str = "UPDATE barred SET is_barred = 0 WHERE tenant = ?1 AND user_id = ?2";
const SUSPENDED: [&str; 3] = [
    "UPDATE sessions SET is_over = 1 WHERE tenant = ?1 AND user_id = ?2",
    "UPDATE access_tokens SET is_revoked = 1 WHERE tenant = ?1 AND grant_id IN
        (SELECT id FROM grants WHERE tenant = ?1 AND user_id = ?2)",
    "UPDATE grants SET is_revoked = 1 WHERE tenant = ?1 AND user_id = ?2",
];
const DELETED: [&str; 3] = [
    "DELETE FROM sessions WHERE tenant = ?1 AND user_id = ?2",
    "DELETE FROM access_tokens WHERE tenant = ?1 AND grant_id IN
        (SELECT id FROM grants WHERE tenant = ?1 AND user_id = ?2)",
    "DELETE FROM grants WHERE tenant = ?1 AND user_id = ?2",
];

const ACCESS_TOKEN: &str = "SELECT grant_id, user_id, application_id, sha256, audience, scope,
    issued_at, expires_at, is_revoked, organization_id, actor_id, dpop_jkt, claims
    FROM access_tokens WHERE tenant = ? AND id = ?";
const SESSION: &str =
    concat!("SELECT ", session_columns!(), " FROM sessions WHERE tenant = ? AND id = ?");
const GRANT: &str =
    concat!("SELECT ", grant_columns!(), " FROM grants WHERE tenant = ? AND id = ?");
const SESSIONS_OF: &str = concat!(
    "SELECT ",
    session_columns!(),
    " FROM sessions
    WHERE tenant = ? AND user_id = ? ORDER BY position DESC LIMIT ? OFFSET ?"
);
const SESSIONS_COUNT: &str = "SELECT count(*) FROM sessions WHERE tenant = ? AND user_id = ?";
const GRANTS_OF: &str = concat!(
    "SELECT ",
    grant_columns!(),
    " FROM grants
    WHERE tenant = ? AND user_id = ? ORDER BY position DESC LIMIT ? OFFSET ?"
);
const LIVE_GRANTS: &str = "SELECT id FROM grants WHERE tenant = ?1 AND user_id = ?2
    AND application_id = ?3 AND is_revoked = 0 AND expires_at > ?4 AND kind <> 'token_exchange'
    ORDER BY position DESC LIMIT ?5 OFFSET ?6";
const OF_SESSION: &str = "SELECT id, application_id, ends_with_session FROM grants
    WHERE tenant = ? AND session_id = ? AND is_revoked = 0 ORDER BY position";
const GRANTS_COUNT: &str = "SELECT count(*) FROM grants WHERE tenant = ? AND user_id = ?";

impl View for Grants {
    const NAME: &'static str = "grants";
    const VERSION: u32 = 2;
    const SCHEMA: &'static str = include_str!("grants.sql");
    const CATEGORIES: &'static [Category] =
        &[Category::AccessToken, Category::Grant, Category::Session, Category::User];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        let each = |statements: [&str; 3]| {
            statements.iter().try_for_each(|sql| rows.execute(sql, (tenant, id)).map(drop))
        };
        match &recorded.event {
            Event::AccessToken(event) => access_token_event(event, recorded, rows),
            Event::Grant(event) => grant_event(event, recorded, rows),
            Event::Session(event) => session_event(event, recorded, rows),
            Event::User(UserEvent::UserSuspended { suspended_at }) => {
                rows.execute(BAR, (tenant, id, suspended_at.0))?;
                each(SUSPENDED)
            }
            Event::User(UserEvent::UserReactivated {}) => {
                rows.execute(UNBAR, (tenant, id)).map(drop)
            }
            Event::User(UserEvent::UserDeleted {}) => {
                rows.execute(BAR, (tenant, id, recorded.time.0))?;
                each(DELETED)
            }
            _ => Ok(()),
        }
    }
}

fn access_token_event(
    event: &AccessTokenEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let AccessTokenEvent::AccessTokenIssued {
        grant,
        user,
        application,
        form,
        scope,
        organization,
        actor,
        dpop_jkt,
        issued_at,
        expires_at,
        personal,
    } = event;
    let claims = personal.as_ref().and_then(Personal::open).map(|held| to_json(&held.claims));
    let (sha256, audience) = match form {
        AccessTokenForm::Opaque { sha256 } => (Some(sha256), None),
        AccessTokenForm::Jwt { audience, .. } => (None, Some(audience)),
    };
    rows.execute(
        ADD_TOKEN,
        (
            recorded.tenant.as_str(),
            recorded.stream.id(),
            grant.as_str(),
            user.as_str(),
            application.as_str(),
            sha256,
            audience,
            join(scope),
            issued_at.0,
            expires_at.0,
            organization.as_ref().map(OrganizationId::as_str),
            actor.as_ref().map(UserId::as_str),
            dpop_jkt,
            claims.transpose()?,
        ),
    )
    .map(drop)
}

const fn kind_word(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::AuthorizationCode => "authorization_code",
        GrantKind::DeviceCode => "device_code",
        GrantKind::TokenExchange => "token_exchange",
    }
}

fn grant_event(event: &GrantEvent, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    match event {
        GrantEvent::GrantCreated {
            kind,
            user,
            application,
            session,
            scope,
            resources,
            ends_with_session,
            granted_at,
            expires_at,
            nonce: _,
            authenticated_at: _,
            requires_auth_time: _,
            dpop_jkt: _,
        } => rows
            .execute(
                ADD_GRANT,
                (
                    tenant,
                    user.as_str(),
                    granted_at.0,
                    id,
                    integer(recorded.position),
                    application.as_str(),
                    session.as_ref().map(SessionId::as_str),
                    join(scope),
                    to_json(resources)?,
                    ends_with_session,
                    expires_at.0,
                    kind_word(*kind),
                ),
            )
            .map(drop),
        GrantEvent::GrantRevoked { .. } => {
            rows.execute(REVOKE_GRANT, (tenant, id))?;
            rows.execute(REVOKE_GRANT_TOKENS, (tenant, id)).map(drop)
        }
        GrantEvent::AuthorizationCodeIssued { .. }
        | GrantEvent::AuthorizationCodeRedeemed {}
        | GrantEvent::RefreshTokenIssued { .. }
        | GrantEvent::RefreshTokenRotated { .. } => Ok(()),
    }
}

fn session_event(
    event: &SessionEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    match event {
        SessionEvent::SessionStarted {
            user,
            application,
            secret_sha256,
            amr,
            authenticated_at,
            expires_at,
            personal,
            interaction: _,
            continues: _,
        } => {
            let origin = personal.open();
            rows.execute(
                ADD_SESSION,
                (
                    tenant,
                    user.as_str(),
                    authenticated_at.0,
                    id,
                    integer(recorded.position),
                    application.as_str(),
                    secret_sha256,
                    join(amr),
                    expires_at.0,
                    origin.and_then(|origin| origin.ip.as_ref()),
                    origin.and_then(|origin| origin.user_agent.as_ref()),
                ),
            )
            .map(drop)
        }
        SessionEvent::SessionApplicationAuthorized { .. } => Ok(()),
        SessionEvent::SessionEnded { .. } => [END_SESSION, END_SESSION_TOKENS, END_SESSION_GRANTS]
            .iter()
            .try_for_each(|sql| rows.execute(sql, (tenant, id)).map(drop)),
    }
}
