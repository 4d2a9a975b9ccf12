//! The scopes of one resource that an application asks for, is listed to ask for, and the person
//! has: by roles of their own, or by roles in organizations.

use events::OrganizationId;
use protocol::{ScopeSet, resource::ORGANIZATIONS_RESOURCE};

use super::Asking;
use crate::{call::Call, oidc::failure::OidcResult};

/// A scope as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScopeLine {
    /// Id in the tenant.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// Names of all scopes of the resource that the grant can hold; `None` if the application is not
/// listed to ask for anything there.
pub(super) fn listed(
    call: &Call,
    asking: &Asking<'_>,
    indicator: &str,
    wanted: &ScopeSet,
) -> OidcResult<Option<Vec<String>>> {
    if indicator != ORGANIZATIONS_RESOURCE && !is_listed(call, asking, indicator)? {
        return Ok(None);
    }
    let mut lines = own(call, asking, indicator, wanted)?;
    lines.extend(inside(call, asking, indicator, wanted, None)?);
    let mut names: Vec<String> = Vec::new();
    for line in lines {
        if !names.contains(&line.name) {
            names.push(line.name);
        }
    }
    Ok(Some(names))
}

fn is_listed(call: &Call, asking: &Asking<'_>, indicator: &str) -> OidcResult<bool> {
    let resources = call.site.resources()?;
    let list = &asking.client.consent_scopes;
    let scopes = resources.get(indicator).map_or(&[][..], |resource| &resource.scopes);
    Ok(scopes.iter().any(|scope| {
        list.resource_scopes.contains(&scope.id)
            || list.organization_resource_scopes.contains(&scope.id)
    }))
}

/// Scopes that the person has by roles of their own.
pub(super) fn own(
    call: &Call,
    asking: &Asking<'_>,
    indicator: &str,
    wanted: &ScopeSet,
) -> OidcResult<Vec<ScopeLine>> {
    let resources = call.site.resources()?;
    let Some(resource) = resources.get(indicator) else { return Ok(Vec::new()) };
    let listed = &asking.client.consent_scopes.resource_scopes;
    let held = call.site.scopes_of_user(asking.user, indicator)?;
    let lines = resource
        .scopes
        .iter()
        .filter(|scope| wanted.contains(&scope.name))
        .filter(|scope| listed.contains(&scope.id) && held.contains(&scope.name))
        .map(|scope| ScopeLine {
            id: scope.id.to_string(),
            name: scope.name.clone(),
            description: scope.description.clone(),
        });
    Ok(lines.collect())
}

/// Scopes that the person has by roles in one organization, or in any.
pub(super) fn inside(
    call: &Call,
    asking: &Asking<'_>,
    indicator: &str,
    wanted: &ScopeSet,
    organization: Option<&OrganizationId>,
) -> OidcResult<Vec<ScopeLine>> {
    let (site, list) = (&call.site, &asking.client.consent_scopes);
    let resources = site.resources()?;
    if indicator == ORGANIZATIONS_RESOURCE {
        let held = match organization {
            Some(organization) => {
                Some(site.organization_scopes_of_user(organization, asking.user)?)
            }
            None => None,
        };
        let lines = resources
            .organization_scopes()
            .iter()
            .filter(|scope| wanted.contains(&scope.name))
            .filter(|scope| list.organization_scopes.contains(&scope.id))
            .filter(|scope| held.as_ref().is_none_or(|held| held.contains(&scope.name)))
            .map(|scope| ScopeLine {
                id: scope.id.to_string(),
                name: scope.name.clone(),
                description: scope.description.clone(),
            });
        return Ok(lines.collect());
    }
    let Some(resource) = resources.get(indicator) else { return Ok(Vec::new()) };
    let held = site.organization_resource_scopes_of_user(organization, asking.user, indicator)?;
    let lines = resource
        .scopes
        .iter()
        .filter(|scope| wanted.contains(&scope.name))
        .filter(|scope| list.organization_resource_scopes.contains(&scope.id))
        .filter(|scope| held.contains(&scope.name))
        .map(|scope| ScopeLine {
            id: scope.id.to_string(),
            name: scope.name.clone(),
            description: scope.description.clone(),
        });
    Ok(lines.collect())
}
