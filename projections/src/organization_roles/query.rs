//! What can be asked about roles inside organizations.

use events::{Member, OrganizationId, OrganizationRoleId, OrganizationScopeId, TenantId};
use rusqlite::{OptionalExtension as _, Row};

use super::{MemberRoleRow, OrganizationRoleRow, OrganizationRoles, member_key};
use crate::{
    Listing, Page, QueryError, Reader,
    column::{id, natural, word, words},
};

macro_rules! columns {
    () => {
        "r.id, r.name, r.description, r.type, (SELECT group_concat(scope_id, ' ') FROM
            (SELECT scope_id FROM permitted p WHERE p.tenant = r.tenant AND p.role_id = r.id
                AND p.kind = 'organization' ORDER BY position, ordinal)),
        (SELECT group_concat(scope_id, ' ') FROM
            (SELECT scope_id FROM permitted p WHERE p.tenant = r.tenant AND p.role_id = r.id
                AND p.kind = 'resource' ORDER BY position, ordinal))"
    };
}

const BY_ID: &str =
    concat!("SELECT ", columns!(), " FROM organization_roles r WHERE r.tenant = ? AND r.id = ?");
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organization_roles r WHERE r.tenant = ?1 ORDER BY position DESC LIMIT ?2 OFFSET ?3"
);
const COUNT: &str = "SELECT count(*) FROM organization_roles WHERE tenant = ?";
const SEARCH: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organization_roles r WHERE r.tenant = ?1 AND instr(searched, ?4) > 0
    ORDER BY position DESC LIMIT ?2 OFFSET ?3"
);
const SEARCH_COUNT: &str = "SELECT count(*) FROM organization_roles
    WHERE tenant = ? AND instr(searched, ?) > 0";
const OF_MEMBER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM holders h
    CROSS JOIN organization_roles r ON r.tenant = h.tenant AND r.id = h.role_id
    WHERE h.tenant = ?1 AND h.kind = ?2 AND h.member_id = ?3 AND h.organization_id = ?4
    ORDER BY r.name, r.id"
);
const OF_MEMBERS: &str = "SELECT h.member_id, r.id, r.name FROM json_each(?4) m
    CROSS JOIN holders h ON h.tenant = ?1 AND h.kind = ?2 AND h.member_id = m.value
        AND h.organization_id = ?3
    CROSS JOIN organization_roles r ON r.tenant = h.tenant AND r.id = h.role_id
    ORDER BY r.name, r.id";
const HELD_BY: &str = "SELECT h.organization_id, r.id, r.name FROM holders h
    CROSS JOIN organization_roles r ON r.tenant = h.tenant AND r.id = h.role_id
    WHERE h.tenant = ?1 AND h.kind = ?2 AND h.member_id = ?3
    ORDER BY h.organization_id, r.name, r.id";
const SCOPE_IDS: &str = "SELECT s.id FROM holders h
    CROSS JOIN permitted p ON p.tenant = h.tenant AND p.role_id = h.role_id
        AND p.kind = 'organization'
    CROSS JOIN organization_scopes s ON s.tenant = p.tenant AND s.id = p.scope_id
    WHERE h.tenant = ?1 AND h.kind = ?2 AND h.member_id = ?3 AND h.organization_id = ?4
    GROUP BY s.id ORDER BY s.name";
const SCOPES: &str = "SELECT DISTINCT s.name FROM holders h
    CROSS JOIN permitted p ON p.tenant = h.tenant AND p.role_id = h.role_id
        AND p.kind = 'organization'
    CROSS JOIN organization_scopes s ON s.tenant = p.tenant AND s.id = p.scope_id
    WHERE h.tenant = ?1 AND h.kind = ?2 AND h.member_id = ?3 AND h.organization_id = ?4
    ORDER BY s.name";
macro_rules! resource_scopes {
    ($where:literal) => {
        concat!(
            "SELECT DISTINCT s.name FROM holders h
            CROSS JOIN permitted p ON p.tenant = h.tenant AND p.role_id = h.role_id
                AND p.kind = 'resource'
            CROSS JOIN scopes s ON s.tenant = p.tenant AND s.id = p.scope_id
            WHERE h.tenant = ?1 AND h.kind = ?2 AND h.member_id = ?3 AND s.resource_id =
                (SELECT id FROM resources WHERE tenant = ?1 AND indicator = ?4)",
            $where,
            " ORDER BY s.name"
        )
    };
}
const RESOURCE_SCOPES: &str = resource_scopes!("");
const RESOURCE_SCOPES_IN: &str = resource_scopes!(" AND h.organization_id = ?5");

fn role(row: &Row<'_>) -> rusqlite::Result<OrganizationRoleRow> {
    Ok(OrganizationRoleRow {
        id: id(row, 0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        role_type: word(row, 3)?,
        scopes: words(row, 4)?,
        resource_scopes: words(row, 5)?,
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

    /// The roles that a member holds in an organization, by name.
    pub fn of_member(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
        member: &Member,
    ) -> Result<Vec<OrganizationRoleRow>, QueryError> {
        let (kind, member) = member_key(member);
        self.query(|connection| {
            let mut statement = connection.prepare_cached(OF_MEMBER)?;
            let values = (tenant.as_str(), kind, member, organization.as_str());
            statement.query_map(values, role)?.collect()
        })
    }

    /// The roles that some members of one kind hold in an organization, by name.
    pub fn of_members(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
        members: &[Member],
    ) -> Result<Vec<MemberRoleRow>, QueryError> {
        let Some(kind) = members.first().map(|first| member_key(first).0) else {
            return Ok(Vec::new());
        };
        // An id holds nothing that JSON would escape.
        let ids: Vec<&str> = members.iter().map(|member| member_key(member).1).collect();
        let ids = ["[\"", &ids.join("\",\""), "\"]"].concat();
        self.query(|connection| {
            let mut statement = connection.prepare_cached(OF_MEMBERS)?;
            let values = (tenant.as_str(), kind, organization.as_str(), &ids);
            let row = |row: &Row<'_>| {
                Ok(MemberRoleRow { member_id: row.get(0)?, id: id(row, 1)?, name: row.get(2)? })
            };
            statement.query_map(values, row)?.collect()
        })
    }

    /// Every role that a member holds, with its organization and name, by organization and name.
    pub fn held_by(
        &self,
        tenant: &TenantId,
        member: &Member,
    ) -> Result<Vec<(OrganizationId, OrganizationRoleId, String)>, QueryError> {
        let (kind, member) = member_key(member);
        self.query(|connection| {
            let mut statement = connection.prepare_cached(HELD_BY)?;
            let row = |row: &Row<'_>| Ok((id(row, 0)?, id(row, 1)?, row.get(2)?));
            statement.query_map((tenant.as_str(), kind, member), row)?.collect()
        })
    }

    /// Ids of the organization scopes that a member's roles in an organization permit, by name.
    pub fn scope_ids_of(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
        member: &Member,
    ) -> Result<Vec<OrganizationScopeId>, QueryError> {
        let (kind, member) = member_key(member);
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SCOPE_IDS)?;
            let values = (tenant.as_str(), kind, member, organization.as_str());
            statement.query_map(values, |row| id(row, 0))?.collect()
        })
    }

    /// Names of the organization scopes that a member's roles in an organization permit, by name.
    pub fn scopes_of(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
        member: &Member,
    ) -> Result<Vec<String>, QueryError> {
        let (kind, member) = member_key(member);
        self.query(|connection| {
            let mut statement = connection.prepare_cached(SCOPES)?;
            let values = (tenant.as_str(), kind, member, organization.as_str());
            statement.query_map(values, |row| row.get(0))?.collect()
        })
    }

    /// Names of the scopes of an API resource that a member's roles permit, in one organization or,
    /// without one, in all of the member's organizations; by name.
    pub fn resource_scopes_of(
        &self,
        tenant: &TenantId,
        organization: Option<&OrganizationId>,
        member: &Member,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        let (kind, member) = member_key(member);
        let tenant = tenant.as_str();
        self.query(|connection| match organization {
            Some(organization) => {
                let mut statement = connection.prepare_cached(RESOURCE_SCOPES_IN)?;
                let values = (tenant, kind, member, indicator, organization.as_str());
                statement.query_map(values, |row| row.get(0))?.collect()
            }
            None => {
                let mut statement = connection.prepare_cached(RESOURCE_SCOPES)?;
                let values = (tenant, kind, member, indicator);
                statement.query_map(values, |row| row.get(0))?.collect()
            }
        })
    }
}
