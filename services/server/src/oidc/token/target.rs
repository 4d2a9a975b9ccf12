//! What an access token of a user is for, and what it permits there now: the scopes of a request cut
//! to the grant, to what the user's roles give at this moment and, where somebody else runs the
//! application, to what it may ask for and the user let it have (contract: oidc §5, §6 and §8).

use std::collections::{BTreeMap, BTreeSet};

use domain::{Client, GrantState};
use events::{ConsentScopes, OrganizationId, ScopeId, UserId};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    error::ErrorKind,
    resource::{ORGANIZATION_AUDIENCE_PREFIX, ORGANIZATIONS_RESOURCE},
    scope::{OFFLINE_ACCESS, OPENID, ORGANIZATIONS},
    ttl::ACCESS_TOKEN_TTL_SECONDS,
};

use crate::{
    call::Call,
    oidc::{failure::OidcResult, token::gate::ThirdParty},
    resources::ApiResource,
    site::Site,
};

/// What an access token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// `/oidc/me`: text that means nothing to its holder.
    Opaque,
    /// An API resource by indicator.
    Resource(String),
    /// An organization itself.
    Organization(OrganizationId),
    /// An API resource by indicator, inside an organization.
    Inside(String, OrganizationId),
}

/// What a request names.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    /// Indicator of an API resource.
    pub resource: Option<String>,
    /// Id of an organization.
    pub organization: Option<String>,
}

impl Target {
    /// The target of a request that names this. A request that names nothing means the default
    /// resource of the tenant, unless the grant was made without it.
    ///
    /// # Errors
    /// 403 `access_denied` for what cannot be the id of an organization: nobody is a member of it.
    pub(super) fn read(call: &Call, named: Named, grant: Option<&GrantState>) -> OidcResult<Self> {
        let organization = named.organization.map(|text| text.parse()).transpose();
        let organization = organization.map_err(|_| {
            let description = "user is not a member of the organization";
            OAuthError::new(ErrorKind::AccessDenied, description).with_status(403)
        })?;
        Ok(match (named.resource, organization) {
            (Some(indicator), Some(organization)) => Self::Inside(indicator, organization),
            (None, Some(organization)) => Self::Organization(organization),
            (Some(indicator), None) => Self::Resource(indicator),
            (None, None) => {
                let resources = call.site.resources()?;
                let default = resources.default().filter(|default| {
                    grant.is_none_or(|grant| {
                        grant.resources().is_some_and(|held| held.contains_key(&default.indicator))
                    })
                });
                default.map_or(Self::Opaque, |default| Self::Resource(default.indicator.clone()))
            }
        })
    }

    /// The organization in which the token counts.
    pub(super) fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Organization(organization) | Self::Inside(_, organization) => Some(organization),
            Self::Opaque | Self::Resource(_) => None,
        }
    }

    /// A refresh token is good for organizations only if its scope says so.
    ///
    /// # Errors
    /// 403 `insufficient_scope`
    pub(super) fn check_scope(&self, granted: &ScopeSet) -> OidcResult<()> {
        if self.organization().is_none() || granted.contains(ORGANIZATIONS) {
            return Ok(());
        }
        let description = "refresh token missing required scope";
        let error = OAuthError::new(ErrorKind::InsufficientScope, description);
        Err(OAuthError { scope: Some(ORGANIZATIONS.to_owned()), ..error }.into())
    }
}

/// Who asks for what.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The client.
    pub client: &'a ClientMetadata,
    /// For whom the token speaks.
    pub user: &'a UserId,
    /// Scopes asked for.
    pub scope: &'a ScopeSet,
    /// What was granted, resource by resource; none = nothing but the user's rights bounds it.
    pub granted: Option<&'a BTreeMap<String, Vec<String>>>,
    /// What the token is for.
    pub target: &'a Target,
    /// What bounds an application that somebody else runs.
    pub third_party: Option<&'a ThirdParty>,
}

/// What a token is for and permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Permitted {
    /// Audience of a JWT; none = an opaque token.
    pub audience: Option<String>,
    /// What it permits.
    pub scope: ScopeSet,
    /// Lifetime.
    pub ttl_seconds: i64,
}

/// What a token for the target permits now.
///
/// # Errors
/// `invalid_target` for a resource that nobody registered or the grant does not hold.
pub(super) fn permitted(site: &Site, asked: &Asked<'_>) -> OidcResult<Permitted> {
    match asked.target {
        Target::Opaque => Ok(Permitted {
            audience: None,
            scope: oidc_scope(asked),
            ttl_seconds: ACCESS_TOKEN_TTL_SECONDS,
        }),
        Target::Resource(indicator) => resource(site, asked, indicator),
        Target::Inside(indicator, _) => resource(site, asked, indicator),
        Target::Organization(organization) => Ok(Permitted {
            audience: Some(format!("{ORGANIZATION_AUDIENCE_PREFIX}{organization}")),
            scope: organization_scope(site, asked, organization)?,
            ttl_seconds: ACCESS_TOKEN_TTL_SECONDS,
        }),
    }
}

/// Scopes of OpenID Connect that the application may have for the user now.
pub(super) fn oidc_scope(asked: &Asked<'_>) -> ScopeSet {
    let scope = asked.scope.oidc_part();
    let Some(third_party) = asked.third_party else { return scope };
    let allowed = asked.client.allowed_scopes.as_ref();
    scope.filtered(|name| {
        let is_always = name == OPENID || name == OFFLINE_ACCESS;
        let is_listed = allowed.is_none_or(|allowed| allowed.contains(name));
        is_always || (is_listed && third_party.consent.scope().contains(name))
    })
}

fn resource(site: &Site, asked: &Asked<'_>, indicator: &str) -> OidcResult<Permitted> {
    let granted = match asked.granted {
        Some(granted) => Some(granted.get(indicator).ok_or_else(OAuthError::unknown_resource)?),
        None => None,
    };
    let resources = site.resources()?;
    let resource = resources.get(indicator).ok_or_else(OAuthError::unknown_resource)?;
    let bounds = Bounds { asked, granted, indicator };
    let scope = resource_scope(site, &bounds, resource)?;
    let ttl_seconds = resource.access_token_ttl_seconds;
    Ok(Permitted { audience: Some(indicator.to_owned()), scope, ttl_seconds })
}

/// What bounds the scopes of a resource beside the user's rights.
struct Bounds<'a> {
    asked: &'a Asked<'a>,
    granted: Option<&'a Vec<String>>,
    indicator: &'a str,
}

impl Bounds<'_> {
    /// Those asked for that were granted and consented to.
    fn wanted(&self) -> ScopeSet {
        let consent = self.asked.third_party.map(|third_party| {
            third_party
                .consent
                .resources()
                .get(self.indicator)
                .unwrap_or(const { &BTreeSet::new() })
        });
        self.asked.scope.filtered(|name| {
            self.granted.is_none_or(|granted| granted.iter().any(|held| held == name))
                && consent.is_none_or(|consent| consent.contains(name))
        })
    }
}

/// Scopes of a resource that the user's roles give: those of the tenant, and those inside the
/// organization of the target or, without one, inside every organization of the user.
fn resource_scope(
    site: &Site,
    bounds: &Bounds<'_>,
    resource: &ApiResource,
) -> OidcResult<ScopeSet> {
    let wanted = bounds.wanted();
    let id_of =
        |name: &str| resource.scopes.iter().find(|scope| scope.name == name).map(|scope| &scope.id);
    let wanted = wanted.filtered(|name| id_of(name).is_some());
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let asked = bounds.asked;
    let lists = asked.third_party.map(|third_party| consent_scopes(third_party));
    let is_listed = |list: fn(&ConsentScopes) -> &Vec<ScopeId>, name: &str| {
        lists.is_none_or(|lists| {
            lists.is_some_and(|lists| id_of(name).is_some_and(|id| list(lists).contains(id)))
        })
    };
    let held = site.scopes_of_user(asked.user, &resource.indicator)?;
    let by_tenant = |name: &str| {
        held.iter().any(|one| one == name) && is_listed(|lists| &lists.resource_scopes, name)
    };
    if wanted.iter().all(by_tenant) {
        return Ok(wanted);
    }
    let organization = asked.target.organization();
    let inside =
        site.organization_resource_scopes_of_user(organization, asked.user, &resource.indicator)?;
    let by_organization = |name: &str| {
        inside.iter().any(|one| one == name)
            && is_listed(|lists| &lists.organization_resource_scopes, name)
    };
    Ok(wanted.filtered(|name| by_tenant(name) || by_organization(name)))
}

/// Scopes of an organization that the user's roles there give.
fn organization_scope(
    site: &Site,
    asked: &Asked<'_>,
    organization: &OrganizationId,
) -> OidcResult<ScopeSet> {
    let nothing = Vec::new();
    let granted =
        asked.granted.map(|granted| granted.get(ORGANIZATIONS_RESOURCE).unwrap_or(&nothing));
    let bounds = Bounds { asked, granted, indicator: ORGANIZATIONS_RESOURCE };
    let wanted = bounds.wanted().resource_part();
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let held = site.organization_scopes_of_user(organization, asked.user)?;
    let wanted = wanted.filtered(|name| held.iter().any(|one| one == name));
    let Some(third_party) = asked.third_party else { return Ok(wanted) };
    let Some(lists) = consent_scopes(third_party) else { return Ok(ScopeSet::empty()) };
    let resources = site.resources()?;
    let all = resources.organization_scopes();
    Ok(wanted.filtered(|name| {
        let scope = all.iter().find(|scope| scope.name == name);
        scope.is_some_and(|scope| lists.organization_scopes.contains(&scope.id))
    }))
}

fn consent_scopes(third_party: &ThirdParty) -> Option<&ConsentScopes> {
    third_party.application.client().map(Client::consent_scopes)
}
