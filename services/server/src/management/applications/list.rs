//! `GET /applications`: which, in which order, and how many.

use axum::response::Response;
use events::{ApplicationId, OrganizationId};
use projections::{ApplicationFilter, Applications, Listing, Organizations};

use super::{body::WireType, view::ApplicationView};
use crate::{
    http::{
        administrator::Administrator, error::ApiError, page::OptionalPageQuery, query::Query,
        search,
    },
    site::Site,
};

/// Applications, newest first.
pub(super) async fn list(
    admin: Administrator,
    query: Query,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let listing = match filter(&query)? {
        Some(mut filter) => {
            // What is no id names no organization, so nobody belongs to it.
            let excluded = query.text("excludeOrganizationId").and_then(|id| id.parse().ok());
            if let Some(organization) = excluded {
                filter.exclude = members(site, &organization)?;
            }
            let view = site.app().views.reader::<Applications>();
            page.collect(|rows| view.page(site.tenant(), &filter, rows))?
        }
        None => Listing { rows: Vec::new(), total: 0 },
    };
    let tenant = site.tenant();
    let views: Vec<ApplicationView> =
        listing.rows.into_iter().map(|row| ApplicationView::new(tenant, row)).collect();
    Ok(page.answer(&views, listing.total))
}

fn members(site: &Site, organization: &OrganizationId) -> Result<Vec<ApplicationId>, ApiError> {
    let organizations = site.app().views.reader::<Organizations>();
    Ok(organizations.applications(site.tenant(), organization)?)
}

/// What the query asks for; `None` if no application can be of the types that it names.
fn filter(query: &Query) -> Result<Option<ApplicationFilter>, ApiError> {
    let exclude_role = query.parsed("excludeRoleId")?;
    if exclude_role.is_some() && query.text("excludeOrganizationId").is_some() {
        return Err(ApiError::invalid_request(
            "Parameters `excludeRoleId` and `excludeOrganizationId` cannot be used together.",
        ));
    }
    let named: Vec<&str> = query.all("types").filter(|name| !name.is_empty()).collect();
    let mut types = Vec::new();
    for name in &named {
        types.extend(wire_type(name)?.recorded());
    }
    if types.is_empty() && !named.is_empty() {
        return Ok(None);
    }
    Ok(Some(ApplicationFilter {
        text: search::filter(query)?,
        types,
        is_third_party: query.text("isThirdParty").map(|_| query.flag("isThirdParty")),
        exclude_role,
        ..ApplicationFilter::default()
    }))
}

fn wire_type(name: &str) -> Result<WireType, ApiError> {
    serde_json::from_value(name.into())
        .map_err(|_| ApiError::invalid_input("query", &["types"], "This type is not known."))
}
