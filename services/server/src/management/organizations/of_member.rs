//! The organizations that a user or an application belongs to (contract: management-10-users §3,
//! management-20-applications §4).

use axum::response::Response;
use events::{ApplicationId, Member, UserId};
use projections::{Applications, OrganizationRoles, Organizations};

use super::view::{OrganizationView, RoleReference, WithRoles};
use crate::{
    http::{
        administrator::Administrator,
        error::ApiError,
        page::OptionalPageQuery,
        path::{EntityPath, Path},
    },
    management::users,
};

/// `GET /users/{userId}/organizations`: 200 with all of them, in the order of joining.
///
/// # Errors
/// 404 `entity.not_found`
pub(super) async fn of_user(
    admin: Administrator,
    Path(id): Path<UserId>,
) -> Result<Response, ApiError> {
    users::view::find(&admin.call, &id)?;
    answer(&admin, &Member::User(id), &OptionalPageQuery(None))
}

/// `GET /applications/{id}/organizations`: 200 with them, in the order of joining.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(super) async fn of_application(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let found = site.app().views.reader::<Applications>().by_id(site.tenant(), &id)?;
    found.ok_or_else(ApiError::not_exists_with_id)?;
    answer(&admin, &Member::Application(id), &page)
}

fn answer(
    admin: &Administrator,
    member: &Member,
    page: &OptionalPageQuery,
) -> Result<Response, ApiError> {
    let (tenant, views) = (admin.call.site.tenant(), &admin.call.site.app().views);
    let organizations = views.reader::<Organizations>();
    let listing = page.collect(|page| organizations.of_member(tenant, member, page))?;
    let held = views.reader::<OrganizationRoles>().held_by(tenant, member)?;
    let shown = listing.rows.into_iter().map(|row| {
        let here = held.iter().filter(|(organization, ..)| *organization == row.id);
        let roles = here.map(|(_, id, name)| RoleReference { id: id.clone(), name: name.clone() });
        let organization_roles = roles.collect();
        WithRoles { inner: OrganizationView::new(tenant, row), organization_roles }
    });
    Ok(page.answer(&shown.collect::<Vec<_>>(), listing.total))
}
