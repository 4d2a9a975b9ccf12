//! How a tenant's provider is set: what ID tokens carry, how long sessions live, which scripts add
//! claims to tokens.

use events::{
    Category, ClaimsScriptBody, ClaimsScriptEvent, Event, IdTokenClaim, OidcSettingsEvent,
    Recorded, ScriptedToken, TenantId,
};
use rusqlite::OptionalExtension as _;

use crate::{
    QueryError, Reader, Rows, View, ViewError,
    column::{json, to_json, word},
};

/// How a tenant's provider is set.
pub struct OidcSettings;

/// The script for tokens of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimsScriptRow {
    /// The kind.
    pub token: ScriptedToken,
    /// Whether no token is issued when it fails.
    pub block_issuance_on_error: Option<bool>,
    /// The script and what it is given; `None` = erased.
    pub body: Option<ClaimsScriptBody>,
}

const SET_CLAIMS: &str = "INSERT OR REPLACE INTO id_token_claims VALUES (?1, ?2)";
const SET_SESSION: &str = "INSERT OR REPLACE INTO session_lifetimes VALUES (?1, ?2)";
const SET_SCRIPT: &str = "INSERT OR REPLACE INTO claims_scripts VALUES (?1, ?2, ?3, ?4)";
const REMOVE_SCRIPT: &str = "DELETE FROM claims_scripts WHERE tenant = ?1 AND token = ?2";
const CLAIMS: &str = "SELECT enabled FROM id_token_claims WHERE tenant = ?";
const SESSION: &str = "SELECT seconds FROM session_lifetimes WHERE tenant = ?";
const SCRIPTS: &str = "SELECT token, block_issuance_on_error, body FROM claims_scripts
    WHERE tenant = ? ORDER BY token";

impl View for OidcSettings {
    const NAME: &'static str = "oidc_settings";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("oidc_settings.sql");
    const CATEGORIES: &'static [Category] = &[Category::OidcSettings, Category::ClaimsScript];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let tenant = recorded.tenant.as_str();
        match &recorded.event {
            Event::OidcSettings(OidcSettingsEvent::IdTokenClaimsChanged { enabled }) => {
                rows.execute(SET_CLAIMS, (tenant, to_json(enabled)?)).map(drop)
            }
            Event::OidcSettings(OidcSettingsEvent::SessionLifetimeChanged { seconds }) => {
                rows.execute(SET_SESSION, (tenant, seconds)).map(drop)
            }
            Event::ClaimsScript(ClaimsScriptEvent::ClaimsScriptSet {
                block_issuance_on_error,
                personal,
            }) => {
                let body = to_json(&personal.open())?;
                let values = (tenant, recorded.stream.id(), block_issuance_on_error, body);
                rows.execute(SET_SCRIPT, values).map(drop)
            }
            Event::ClaimsScript(ClaimsScriptEvent::ClaimsScriptRemoved {}) => {
                rows.execute(REMOVE_SCRIPT, (tenant, recorded.stream.id())).map(drop)
            }
            _ => Ok(()),
        }
    }
}

impl Reader<OidcSettings> {
    /// Which of the product's own claims ID tokens carry. `None` = never set; `Some(None)` = set
    /// without a list. The default holds for both.
    pub fn id_token_claims(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<Option<Vec<IdTokenClaim>>>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(CLAIMS)?;
            statement.query_row([tenant.as_str()], |row| json(row, 0)).optional()
        })
    }

    /// Lifetime of sessions in seconds; `None` = never set.
    pub fn session_lifetime(&self, tenant: &TenantId) -> Result<Option<u32>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SESSION)?;
            statement.query_row([tenant.as_str()], |row| row.get(0)).optional()
        })
    }

    /// The scripts of a tenant, by kind of token.
    pub fn claims_scripts(&self, tenant: &TenantId) -> Result<Vec<ClaimsScriptRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SCRIPTS)?;
            let rows = statement.query_map([tenant.as_str()], |row| {
                Ok(ClaimsScriptRow {
                    token: word(row, 0)?,
                    block_issuance_on_error: row.get(1)?,
                    body: json(row, 2)?,
                })
            })?;
            rows.collect()
        })
    }
}
