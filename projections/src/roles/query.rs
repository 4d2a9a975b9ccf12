//! What can be asked about roles.

use events::{ApplicationId, RoleId, ScopeId, TenantId, UserId};
use rusqlite::{OptionalExtension as _, Row, params_from_iter, types::Value};

use super::{
    APPLICATION, BY_ID, DEFAULTS, NAMES_OF_USER, PERMITTED, RoleFilter, RoleRow, Roles, SCOPE_IDS,
    USER, columns,
};
use crate::{
    Filter, Listing, Page, QueryError, Reader, ScopeField, ScopeRow,
    column::{id, natural, word, words},
    resources::{scope, scope_columns},
    search::Where,
};

fn role(row: &Row<'_>) -> rusqlite::Result<RoleRow> {
    Ok(RoleRow {
        id: id(row, 0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        role_type: word(row, 3)?,
        is_default: row.get(4)?,
        users_count: natural(row, 5)?,
        applications_count: natural(row, 6)?,
        featured_users: words(row, 7)?,
        featured_applications: words(row, 8)?,
    })
}

fn conditions(tenant: &TenantId, filter: &RoleFilter) -> Where {
    let mut condition = Where::new("tenant = ?", tenant.to_string());
    let held = "EXISTS (SELECT 1 FROM holders h WHERE h.tenant = roles.tenant AND h.kind = ?
        AND h.holder_id = ? AND h.role_id = roles.id)";
    let not_held = ["NOT ", held].concat();
    let values = |kind: &str, id: &str| [Value::from(kind.to_owned()), Value::from(id.to_owned())];
    if let Some(user) = &filter.user {
        condition.and(held, values(USER, user.as_str()));
    }
    if let Some(application) = &filter.application {
        condition.and(held, values(APPLICATION, application.as_str()));
    }
    if let Some(user) = &filter.exclude_user {
        condition.and(&not_held, values(USER, user.as_str()));
    }
    if let Some(application) = &filter.exclude_application {
        condition.and(&not_held, values(APPLICATION, application.as_str()));
    }
    if let Some(role_type) = filter.role_type {
        condition.and("type = ?", [role_type.as_str().to_owned().into()]);
    }
    if let Some(prefix) = &filter.exclude_prefix {
        condition.and("instr(name, ?) != 1", [prefix.clone().into()]);
    }
    condition.search(&filter.text);
    condition
}

impl Reader<Roles> {
    /// One role.
    pub fn by_id(&self, tenant: &TenantId, id: &RoleId) -> Result<Option<RoleRow>, QueryError> {
        self.query(|connection| {
            let key = (tenant.as_str(), id.as_str());
            connection.prepare_cached(BY_ID)?.query_row(key, role).optional()
        })
    }

    /// The roles that a filter lets through, newest first, with their number.
    pub fn page(
        &self,
        tenant: &TenantId,
        filter: &RoleFilter,
        page: Page,
    ) -> Result<Listing<RoleRow>, QueryError> {
        let condition = conditions(tenant, filter);
        self.query(|connection| {
            let sql = ["SELECT count(*) FROM roles WHERE ", condition.sql()].concat();
            let values = params_from_iter(condition.values(&[]));
            let total =
                connection.prepare_cached(&sql)?.query_row(values, |row| natural(row, 0))?;
            let sql = [
                concat!("SELECT ", columns!(), " FROM roles WHERE "),
                condition.sql(),
                " ORDER BY position DESC LIMIT ? OFFSET ?",
            ]
            .concat();
            let values = params_from_iter(condition.values(&[page.limit(), page.offset()]));
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(values, role)?.collect::<Result<_, _>>()?;
            Ok(Listing { rows, total })
        })
    }

    /// Ids of the roles that every new user gets, oldest first.
    pub fn defaults(&self, tenant: &TenantId) -> Result<Vec<RoleId>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(DEFAULTS)?;
            statement.query_map([tenant.as_str()], |row| id(row, 0))?.collect()
        })
    }

    /// Names of the roles that a user holds, in the order they were given.
    pub fn names_of_user(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<String>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(NAMES_OF_USER)?;
            let key = (tenant.as_str(), user.as_str());
            statement.query_map(key, |row| row.get(0))?.collect()
        })
    }

    /// Ids of the scopes that a role permits, in the order they were granted.
    pub fn scope_ids(&self, tenant: &TenantId, role: &RoleId) -> Result<Vec<ScopeId>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SCOPE_IDS)?;
            let key = (tenant.as_str(), role.as_str());
            statement.query_map(key, |row| id(row, 0))?.collect()
        })
    }

    /// The scopes that a role permits and a filter lets through, newest first, with their number.
    pub fn scopes(
        &self,
        tenant: &TenantId,
        role: &RoleId,
        filter: &Filter<ScopeField>,
        page: Page,
    ) -> Result<Listing<ScopeRow>, QueryError> {
        let mut condition = Where::new("tenant = ?1", tenant.to_string());
        let held = "id IN (SELECT scope_id FROM role_scopes WHERE tenant = ?1 AND role_id = ?)";
        condition.and(held, [role.to_string().into()]);
        condition.search(filter);
        self.query(|connection| {
            let sql = ["SELECT count(*) FROM scopes WHERE ", condition.sql()].concat();
            let values = params_from_iter(condition.values(&[]));
            let total =
                connection.prepare_cached(&sql)?.query_row(values, |row| natural(row, 0))?;
            let sql = [
                concat!("SELECT ", scope_columns!(), " FROM scopes WHERE "),
                condition.sql(),
                " ORDER BY position DESC LIMIT ? OFFSET ?",
            ]
            .concat();
            let values = params_from_iter(condition.values(&[page.limit(), page.offset()]));
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(values, scope)?.collect::<Result<_, _>>()?;
            Ok(Listing { rows, total })
        })
    }

    fn permitted(
        &self,
        tenant: &TenantId,
        (kind, holder): (&str, &str),
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(PERMITTED)?;
            let values = (tenant.as_str(), kind, holder, indicator);
            statement.query_map(values, |row| row.get(0))?.collect()
        })
    }

    /// Names of the scopes of a resource that a user's roles permit, by name.
    pub fn scopes_of_user(
        &self,
        tenant: &TenantId,
        user: &UserId,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        self.permitted(tenant, (USER, user.as_str()), indicator)
    }

    /// Names of the scopes of a resource that an application's roles permit, by name.
    pub fn scopes_of_application(
        &self,
        tenant: &TenantId,
        application: &ApplicationId,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        self.permitted(tenant, (APPLICATION, application.as_str()), indicator)
    }
}
