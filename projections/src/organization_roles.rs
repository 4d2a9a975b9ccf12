//! Roles inside organizations, with their search.

use events::{
    Category, Event, OrganizationRoleEvent, OrganizationRoleId, Recorded, ResourceEvent, RoleType,
    ScopeId, TenantId,
};
use rusqlite::{OptionalExtension as _, Row};

use crate::{
    Listing, Page, QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, natural, word, words},
};

/// Roles inside organizations.
pub struct OrganizationRoles;

/// One role inside organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationRoleRow {
    /// Id in the tenant.
    pub id: OrganizationRoleId,
    /// Unique in the tenant.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Who can hold it.
    pub role_type: RoleType,
    /// Scopes of API resources that it permits.
    pub resource_scopes: Vec<ScopeId>,
}

/// Stands between searched texts; nobody types it.
const SEPARATOR: &str = "\u{1f}";

macro_rules! columns {
    () => {
        "id, name, description, type, (SELECT group_concat(scope_id, ' ') FROM
            (SELECT scope_id FROM permitted p WHERE p.tenant = organization_roles.tenant
                AND p.role_id = organization_roles.id ORDER BY ordinal))"
    };
}

const INSERT: &str = "INSERT INTO organization_roles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE organization_roles SET name = ?3, description = ?4, type = ?5,
    searched = ?6 WHERE tenant = ?1 AND id = ?2";
const PERMIT: &str = "INSERT INTO permitted VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const PERMIT_NOTHING: &str = "DELETE FROM permitted WHERE tenant = ?1 AND role_id = ?2";
const ADD_SCOPE: &str = "INSERT INTO scopes VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const SCOPE_DELETED: [&str; 2] = [
    "DELETE FROM permitted WHERE tenant = ?1 AND scope_id = ?2",
    "DELETE FROM scopes WHERE tenant = ?1 AND id = ?2",
];
const RESOURCE_DELETED: [&str; 2] = [
    "DELETE FROM permitted WHERE tenant = ?1 AND scope_id IN
        (SELECT id FROM scopes WHERE tenant = ?1 AND resource_id = ?2)",
    "DELETE FROM scopes WHERE tenant = ?1 AND resource_id = ?2",
];
const DELETE: &str = "DELETE FROM organization_roles WHERE tenant = ?1 AND id = ?2";
const BY_ID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organization_roles
    WHERE tenant = ? AND id = ?"
);
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organization_roles
    WHERE tenant = ?1 ORDER BY position DESC LIMIT ?2 OFFSET ?3"
);
const COUNT: &str = "SELECT count(*) FROM organization_roles WHERE tenant = ?";
const SEARCH: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organization_roles
    WHERE tenant = ?1 AND instr(searched, ?4) > 0 ORDER BY position DESC LIMIT ?2 OFFSET ?3"
);
const SEARCH_COUNT: &str = "SELECT count(*) FROM organization_roles
    WHERE tenant = ? AND instr(searched, ?) > 0";

impl View for OrganizationRoles {
    const NAME: &'static str = "organization_roles";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("organization_roles.sql");
    const CATEGORIES: &'static [Category] = &[Category::OrganizationRole, Category::Resource];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        let each = |statements: [&str; 2], id: &str| {
            statements.iter().try_for_each(|sql| rows.execute(sql, (tenant, id)).map(drop))
        };
        match &recorded.event {
            Event::OrganizationRole(event) => role_event(event, recorded, rows),
            Event::Resource(ResourceEvent::ScopeCreated { scope, .. }) => {
                rows.execute(ADD_SCOPE, (tenant, scope.as_str(), id)).map(drop)
            }
            Event::Resource(ResourceEvent::ScopeDeleted { scope }) => {
                each(SCOPE_DELETED, scope.as_str())
            }
            Event::Resource(ResourceEvent::ResourceDeleted {}) => each(RESOURCE_DELETED, id),
            _ => Ok(()),
        }
    }
}

fn role_event(
    event: &OrganizationRoleEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    match event {
        OrganizationRoleEvent::OrganizationRoleCreated {
            name,
            description,
            role_type,
            resource_scopes,
        } => {
            let position = integer(recorded.position);
            let searched = searched(id, name, description.as_deref());
            let kind = role_type.as_str();
            let values = (tenant, position, id, name, description, kind, searched);
            rows.execute(INSERT, values)?;
            permit((tenant, id), resource_scopes, rows)
        }
        OrganizationRoleEvent::OrganizationRoleChanged { name, description, role_type } => {
            let searched = searched(id, name, description.as_deref());
            let values = (tenant, id, name, description, role_type.as_str(), searched);
            rows.execute(CHANGE, values).map(drop)
        }
        OrganizationRoleEvent::OrganizationRoleResourceScopesSet { resource_scopes } => {
            permit((tenant, id), resource_scopes, rows)
        }
        OrganizationRoleEvent::OrganizationRoleDeleted {} => {
            rows.execute(PERMIT_NOTHING, (tenant, id))?;
            rows.execute(DELETE, (tenant, id)).map(drop)
        }
    }
}

fn permit(
    (tenant, role): (&str, &str),
    scopes: &[ScopeId],
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    rows.execute(PERMIT_NOTHING, (tenant, role))?;
    (0_i64..).zip(scopes).try_for_each(|(ordinal, scope)| {
        rows.execute(PERMIT, (tenant, role, scope.as_str(), ordinal)).map(drop)
    })
}

fn searched(id: &str, name: &str, description: Option<&str>) -> String {
    [id, name, description.unwrap_or_default()].join(SEPARATOR).to_lowercase()
}

fn role(row: &Row<'_>) -> rusqlite::Result<OrganizationRoleRow> {
    Ok(OrganizationRoleRow {
        id: id(row, 0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        role_type: word(row, 3)?,
        resource_scopes: words(row, 4)?,
    })
}

impl Reader<OrganizationRoles> {
    /// One role.
    pub fn by_id(
        &self,
        tenant: &TenantId,
        id: &OrganizationRoleId,
    ) -> Result<Option<OrganizationRoleRow>, QueryError> {
        self.query(|connection| {
            let key = (tenant.as_str(), id.as_str());
            connection.prepare_cached(BY_ID)?.query_row(key, role).optional()
        })
    }

    /// The roles whose id, name or description contains `q`, whatever the case, newest first, with
    /// their number. An empty `q` lets every role through.
    pub fn page(
        &self,
        tenant: &TenantId,
        q: &str,
        page: Page,
    ) -> Result<Listing<OrganizationRoleRow>, QueryError> {
        let q = q.to_lowercase();
        self.query(|connection| {
            let tenant = tenant.as_str();
            let (limit, offset) = (page.limit(), page.offset());
            if q.is_empty() {
                let mut count = connection.prepare_cached(COUNT)?;
                let total = count.query_row([tenant], |row| natural(row, 0))?;
                let mut statement = connection.prepare_cached(PAGE)?;
                let rows = statement.query_map((tenant, limit, offset), role)?;
                return Ok(Listing { rows: rows.collect::<Result<_, _>>()?, total });
            }
            let mut count = connection.prepare_cached(SEARCH_COUNT)?;
            let total = count.query_row((tenant, &q), |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(SEARCH)?;
            let rows = statement.query_map((tenant, limit, offset, &q), role)?;
            Ok(Listing { rows: rows.collect::<Result<_, _>>()?, total })
        })
    }
}
