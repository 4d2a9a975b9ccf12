//! Organizations and who belongs to them.

mod query;

use events::{
    ApplicationEvent, Category, Event, MembershipEvent, MembershipId, OrganizationChange,
    OrganizationEvent, OrganizationId, OrganizationSettings, Recorded, UserEvent, UserId,
};
use serde_json::{Map, Value};

use crate::{
    Rows, View, ViewError,
    column::{integer, to_json},
    organization_roles::member_key,
};

/// Organizations and who belongs to them.
pub struct Organizations;

/// One organization.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationRow {
    /// Id in the tenant.
    pub id: OrganizationId,
    /// Name shown to people.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Whatever the administrator keeps with the organization.
    pub custom_data: Map<String, Value>,
    /// Whether members without a second factor get no organization token.
    pub is_mfa_required: bool,
    /// Colours of its sign-in pages.
    pub color: Map<String, Value>,
    /// Logos of its sign-in pages.
    pub branding: Map<String, Value>,
    /// Style sheet of its sign-in pages.
    pub custom_css: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// How many users belong to it.
    pub users_count: u64,
    /// At most three users who joined last.
    pub featured_users: Vec<UserId>,
}

/// Stands between searched texts; nobody types it.
const SEPARATOR: &str = "\u{1f}";
const USER: &str = "user";
const APPLICATION: &str = "application";

const INSERT: &str = "INSERT INTO organizations
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12) ON CONFLICT DO NOTHING";
const COUNT_UP: &str = "INSERT INTO organization_counts VALUES (?1, 1)
    ON CONFLICT DO UPDATE SET organizations = organizations + 1";
const COUNT_DOWN: &str = "UPDATE organization_counts SET organizations = organizations - 1
    WHERE tenant = ?1";
const SET_NAME: &str = "UPDATE organizations SET name = ?3, searched = ?4
    WHERE tenant = ?1 AND id = ?2";
const SET_DESCRIPTION: &str = "UPDATE organizations SET description = ?3
    WHERE tenant = ?1 AND id = ?2";
const SET_CUSTOM_DATA: &str = "UPDATE organizations SET custom_data = ?3
    WHERE tenant = ?1 AND id = ?2";
const SET_MFA: &str = "UPDATE organizations SET is_mfa_required = ?3 WHERE tenant = ?1 AND id = ?2";
const SET_COLOR: &str = "UPDATE organizations SET color = ?3 WHERE tenant = ?1 AND id = ?2";
const SET_BRANDING: &str = "UPDATE organizations SET branding = ?3 WHERE tenant = ?1 AND id = ?2";
const SET_CSS: &str = "UPDATE organizations SET custom_css = ?3 WHERE tenant = ?1 AND id = ?2";
const DELETE: &str = "DELETE FROM organizations WHERE tenant = ?1 AND id = ?2";
const DELETE_MEMBERS: &str = "DELETE FROM members
    WHERE tenant = ?1 AND kind = ?2 AND organization_id = ?3";
const JOIN: &str = "INSERT INTO members VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const LEAVE: &str = "DELETE FROM members
    WHERE tenant = ?1 AND kind = ?2 AND organization_id = ?3 AND member_id = ?4";
const COUNT_USERS: &str = "UPDATE organizations SET users_count = users_count + ?3
    WHERE tenant = ?1 AND id = ?2";
const USER_LEAVES_ALL: &str = "UPDATE organizations SET users_count = users_count - 1
    WHERE tenant = ?1 AND id IN (SELECT organization_id FROM members
        WHERE tenant = ?1 AND kind = 'user' AND member_id = ?2)";
const LEAVE_ALL: &str = "DELETE FROM members WHERE tenant = ?1 AND kind = ?2 AND member_id = ?3";

impl View for Organizations {
    const NAME: &'static str = "organizations";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("organizations.sql");
    const CATEGORIES: &'static [Category] =
        &[Category::Organization, Category::Membership, Category::User, Category::Application];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
        match &recorded.event {
            Event::Organization(event) => organization_event(event, recorded, rows),
            Event::Membership(event) => membership_event(event, recorded, rows),
            Event::User(UserEvent::UserDeleted {}) => {
                rows.execute(USER_LEAVES_ALL, (tenant, id))?;
                rows.execute(LEAVE_ALL, (tenant, USER, id)).map(drop)
            }
            Event::Application(ApplicationEvent::ApplicationDeleted {}) => {
                rows.execute(LEAVE_ALL, (tenant, APPLICATION, id)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn searched(id: &str, name: &str) -> String {
    [id, name].join(SEPARATOR).to_lowercase()
}

fn organization_event(
    event: &OrganizationEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    match event {
        OrganizationEvent::OrganizationCreated { settings } => created(settings, recorded, rows),
        OrganizationEvent::OrganizationChanged { change } => changed(change, (tenant, id), rows),
        OrganizationEvent::OrganizationDeleted {} => {
            for kind in [USER, APPLICATION] {
                rows.execute(DELETE_MEMBERS, (tenant, kind, id))?;
            }
            if rows.execute(DELETE, (tenant, id))? > 0 {
                rows.execute(COUNT_DOWN, (tenant,))?;
            }
            Ok(())
        }
    }
}

fn created(
    settings: &OrganizationSettings,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let (tenant, id) = (recorded.tenant.as_str(), recorded.stream.id());
    let inserted = rows.execute(
        INSERT,
        rusqlite::params![
            tenant,
            integer(recorded.position),
            id,
            settings.name,
            settings.description,
            to_json(&settings.custom_data)?,
            settings.is_mfa_required,
            to_json(&settings.color)?,
            to_json(&settings.branding)?,
            settings.custom_css,
            recorded.time.0,
            searched(id, &settings.name),
        ],
    )?;
    if inserted > 0 {
        rows.execute(COUNT_UP, (tenant,))?;
    }
    Ok(())
}

fn changed(
    change: &OrganizationChange,
    (tenant, id): (&str, &str),
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    if let Some(name) = &change.name {
        rows.execute(SET_NAME, (tenant, id, name, searched(id, name)))?;
    }
    if let Some(description) = &change.description {
        rows.execute(SET_DESCRIPTION, (tenant, id, description))?;
    }
    if let Some(custom_data) = &change.custom_data {
        rows.execute(SET_CUSTOM_DATA, (tenant, id, to_json(custom_data)?))?;
    }
    if let Some(is_required) = &change.is_mfa_required {
        rows.execute(SET_MFA, (tenant, id, is_required))?;
    }
    if let Some(color) = &change.color {
        rows.execute(SET_COLOR, (tenant, id, to_json(color)?))?;
    }
    if let Some(branding) = &change.branding {
        rows.execute(SET_BRANDING, (tenant, id, to_json(branding)?))?;
    }
    if let Some(css) = &change.custom_css {
        rows.execute(SET_CSS, (tenant, id, css))?;
    }
    Ok(())
}

fn membership_event(
    event: &MembershipEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let Ok(id) = recorded.stream.id().parse::<MembershipId>() else { return Ok(()) };
    let (tenant, organization) = (recorded.tenant.as_str(), id.organization().as_str());
    let (kind, member) = member_key(id.member());
    let (moved, difference) = match event {
        MembershipEvent::MembershipStarted { .. } => {
            let position = integer(recorded.position);
            (rows.execute(JOIN, (tenant, kind, organization, member, position))?, 1)
        }
        MembershipEvent::MembershipEnded { .. } => {
            (rows.execute(LEAVE, (tenant, kind, organization, member))?, -1)
        }
        MembershipEvent::MembershipRolesAssigned { .. }
        | MembershipEvent::MembershipRolesUnassigned { .. } => (0, 0),
    };
    if moved > 0 && kind == USER {
        rows.execute(COUNT_USERS, (tenant, organization, difference))?;
    }
    Ok(())
}
