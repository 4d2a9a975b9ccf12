//! What can be asked about users.

use events::{RoleId, TenantId, UserId};
use rusqlite::{OptionalExtension as _, Row, params_from_iter, types::Value};

use super::{BY_ID, COUNT, HOLDERS, HOLDERS_COUNT, ROLES_OF, UserFilter, UserRow, Users, columns};
use crate::{
    Listing, Page, QueryError, Reader,
    column::{id, id_or_null, json, natural, word_or_null},
    search::Where,
};

fn user_row(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        id: id(row, 0)?,
        username: row.get(1)?,
        primary_email: row.get(2)?,
        email_verified: row.get(3)?,
        primary_phone: row.get(4)?,
        phone_verified: row.get(5)?,
        name: row.get(6)?,
        avatar: row.get(7)?,
        custom_data: json(row, 8)?,
        profile: json(row, 9)?,
        application_id: id_or_null(row, 10)?,
        is_suspended: row.get(11)?,
        password_scheme: word_or_null(row, 12)?,
        password_digest: row.get(13)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
        password_updated_at: row.get(16)?,
        last_sign_in_at: row.get(17)?,
    })
}

fn conditions(tenant: &TenantId, filter: &UserFilter) -> Where {
    let mut condition = Where::new("tenant = ?", tenant.to_string());
    let role = |role: &RoleId| [Value::from(role.to_string())];
    if let Some(holder) = &filter.role {
        condition.and(
            "id IN (SELECT user_id FROM user_roles r WHERE r.tenant = users.tenant
                AND r.role_id = ?)",
            role(holder),
        );
    }
    if let Some(excluded) = &filter.exclude_role {
        condition.and(
            "NOT EXISTS (SELECT 1 FROM user_roles r WHERE r.tenant = users.tenant
                AND r.user_id = users.id AND r.role_id = ?)",
            role(excluded),
        );
    }
    condition.search(&filter.text);
    condition
}

impl Reader<Users> {
    /// One user.
    pub fn by_id(&self, tenant: &TenantId, id: &UserId) -> Result<Option<UserRow>, QueryError> {
        self.query(|connection| {
            connection
                .prepare_cached(BY_ID)?
                .query_row((tenant.as_str(), id.as_str()), user_row)
                .optional()
        })
    }

    /// The users that a filter lets through, newest first, with their number.
    pub fn page(
        &self,
        tenant: &TenantId,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Listing<UserRow>, QueryError> {
        let condition = conditions(tenant, filter);
        let sql = [
            concat!("SELECT ", columns!(), " FROM users WHERE "),
            condition.sql(),
            " ORDER BY position DESC LIMIT ? OFFSET ?",
        ]
        .concat();
        let rows = self.query(|connection| {
            let values = condition.values(&[page.limit(), page.offset()]);
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(values), user_row)?.collect()
        })?;
        Ok(Listing { rows, total: self.count(tenant, filter)? })
    }

    /// How many users a filter lets through; all of them are counted without looking.
    pub fn count(&self, tenant: &TenantId, filter: &UserFilter) -> Result<u64, QueryError> {
        if *filter == UserFilter::default() {
            return self.query(|connection| {
                let mut statement = connection.prepare_cached(COUNT)?;
                let count = statement.query_row([tenant.as_str()], |row| natural(row, 0));
                Ok(count.optional()?.unwrap_or_default())
            });
        }
        let condition = conditions(tenant, filter);
        let sql = ["SELECT count(*) FROM users WHERE ", condition.sql()].concat();
        self.query(|connection| {
            let values = params_from_iter(condition.values(&[]));
            connection.prepare_cached(&sql)?.query_row(values, |row| natural(row, 0))
        })
    }

    /// Ids of the holders of a role, newest hold first, with their number.
    pub fn holders(
        &self,
        tenant: &TenantId,
        role: &RoleId,
        page: Page,
    ) -> Result<Listing<UserId>, QueryError> {
        self.query(|connection| {
            let key = (tenant.as_str(), role.as_str());
            let total =
                connection.prepare_cached(HOLDERS_COUNT)?.query_row(key, |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(HOLDERS)?;
            let values = (tenant.as_str(), role.as_str(), page.limit(), page.offset());
            let rows = statement.query_map(values, |row| id(row, 0))?.collect::<Result<_, _>>()?;
            Ok(Listing { rows, total })
        })
    }

    /// Ids of the roles that a user holds, in the order they were given.
    pub fn roles_of(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<RoleId>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ROLES_OF)?;
            let key = (tenant.as_str(), user.as_str());
            statement.query_map(key, |row| id(row, 0))?.collect()
        })
    }
}
