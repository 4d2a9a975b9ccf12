//! What can be asked about users.

use events::{RoleId, TenantId, UserId};
use rusqlite::{OptionalExtension as _, Row, params_from_iter, types::Value};

use super::{
    BY_ID, COUNT, HOLDERS, HOLDERS_COUNT, MemberFilter, ROLES_OF, UserField, UserFilter, UserRow,
    Users, columns,
};
use crate::{
    Filter, Listing, Page, QueryError, Reader,
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
    if let Some(excluded) = &filter.exclude_organization {
        condition.and(
            "NOT EXISTS (SELECT 1 FROM organization_users o WHERE o.tenant = users.tenant
                AND o.user_id = users.id AND o.organization_id = ?)",
            [Value::from(excluded.to_string())],
        );
    }
    condition.search(&filter.text);
    condition
}

/// Members and, if they are searched, what is known of them. Walks the members of the organization
/// in the order of their page, so that a page ends where it is full.
fn members(tenant: &TenantId, filter: &MemberFilter) -> (String, Where) {
    let MemberFilter { organization, q, role } = filter;
    let mut condition = Where::new("o.tenant = ?", tenant.to_string());
    condition.and("o.organization_id = ?", [Value::from(organization.to_string())]);
    let mut from = String::from(" FROM organization_users o");
    if let Some(role) = role {
        condition.and(
            "EXISTS (SELECT 1 FROM organization_user_roles r WHERE r.tenant = o.tenant
                AND r.organization_id = o.organization_id AND r.user_id = o.user_id
                AND r.role_id = ?)",
            [Value::from(role.to_string())],
        );
    }
    if !q.is_empty() {
        from.push_str(" CROSS JOIN users ON users.tenant = o.tenant AND users.id = o.user_id");
        condition.search(&Filter::<UserField>::containing(q.as_str()));
    }
    from.push_str(" WHERE ");
    (from, condition)
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

    /// The members of an organization that a filter lets through, newest membership first, with
    /// their number.
    pub fn members(
        &self,
        tenant: &TenantId,
        filter: &MemberFilter,
        page: Page,
    ) -> Result<Listing<UserRow>, QueryError> {
        let (from, condition) = members(tenant, filter);
        let count = ["SELECT count(*)", &from, condition.sql()].concat();
        let sql = [
            concat!(
                "SELECT ",
                columns!(),
                " FROM (SELECT o.user_id AS member, o.position AS joined"
            ),
            &from,
            condition.sql(),
            " ORDER BY o.position DESC LIMIT ? OFFSET ?)
            CROSS JOIN users ON users.tenant = ? AND users.id = member
            ORDER BY joined DESC",
        ]
        .concat();
        self.query(|connection| {
            let values = params_from_iter(condition.values(&[]));
            let total =
                connection.prepare_cached(&count)?.query_row(values, |row| natural(row, 0))?;
            let mut values = condition.values(&[page.limit(), page.offset()]);
            values.push(tenant.to_string().into());
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(values), user_row)?;
            Ok(Listing { rows: rows.collect::<Result<_, _>>()?, total })
        })
    }

    /// Those of the users who exist, in the order of the ids.
    pub fn by_ids(&self, tenant: &TenantId, ids: &[UserId]) -> Result<Vec<UserRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(BY_ID)?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let key = (tenant.as_str(), id.as_str());
                found.extend(statement.query_row(key, user_row).optional()?);
            }
            Ok(found)
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
