//! What a person is asked for: what they did not say yes to before, or everything if the application
//! insists on the question.

use domain::{Consent, ConsentState};
use events::OrganizationId;
use protocol::{
    ScopeSet,
    authorization_request::Prompt,
    resource::ORGANIZATIONS_RESOURCE,
    scope::{OFFLINE_ACCESS, OPENID, ORGANIZATIONS},
};

use super::{
    Asking,
    asked::{self, ScopeLine},
};
use crate::{call::Call, oidc::failure::OidcResult};

/// What a person is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Missing {
    /// Scopes of OpenID Connect, without `openid`.
    pub scope: Vec<String>,
    /// API resources with scopes that the person has by roles of their own.
    pub resources: Vec<MissingResource>,
    /// The person's organizations, if the application asks for organizations.
    pub organizations: Vec<MissingOrganization>,
}

/// What is asked for at one API resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MissingResource {
    /// Id in the tenant.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Audience of its tokens.
    pub indicator: String,
    /// Its scopes.
    pub scopes: Vec<ScopeLine>,
}

/// An organization that the person can let the application into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MissingOrganization {
    /// Id in the tenant.
    pub id: String,
    /// Its name.
    pub name: String,
    /// API resources with scopes that the person has by roles in it.
    pub resources: Vec<MissingResource>,
}

/// What the person is asked for.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn missing(call: &Call, asking: &Asking<'_>) -> OidcResult<Missing> {
    let log = &call.site.app().log;
    let consent = log.load::<Consent>(call.site.tenant(), &asking.id()?).await?.state;
    let is_everything = asking.request.prompts.has(Prompt::Consent);
    let none = ConsentState::default();
    let said = if is_everything { &none } else { &*consent };
    let wanted = asking.request.scope.resource_part();
    let scope = asking.request.scope.oidc_part();
    let mut scope: Vec<String> = scope
        .iter()
        .filter(|name| *name != OPENID && !said.scope().contains(*name))
        .map(str::to_owned)
        .collect();
    // What is seen comes before how long.
    scope.sort_by_key(|name| name == OFFLINE_ACCESS);
    let mut resources = Vec::new();
    for indicator in &asking.request.resources {
        let lines = if indicator == ORGANIZATIONS_RESOURCE {
            asked::inside(call, asking, indicator, &wanted, None)?
        } else {
            asked::own(call, asking, indicator, &wanted)?
        };
        resources.extend(resource(call, said, indicator, lines)?);
    }
    let mut organizations = Vec::new();
    if scope.iter().any(|name| name == ORGANIZATIONS) {
        for held in call.site.organizations_of_user(asking.user)? {
            organizations.extend(organization(call, asking, said, &wanted, (held.id, held.name))?);
        }
    }
    Ok(Missing { scope, resources, organizations })
}

impl Missing {
    /// The scopes of OpenID Connect as the API tells them: without `offline_access`.
    pub(crate) fn claims_scope(&self) -> impl Iterator<Item = &String> {
        self.scope.iter().filter(|name| *name != OFFLINE_ACCESS)
    }
}

fn organization(
    call: &Call,
    asking: &Asking<'_>,
    said: &ConsentState,
    wanted: &ScopeSet,
    (id, name): (String, String),
) -> OidcResult<Option<MissingOrganization>> {
    let Ok(parsed) = id.parse::<OrganizationId>() else { return Ok(None) };
    let mut resources = Vec::new();
    for indicator in &asking.request.resources {
        let lines = asked::inside(call, asking, indicator, wanted, Some(&parsed))?;
        resources.extend(resource(call, said, indicator, lines)?);
    }
    Ok(Some(MissingOrganization { id, name, resources }))
}

/// The resource with what is missing of it; `None` if nothing is.
fn resource(
    call: &Call,
    said: &ConsentState,
    indicator: &str,
    mut lines: Vec<ScopeLine>,
) -> OidcResult<Option<MissingResource>> {
    if let Some(held) = said.resources().get(indicator) {
        lines.retain(|line| !held.contains(&line.name));
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let known = call.site.resources()?;
    // The reserved resource of organizations is called by its indicator.
    let (id, name) = known.get(indicator).map_or_else(
        || (indicator.to_owned(), indicator.to_owned()),
        |resource| (resource.id.to_string(), resource.name.clone()),
    );
    Ok(Some(MissingResource { id, name, indicator: indicator.to_owned(), scopes: lines }))
}
