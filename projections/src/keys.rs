//! The key rings of tenants: what signs tokens and what signs cookies.

use events::{
    Category, CookieKeyEvent, CookieKeyId, Event, Recorded, SigningAlgorithm, SigningKeyEvent,
    SigningKeyId, TenantId,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, json, to_json, word},
};

/// The key rings of tenants.
pub struct Keys;

/// What a signing key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SigningKeyStatus {
    /// It signs.
    Current,
    /// It is published and will sign.
    Next,
    /// It is published and signs no more.
    Previous,
}

/// One signing key.
#[derive(Clone, PartialEq)]
pub struct SigningKeyRow {
    /// Id in the ring.
    pub id: SigningKeyId,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// What it is for.
    pub status: SigningKeyStatus,
    /// Public part as in the JWKS.
    pub public_jwk: Value,
    /// Private part in base64url without padding; `None` = erased.
    pub pkcs8: Option<String>,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// From when on it signs, in milliseconds since the epoch, if it was to wait.
    pub effective_at: Option<i64>,
}

/// A key that waits for its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingKeyRow {
    /// Whose it is.
    pub tenant: TenantId,
    /// Id in the ring.
    pub id: SigningKeyId,
    /// Its moment, in milliseconds since the epoch.
    pub effective_at: i64,
}

impl std::fmt::Debug for SigningKeyRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("SigningKeyRow");
        shown.field("id", &self.id).field("status", &self.status).finish_non_exhaustive()
    }
}

/// One cookie key.
#[derive(Clone, PartialEq, Eq)]
pub struct CookieKeyRow {
    /// Id in the ring.
    pub id: CookieKeyId,
    /// 32 bytes in base64url without padding; `None` = erased.
    pub secret: Option<String>,
    /// Seconds since the epoch.
    pub created_at: i64,
}

impl std::fmt::Debug for CookieKeyRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CookieKeyRow").field("id", &self.id).finish_non_exhaustive()
    }
}

const ADD_SIGNING: &str =
    "INSERT OR REPLACE INTO signing_keys VALUES (?1, ?2, ?3, 'next', ?4, ?5, ?6, NULL, ?7)";
const RETIRE_CURRENT: &str = "UPDATE signing_keys SET status = 'previous'
    WHERE tenant = ?1 AND status = 'current' AND id != ?2";
const SET_STATUS: &str = "UPDATE signing_keys SET status = ?3 WHERE tenant = ?1 AND id = ?2";
const SCHEDULE: &str = "UPDATE signing_keys SET effective_at = ?3 WHERE tenant = ?1 AND id = ?2";
const DELETE_SIGNING: &str = "DELETE FROM signing_keys WHERE tenant = ?1 AND id = ?2";
const ADD_COOKIE: &str = "INSERT OR REPLACE INTO cookie_keys VALUES (?1, ?2, ?3, ?4, ?5)";
const DELETE_COOKIE: &str = "DELETE FROM cookie_keys WHERE tenant = ?1 AND id = ?2";
const SIGNING: &str = "SELECT id, algorithm, status, public_jwk, pkcs8, created_at, effective_at
    FROM signing_keys WHERE tenant = ?
    ORDER BY CASE status WHEN 'current' THEN 0 WHEN 'next' THEN 1 ELSE 2 END, position DESC";
const WAITING: &str = "SELECT tenant, id, effective_at FROM signing_keys
    WHERE status = 'next' AND effective_at IS NOT NULL ORDER BY effective_at";
const COOKIE: &str = "SELECT id, secret, created_at FROM cookie_keys WHERE tenant = ?
    ORDER BY position DESC";

impl View for Keys {
    const NAME: &'static str = "keys";
    const VERSION: u32 = 2;
    const SCHEMA: &'static str = include_str!("keys.sql");
    const CATEGORIES: &'static [Category] = &[Category::SigningKey, Category::CookieKey];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let tenant = recorded.tenant.as_str();
        let created_at = recorded.time.seconds().0;
        let position = integer(recorded.position);
        match &recorded.event {
            Event::SigningKey(event) => match event {
                SigningKeyEvent::SigningKeyGenerated { key, algorithm, public_jwk, personal } => {
                    let algorithm = algorithm_name(*algorithm);
                    let jwk = to_json(public_jwk)?;
                    let pkcs8 = personal.open().map(|material| &material.pkcs8);
                    let key = key.as_str();
                    let values = (tenant, key, algorithm, jwk, pkcs8, created_at, position);
                    rows.execute(ADD_SIGNING, values).map(drop)
                }
                SigningKeyEvent::SigningKeyScheduled { key, effective_at } => {
                    rows.execute(SCHEDULE, (tenant, key.as_str(), effective_at.0)).map(drop)
                }
                SigningKeyEvent::SigningKeyPromoted { key } => {
                    rows.execute(RETIRE_CURRENT, (tenant, key.as_str()))?;
                    rows.execute(SET_STATUS, (tenant, key.as_str(), "current")).map(drop)
                }
                SigningKeyEvent::SigningKeyRetired { key } => {
                    rows.execute(SET_STATUS, (tenant, key.as_str(), "previous")).map(drop)
                }
                SigningKeyEvent::SigningKeyDeleted { key } => {
                    rows.execute(DELETE_SIGNING, (tenant, key.as_str())).map(drop)
                }
            },
            Event::CookieKey(CookieKeyEvent::CookieKeyGenerated { key, personal }) => {
                let secret = personal.open().map(|material| &material.secret);
                rows.execute(ADD_COOKIE, (tenant, key.as_str(), secret, created_at, position))
                    .map(drop)
            }
            Event::CookieKey(CookieKeyEvent::CookieKeyDeleted { key }) => {
                rows.execute(DELETE_COOKIE, (tenant, key.as_str())).map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn algorithm_name(algorithm: SigningAlgorithm) -> &'static str {
    match algorithm {
        SigningAlgorithm::EdDSA => "EdDSA",
        SigningAlgorithm::ES256 => "ES256",
        SigningAlgorithm::ES384 => "ES384",
        SigningAlgorithm::RS256 => "RS256",
    }
}

impl Reader<Keys> {
    /// The signing keys of a tenant: current, next, previous, each newest first.
    pub fn signing(&self, tenant: &TenantId) -> Result<Vec<SigningKeyRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SIGNING)?;
            let rows = statement.query_map([tenant.as_str()], |row| {
                Ok(SigningKeyRow {
                    id: id(row, 0)?,
                    algorithm: word(row, 1)?,
                    status: word(row, 2)?,
                    public_jwk: json(row, 3)?,
                    pkcs8: row.get(4)?,
                    created_at: row.get(5)?,
                    effective_at: row.get(6)?,
                })
            })?;
            rows.collect()
        })
    }

    /// The keys of all tenants that wait for their moments, soonest first.
    pub fn waiting(&self) -> Result<Vec<WaitingKeyRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(WAITING)?;
            let rows = statement.query_map((), |row| {
                Ok(WaitingKeyRow {
                    tenant: id(row, 0)?,
                    id: id(row, 1)?,
                    effective_at: row.get(2)?,
                })
            })?;
            rows.collect()
        })
    }

    /// The cookie keys of a tenant, newest first: the first signs, all verify.
    pub fn cookie(&self, tenant: &TenantId) -> Result<Vec<CookieKeyRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(COOKIE)?;
            let rows = statement.query_map([tenant.as_str()], |row| {
                Ok(CookieKeyRow { id: id(row, 0)?, secret: row.get(1)?, created_at: row.get(2)? })
            })?;
            rows.collect()
        })
    }
}
