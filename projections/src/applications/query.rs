//! What can be asked about applications.

use events::{ApplicationId, ConsentScopes, TenantId};
use rusqlite::{Connection, OptionalExtension as _, Row, params_from_iter, types::Value};

use super::{
    ApplicationFilter, ApplicationRow, ApplicationSecretRow, Applications, consent_scopes,
};
use crate::{
    Listing, Page, QueryError, Reader,
    column::{id, json, natural, word},
    search::Where,
};

macro_rules! columns {
    () => {
        "id, type, is_third_party, name, description, oidc_client_metadata,
        custom_client_metadata, custom_data, created_at, access_control"
    };
}

const BY_ID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM applications
    WHERE tenant = ? AND id = ?"
);
const ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM applications WHERE tenant = ?
    ORDER BY position DESC"
);
const SECRETS: &str = "SELECT name, sha256, value, expires_at, created_at FROM application_secrets
    WHERE tenant = ? AND application_id = ? ORDER BY position, name";
const ROLES: &str = "SELECT role_id FROM application_roles WHERE tenant = ? AND application_id = ?
    ORDER BY position, role_id";

fn application(row: &Row<'_>) -> rusqlite::Result<ApplicationRow> {
    Ok(ApplicationRow {
        id: id(row, 0)?,
        application_type: word(row, 1)?,
        is_third_party: row.get(2)?,
        name: row.get(3)?,
        description: row.get(4)?,
        oidc_client_metadata: json(row, 5)?,
        custom_client_metadata: json(row, 6)?,
        custom_data: json(row, 7)?,
        created_at: row.get(8)?,
        secrets: Vec::new(),
        roles: Vec::new(),
        consent_scopes: ConsentScopes::default(),
        access_control: json(row, 9)?,
    })
}

fn complete(
    connection: &Connection,
    tenant: &TenantId,
    application: &mut ApplicationRow,
) -> rusqlite::Result<()> {
    let key = (tenant.as_str(), application.id.as_str());
    let mut secrets = connection.prepare_cached(SECRETS)?;
    let secrets = secrets.query_map(key, |row| {
        Ok(ApplicationSecretRow {
            name: row.get(0)?,
            sha256: row.get(1)?,
            value: row.get(2)?,
            expires_at: row.get(3)?,
            created_at: row.get(4)?,
        })
    })?;
    application.secrets = secrets.collect::<Result<_, _>>()?;
    let mut roles = connection.prepare_cached(ROLES)?;
    let key = (tenant.as_str(), application.id.as_str());
    application.roles = roles.query_map(key, |row| id(row, 0))?.collect::<Result<_, _>>()?;
    if application.is_third_party {
        application.consent_scopes = consent_scopes::read(connection, key)?;
    }
    Ok(())
}

/// Ids as a list of JSON; an id holds nothing that would have to be escaped.
fn json_list(ids: &[ApplicationId]) -> Value {
    let quoted: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    Value::from(format!("[{}]", quoted.join(",")))
}

fn conditions(tenant: &TenantId, filter: &ApplicationFilter) -> Where {
    let mut condition = Where::new("tenant = ?", tenant.to_string());
    let held = "EXISTS (SELECT 1 FROM application_roles r WHERE r.tenant = applications.tenant
        AND r.application_id = applications.id AND r.role_id = ?)";
    if let Some(role) = &filter.role {
        condition.and(held, [Value::from(role.to_string())]);
    }
    if let Some(role) = &filter.exclude_role {
        condition.and(&["NOT ", held].concat(), [Value::from(role.to_string())]);
    }
    if let Some(among) = &filter.among {
        condition.and("id IN (SELECT value FROM json_each(?))", [json_list(among)]);
    }
    if !filter.exclude.is_empty() {
        let exclude = [json_list(&filter.exclude)];
        condition.and("id NOT IN (SELECT value FROM json_each(?))", exclude);
    }
    if let Some(is_third_party) = filter.is_third_party {
        condition.and("is_third_party = ?", [Value::from(is_third_party)]);
    }
    if !filter.types.is_empty() {
        let marks = vec!["?"; filter.types.len()].join(", ");
        let types = filter.types.iter().map(|kind| Value::from(kind.as_str().to_owned()));
        condition.and(&["type IN (", &marks, ")"].concat(), types);
    }
    condition.search(&filter.text);
    condition
}

impl Reader<Applications> {
    /// One application.
    pub fn by_id(
        &self,
        tenant: &TenantId,
        id: &ApplicationId,
    ) -> Result<Option<ApplicationRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(BY_ID)?;
            let found =
                statement.query_row((tenant.as_str(), id.as_str()), application).optional()?;
            found
                .map(|mut found| complete(connection, tenant, &mut found).map(|()| found))
                .transpose()
        })
    }

    /// Every application of a tenant, newest first: for the configuration kept in memory.
    pub fn all(&self, tenant: &TenantId) -> Result<Vec<ApplicationRow>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ALL)?;
            let rows = statement.query_map([tenant.as_str()], application)?;
            let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
            rows.iter_mut().try_for_each(|row| complete(connection, tenant, row))?;
            Ok(rows)
        })
    }

    /// The applications that a filter lets through, newest first, with their number.
    pub fn page(
        &self,
        tenant: &TenantId,
        filter: &ApplicationFilter,
        page: Page,
    ) -> Result<Listing<ApplicationRow>, QueryError> {
        let condition = conditions(tenant, filter);
        let select = concat!("SELECT ", columns!(), " FROM applications WHERE ");
        let order = " ORDER BY position DESC LIMIT ? OFFSET ?";
        self.query(|connection| {
            let count = ["SELECT count(*) FROM applications WHERE ", condition.sql()].concat();
            let values = params_from_iter(condition.values(&[]));
            let total =
                connection.prepare_cached(&count)?.query_row(values, |row| natural(row, 0))?;
            let sql = [select, condition.sql(), order].concat();
            let mut statement = connection.prepare_cached(&sql)?;
            let values = params_from_iter(condition.values(&[page.limit(), page.offset()]));
            let mut rows =
                statement.query_map(values, application)?.collect::<Result<Vec<_>, _>>()?;
            rows.iter_mut().try_for_each(|row| complete(connection, tenant, row))?;
            Ok(Listing { rows, total })
        })
    }
}
