//! What can be asked about organizations.

use std::str::FromStr;

use events::{ApplicationId, IdError, Member, OrganizationId, TenantId, UserId};
use rusqlite::{OptionalExtension as _, Row};

use super::{APPLICATION, OrganizationRow, Organizations, USER};
use crate::{
    Listing, Page, QueryError, Reader,
    column::{id, json, natural, words},
    organization_roles::member_key,
};

macro_rules! columns {
    () => {
        "o.id, o.name, o.description, o.custom_data, o.is_mfa_required, o.color, o.branding,
        o.custom_css, o.created_at, o.users_count,
        (SELECT group_concat(member_id, ' ') FROM (SELECT member_id FROM members f
            WHERE f.tenant = o.tenant AND f.kind = 'user' AND f.organization_id = o.id
            ORDER BY f.position DESC LIMIT 3))"
    };
}

const BY_ID: &str =
    concat!("SELECT ", columns!(), " FROM organizations o WHERE o.tenant = ? AND o.id = ?");
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organizations o WHERE o.tenant = ?1 ORDER BY o.position DESC LIMIT ?2 OFFSET ?3"
);
const COUNT: &str = "SELECT organizations FROM organization_counts WHERE tenant = ?";
const SEARCH: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organizations o WHERE o.tenant = ?1 AND instr(o.searched, ?4) > 0
    ORDER BY o.position DESC LIMIT ?2 OFFSET ?3"
);
const SEARCH_COUNT: &str = "SELECT count(*) FROM organizations
    WHERE tenant = ? AND instr(searched, ?) > 0";
const OF_MEMBER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM members m
    CROSS JOIN organizations o ON o.tenant = m.tenant AND o.id = m.organization_id
    WHERE m.tenant = ?1 AND m.kind = ?2 AND m.member_id = ?3
    ORDER BY m.position LIMIT ?4 OFFSET ?5"
);
const OF_MEMBER_COUNT: &str = "SELECT count(*) FROM members
    WHERE tenant = ? AND kind = ? AND member_id = ?";
const NAMES_OF_USER: &str = "SELECT o.id, o.name, o.description FROM members m
    CROSS JOIN organizations o ON o.tenant = m.tenant AND o.id = m.organization_id
    WHERE m.tenant = ?1 AND m.kind = 'user' AND m.member_id = ?2 ORDER BY m.position";
const IS_MEMBER: &str = "SELECT EXISTS (SELECT 1 FROM members
    WHERE tenant = ? AND kind = ? AND organization_id = ? AND member_id = ?)";
const MEMBERS: &str = "SELECT member_id FROM members
    WHERE tenant = ? AND kind = ? AND organization_id = ? ORDER BY position DESC";

fn organization(row: &Row<'_>) -> rusqlite::Result<OrganizationRow> {
    Ok(OrganizationRow {
        id: id(row, 0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        custom_data: json(row, 3)?,
        is_mfa_required: row.get(4)?,
        color: json(row, 5)?,
        branding: json(row, 6)?,
        custom_css: row.get(7)?,
        created_at: row.get(8)?,
        users_count: natural(row, 9)?,
        featured_users: words(row, 10)?,
    })
}

impl Reader<Organizations> {
    /// One organization.
    pub fn by_id(
        &self,
        tenant: &TenantId,
        id: &OrganizationId,
    ) -> Result<Option<OrganizationRow>, QueryError> {
        self.query(|connection| {
            let key = (tenant.as_str(), id.as_str());
            connection.prepare_cached(BY_ID)?.query_row(key, organization).optional()
        })
    }

    /// The organizations whose id or name contains `q`, whatever the case, newest first, with their
    /// number. An empty `q` lets every organization through.
    pub fn page(
        &self,
        tenant: &TenantId,
        q: &str,
        page: Page,
    ) -> Result<Listing<OrganizationRow>, QueryError> {
        let q = q.to_lowercase();
        let tenant = tenant.as_str();
        let (limit, offset) = (page.limit(), page.offset());
        self.query(|connection| {
            if q.is_empty() {
                let mut count = connection.prepare_cached(COUNT)?;
                let total = count.query_row([tenant], |row| natural(row, 0)).optional()?;
                let mut statement = connection.prepare_cached(PAGE)?;
                let rows = statement.query_map((tenant, limit, offset), organization)?;
                let rows = rows.collect::<Result<_, _>>()?;
                return Ok(Listing { rows, total: total.unwrap_or_default() });
            }
            let mut count = connection.prepare_cached(SEARCH_COUNT)?;
            let total = count.query_row((tenant, &q), |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(SEARCH)?;
            let rows = statement.query_map((tenant, limit, offset, &q), organization)?;
            Ok(Listing { rows: rows.collect::<Result<_, _>>()?, total })
        })
    }

    /// A page of the organizations that a member belongs to, in the order of joining, with their
    /// number.
    pub fn of_member(
        &self,
        tenant: &TenantId,
        member: &Member,
        page: Page,
    ) -> Result<Listing<OrganizationRow>, QueryError> {
        let (kind, member) = member_key(member);
        let tenant = tenant.as_str();
        self.query(|connection| {
            let mut count = connection.prepare_cached(OF_MEMBER_COUNT)?;
            let total = count.query_row((tenant, kind, member), |row| natural(row, 0))?;
            let mut statement = connection.prepare_cached(OF_MEMBER)?;
            let values = (tenant, kind, member, page.limit(), page.offset());
            let rows = statement.query_map(values, organization)?;
            Ok(Listing { rows: rows.collect::<Result<_, _>>()?, total })
        })
    }

    /// Id, name and description of every organization that a user belongs to, in the order of
    /// joining.
    pub fn names_of_user(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<(OrganizationId, String, Option<String>)>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(NAMES_OF_USER)?;
            let row = |row: &Row<'_>| Ok((id(row, 0)?, row.get(1)?, row.get(2)?));
            statement.query_map((tenant.as_str(), user.as_str()), row)?.collect()
        })
    }

    /// Whether somebody belongs to an organization.
    pub fn is_member(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
        member: &Member,
    ) -> Result<bool, QueryError> {
        let (kind, member) = member_key(member);
        self.query(|connection| {
            let values = (tenant.as_str(), kind, organization.as_str(), member);
            connection.prepare_cached(IS_MEMBER)?.query_row(values, |row| row.get(0))
        })
    }

    fn members<T: FromStr<Err = IdError>>(
        &self,
        tenant: &TenantId,
        kind: &str,
        organization: &OrganizationId,
    ) -> Result<Vec<T>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(MEMBERS)?;
            let values = (tenant.as_str(), kind, organization.as_str());
            statement.query_map(values, |row| id(row, 0))?.collect()
        })
    }

    /// Every user who belongs to an organization, newest first.
    pub fn users(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
    ) -> Result<Vec<UserId>, QueryError> {
        self.members(tenant, USER, organization)
    }

    /// Every application that belongs to an organization, newest first.
    pub fn applications(
        &self,
        tenant: &TenantId,
        organization: &OrganizationId,
    ) -> Result<Vec<ApplicationId>, QueryError> {
        self.members(tenant, APPLICATION, organization)
    }
}
