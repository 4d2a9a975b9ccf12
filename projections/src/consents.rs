//! Which third-party applications users let into which of their organizations.

use events::{
    ApplicationEvent, ApplicationId, Category, ConsentEvent, Event, OrganizationEvent,
    OrganizationId, Recorded, TenantId, UserEvent, UserId,
};

use crate::{
    QueryError, Reader, Rows, View, ViewError,
    column::{id, integer},
};

/// Which third-party applications users let into which of their organizations.
pub struct Consents;

const GRANT: &str = "INSERT INTO consent_organizations VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO NOTHING";
const WITHDRAW: &str = "DELETE FROM consent_organizations
    WHERE tenant = ?1 AND user_id = ?2 AND organization_id = ?3 AND application_id = ?4";
const WITHDRAW_ALL: &str = "DELETE FROM consent_organizations
    WHERE tenant = ?1 AND application_id = ?2 AND user_id = ?3";
const USER_DELETED: &str = "DELETE FROM consent_organizations WHERE tenant = ?1 AND user_id = ?2";
const APPLICATION_DELETED: &str =
    "DELETE FROM consent_organizations WHERE tenant = ?1 AND application_id = ?2";
const ORGANIZATION_DELETED: &str =
    "DELETE FROM consent_organizations WHERE tenant = ?1 AND organization_id = ?2";
const APPLICATIONS: &str = "SELECT application_id FROM consent_organizations
    WHERE tenant = ? AND user_id = ? AND organization_id = ? ORDER BY application_id";
const ORGANIZATIONS: &str = "SELECT organization_id FROM consent_organizations
    WHERE tenant = ? AND application_id = ? AND user_id = ? ORDER BY position, organization_id";

impl View for Consents {
    const NAME: &'static str = "consents";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("consents.sql");
    const CATEGORIES: &'static [Category] =
        &[Category::Application, Category::Consent, Category::Organization, Category::User];

    #[expect(clippy::wildcard_enum_match_arm, reason = "few of many events concern the view")]
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let key = (recorded.tenant.as_str(), recorded.stream.id());
        match &recorded.event {
            Event::Consent(event) => consent_event(event, recorded, rows),
            Event::User(UserEvent::UserDeleted {}) => rows.execute(USER_DELETED, key).map(drop),
            Event::Application(ApplicationEvent::ApplicationDeleted {}) => {
                rows.execute(APPLICATION_DELETED, key).map(drop)
            }
            Event::Organization(OrganizationEvent::OrganizationDeleted {}) => {
                rows.execute(ORGANIZATION_DELETED, key).map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn consent_event(
    event: &ConsentEvent,
    recorded: &Recorded,
    rows: &Rows<'_>,
) -> Result<(), ViewError> {
    let tenant = recorded.tenant.as_str();
    let (user, application) = recorded.stream.id().split_once('~').unwrap_or_default();
    match event {
        ConsentEvent::ConsentGiven { .. } => Ok(()),
        ConsentEvent::ConsentOrganizationsGranted { organizations } => {
            organizations.iter().try_for_each(|organization| {
                let position = integer(recorded.position);
                let row = (tenant, user, organization.as_str(), application, position);
                rows.execute(GRANT, row).map(drop)
            })
        }
        ConsentEvent::ConsentOrganizationsWithdrawn { organizations } => {
            organizations.iter().try_for_each(|organization| {
                let key = (tenant, user, organization.as_str(), application);
                rows.execute(WITHDRAW, key).map(drop)
            })
        }
        ConsentEvent::ConsentWithdrawn {} => {
            rows.execute(WITHDRAW_ALL, (tenant, application, user)).map(drop)
        }
    }
}

impl Reader<Consents> {
    /// The applications that a user let into an organization.
    pub fn applications(
        &self,
        tenant: &TenantId,
        user: &UserId,
        organization: &OrganizationId,
    ) -> Result<Vec<ApplicationId>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(APPLICATIONS)?;
            let key = (tenant.as_str(), user.as_str(), organization.as_str());
            statement.query_map(key, |row| id(row, 0))?.collect()
        })
    }

    /// The organizations that a user let an application into, in the order it happened.
    pub fn organizations(
        &self,
        tenant: &TenantId,
        application: &ApplicationId,
        user: &UserId,
    ) -> Result<Vec<OrganizationId>, QueryError> {
        self.query(|connection| {
            let mut statement = connection.prepare_cached(ORGANIZATIONS)?;
            let key = (tenant.as_str(), application.as_str(), user.as_str());
            statement.query_map(key, |row| id(row, 0))?.collect()
        })
    }
}
