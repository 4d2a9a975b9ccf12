//! What third-party clients may ask users for: one row for each thing on a list.

use events::ConsentScopes;
use rusqlite::Connection;

use crate::{Rows, ViewError};

const ADD: &str = "INSERT INTO application_consent_scopes VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO NOTHING";
const REMOVE: &str = "DELETE FROM application_consent_scopes
    WHERE tenant = ?1 AND application_id = ?2 AND kind = ?3 AND scope = ?4";
const ALL: &str = "SELECT kind, scope FROM application_consent_scopes
    WHERE tenant = ? AND application_id = ? ORDER BY position, kind, scope";

const USER: &str = "user";
const RESOURCE: &str = "resource";
const ORGANIZATION: &str = "organization";
const ORGANIZATION_RESOURCE: &str = "organization_resource";

/// Puts more on the list.
pub(super) fn add(
    scopes: &ConsentScopes,
    (tenant, application): (&str, &str),
    position: i64,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    each(scopes).try_for_each(|(kind, scope)| {
        rows.execute(ADD, (tenant, application, kind, scope, position)).map(drop)
    })
}

/// Takes things off the list.
pub(super) fn remove(
    scopes: &ConsentScopes,
    (tenant, application): (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    each(scopes).try_for_each(|(kind, scope)| {
        rows.execute(REMOVE, (tenant, application, kind, scope)).map(drop)
    })
}

/// The list of one client.
pub(super) fn read(connection: &Connection, key: (&str, &str)) -> rusqlite::Result<ConsentScopes> {
    let mut scopes = ConsentScopes::default();
    let mut statement = connection.prepare_cached(ALL)?;
    let mut rows = statement.query(key)?;
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        match kind.as_str() {
            USER => scopes.user_scopes.push(row.get(1)?),
            RESOURCE => scopes.resource_scopes.push(crate::column::id(row, 1)?),
            ORGANIZATION => scopes.organization_scopes.push(crate::column::id(row, 1)?),
            _ => scopes.organization_resource_scopes.push(crate::column::id(row, 1)?),
        }
    }
    Ok(scopes)
}

fn each(scopes: &ConsentScopes) -> impl Iterator<Item = (&'static str, &str)> {
    let users = scopes.user_scopes.iter().map(|name| (USER, name.as_str()));
    let resources = scopes.resource_scopes.iter().map(|id| (RESOURCE, id.as_str()));
    let organizations = scopes.organization_scopes.iter().map(|id| (ORGANIZATION, id.as_str()));
    let both =
        scopes.organization_resource_scopes.iter().map(|id| (ORGANIZATION_RESOURCE, id.as_str()));
    users.chain(resources).chain(organizations).chain(both)
}
