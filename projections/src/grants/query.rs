//! What can be asked about sessions, grants and access tokens.

use events::{AccessTokenId, ApplicationId, GrantId, SessionId, TenantId, UnixMillis, UserId};
use rusqlite::{OptionalExtension as _, Row};

use super::{
    ACCESS_TOKEN, AccessTokenRow, GRANT, GRANTS_COUNT, GRANTS_OF, GrantRow, Grants, LIVE_GRANTS,
    OF_SESSION, SESSION, SESSIONS_COUNT, SESSIONS_OF, SessionGrantRow, SessionRow,
};
use crate::{
    Listing, Page, QueryError, Reader,
    column::{id, id_or_null, json, json_or_null, natural, word, words},
};

fn access_token(row: &Row<'_>) -> rusqlite::Result<AccessTokenRow> {
    Ok(AccessTokenRow {
        grant: id(row, 0)?,
        user: id(row, 1)?,
        application: id(row, 2)?,
        sha256: row.get(3)?,
        audience: row.get(4)?,
        scope: words(row, 5)?,
        issued_at: row.get(6)?,
        expires_at: row.get(7)?,
        is_revoked: row.get(8)?,
        organization: id_or_null(row, 9)?,
        actor: id_or_null(row, 10)?,
        dpop_jkt: row.get(11)?,
        claims: json_or_null(row, 12)?,
    })
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        id: id(row, 0)?,
        user: id(row, 1)?,
        application: id(row, 2)?,
        secret_sha256: row.get(3)?,
        amr: words(row, 4)?,
        authenticated_at: row.get(5)?,
        expires_at: row.get(6)?,
        ip: row.get(7)?,
        user_agent: row.get(8)?,
        is_over: row.get(9)?,
    })
}

fn grant(row: &Row<'_>) -> rusqlite::Result<GrantRow> {
    Ok(GrantRow {
        id: id(row, 0)?,
        user: id(row, 1)?,
        application: id(row, 2)?,
        session: id_or_null(row, 3)?,
        kind: word(row, 10)?,
        scope: words(row, 4)?,
        resources: json(row, 5)?,
        ends_with_session: row.get(6)?,
        granted_at: row.get(7)?,
        expires_at: row.get(8)?,
        is_revoked: row.get(9)?,
    })
}

impl Reader<Grants> {
    fn one<T>(
        &self,
        sql: &str,
        key: (&str, &str),
        row: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, QueryError> {
        self.query(|connection| connection.prepare_cached(sql)?.query_row(key, row).optional())
    }

    fn of_user<T>(
        &self,
        (sql, count): (&str, &str),
        (tenant, user): (&TenantId, &UserId),
        page: Page,
        row: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Listing<T>, QueryError> {
        let (tenant, user) = (tenant.as_str(), user.as_str());
        self.query(|connection| {
            let mut count = connection.prepare_cached(count)?;
            let total = count.query_row((tenant, user), |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map((tenant, user, page.limit(), page.offset()), row)?;
            Ok(Listing { rows: rows.collect::<Result<_, _>>()?, total })
        })
    }

    /// One access token.
    pub fn access_token(
        &self,
        tenant: &TenantId,
        id: &AccessTokenId,
    ) -> Result<Option<AccessTokenRow>, QueryError> {
        self.one(ACCESS_TOKEN, (tenant.as_str(), id.as_str()), access_token)
    }

    /// One session.
    pub fn session(
        &self,
        tenant: &TenantId,
        id: &SessionId,
    ) -> Result<Option<SessionRow>, QueryError> {
        self.one(SESSION, (tenant.as_str(), id.as_str()), session)
    }

    /// One grant.
    pub fn grant(&self, tenant: &TenantId, id: &GrantId) -> Result<Option<GrantRow>, QueryError> {
        self.one(GRANT, (tenant.as_str(), id.as_str()), grant)
    }

    /// The grants of a user and an application that stand at `now`, newest first, but for the first
    /// `skipped`, at most `max`. Grants by token exchange are passed over: they end with their token.
    pub fn standing(
        &self,
        tenant: &TenantId,
        (user, application): (&UserId, &ApplicationId),
        now: UnixMillis,
        (skipped, max): (u32, u32),
    ) -> Result<Vec<GrantId>, QueryError> {
        let key = (tenant.as_str(), user.as_str(), application.as_str(), now.0, max, skipped);
        self.query(|connection| {
            let mut statement = connection.prepare_cached(LIVE_GRANTS)?;
            statement.query_map(key, |row| id(row, 0))?.collect()
        })
    }

    /// The grants that happened on a session and stand, oldest first.
    pub fn of_session(
        &self,
        tenant: &TenantId,
        session: &SessionId,
    ) -> Result<Vec<SessionGrantRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(OF_SESSION)?;
            let rows = statement.query_map((tenant.as_str(), session.as_str()), |row| {
                Ok(SessionGrantRow {
                    grant: id(row, 0)?,
                    application: id(row, 1)?,
                    ends_with_session: row.get(2)?,
                })
            })?;
            rows.collect()
        })
    }

    /// The sessions of a user, newest first, with their number.
    pub fn sessions_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        page: Page,
    ) -> Result<Listing<SessionRow>, QueryError> {
        self.of_user((SESSIONS_OF, SESSIONS_COUNT), (tenant, user), page, session)
    }

    /// The grants of a user, newest first, with their number.
    pub fn grants_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        page: Page,
    ) -> Result<Listing<GrantRow>, QueryError> {
        self.of_user((GRANTS_OF, GRANTS_COUNT), (tenant, user), page, grant)
    }
}
