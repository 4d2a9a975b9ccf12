//! What tokens and claims ask about organizations.

use events::{ApplicationId, Member, OrganizationId, UserId};
use projections::{OrganizationRoles, Organizations, QueryError};
use protocol::claims::OrganizationClaim;

use crate::site::Site;

impl Site {
    /// Names of the organization scopes that a user's roles in an organization give them.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn organization_scopes_of_user(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Vec<String>, QueryError> {
        self.organization_scopes(organization, &Member::User(user.clone()))
    }

    /// Names of the organization scopes that an application's roles in an organization give it.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn organization_scopes_of_application(
        &self,
        organization: &OrganizationId,
        application: &ApplicationId,
    ) -> Result<Vec<String>, QueryError> {
        self.organization_scopes(organization, &Member::Application(application.clone()))
    }

    fn organization_scopes(
        &self,
        organization: &OrganizationId,
        member: &Member,
    ) -> Result<Vec<String>, QueryError> {
        let roles = self.app().views.reader::<OrganizationRoles>();
        roles.scopes_of(self.tenant(), organization, member)
    }

    /// Names of the scopes of an API resource that a user's roles inside organizations give them: in
    /// one organization or, without one, in all of the user's organizations.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn organization_resource_scopes_of_user(
        &self,
        organization: Option<&OrganizationId>,
        user: &UserId,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        let roles = self.app().views.reader::<OrganizationRoles>();
        let member = Member::User(user.clone());
        roles.resource_scopes_of(self.tenant(), organization, &member, indicator)
    }

    /// Names of the scopes of an API resource that an application's roles in an organization give
    /// it.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn organization_resource_scopes_of_application(
        &self,
        organization: &OrganizationId,
        application: &ApplicationId,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        let roles = self.app().views.reader::<OrganizationRoles>();
        let member = Member::Application(application.clone());
        roles.resource_scopes_of(self.tenant(), Some(organization), &member, indicator)
    }

    /// The organizations that a user belongs to, in the order of joining.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn organizations_of_user(
        &self,
        user: &UserId,
    ) -> Result<Vec<OrganizationClaim>, QueryError> {
        let found =
            self.app().views.reader::<Organizations>().names_of_user(self.tenant(), user)?;
        let claim = |(id, name, description): (OrganizationId, _, _)| OrganizationClaim {
            id: id.into(),
            name,
            description,
        };
        Ok(found.into_iter().map(claim).collect())
    }

    /// The roles that a user holds inside organizations, as `<organization id>:<role name>`.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn organization_roles_of_user(&self, user: &UserId) -> Result<Vec<String>, QueryError> {
        let member = Member::User(user.clone());
        let roles = self.app().views.reader::<OrganizationRoles>();
        let found = roles.held_by(self.tenant(), &member)?;
        Ok(found.iter().map(|(organization, _, role)| format!("{organization}:{role}")).collect())
    }
}
