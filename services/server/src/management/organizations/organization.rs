//! Organizations one by one and in lists.

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{Organization, OrganizationCommand};
use events::{OrganizationId, UserId};
use projections::{Organizations, Users};
use store::Work;

use super::{
    body::OrganizationBody,
    view::{OrganizationView, find},
};
use crate::{
    http::{
        administrator::Administrator,
        error::ApiError,
        json::Json,
        page::PageQuery,
        path::{EntityPath, Path},
        query::Query,
    },
    ids::{SHORT_ID_CHARS, parse},
    management::organization_template::not_exists,
};

/// A page of the organizations whose id or name contains `q`, newest first.
pub(super) async fn list(
    admin: Administrator,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let (tenant, views) = (admin.call.site.tenant(), &admin.call.site.app().views);
    let q = query.q().unwrap_or_default();
    let listing = views.reader::<Organizations>().page(tenant, q, page.rows())?;
    let shown: Vec<OrganizationView> = if query.flag("showFeatured") {
        let ids: Vec<UserId> =
            listing.rows.iter().flat_map(|row| row.featured_users.iter().cloned()).collect();
        let users = views.reader::<Users>().by_ids(tenant, &ids)?;
        let show = |row| OrganizationView::with_featured(tenant, row, &users);
        listing.rows.into_iter().map(show).collect()
    } else {
        listing.rows.into_iter().map(|row| OrganizationView::new(tenant, row)).collect()
    };
    Ok(page.answer(&shown, listing.total))
}

/// Creates an organization: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    Json(body): Json<OrganizationBody>,
) -> Result<(StatusCode, Answer<OrganizationView>), ApiError> {
    let settings = body.into_settings()?;
    let app = admin.call.site.app();
    let id: OrganizationId = parse(&app.random.id(SHORT_ID_CHARS))?;
    let command = OrganizationCommand::CreateOrganization { settings };
    let done = app.log.begin::<Organization>(&admin.context(), &id, command).await?;
    admin.settle(done.position).await?;
    Ok((StatusCode::CREATED, show(&admin, &id)?))
}

/// One organization.
pub(super) async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
) -> Result<Answer<OrganizationView>, ApiError> {
    show(&admin, &id)
}

/// Changes an organization; members that are objects are replaced: 200 with it.
pub(super) async fn change(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<OrganizationBody>,
) -> Result<Answer<OrganizationView>, ApiError> {
    let command = OrganizationCommand::ChangeOrganization { change: body.into_change()? };
    execute(&admin, &id, command, not_exists).await?;
    show(&admin, &id)
}

/// Deletes an organization and ends every membership: 204.
pub(super) async fn delete(
    admin: Administrator,
    Path(id): Path<OrganizationId>,
) -> Result<StatusCode, ApiError> {
    execute(&admin, &id, OrganizationCommand::DeleteOrganization, ApiError::not_found).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn execute(
    admin: &Administrator,
    id: &OrganizationId,
    command: OrganizationCommand,
    absent: fn() -> ApiError,
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let done = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        if !work.load::<Organization>(id).await?.state.is_present() {
            return Err(absent());
        }
        work.decide::<Organization>(id, command.clone()).await?;
        Ok(())
    });
    let ((), position) = done.await?;
    Ok(admin.settle(position).await?)
}

fn show(admin: &Administrator, id: &OrganizationId) -> Result<Answer<OrganizationView>, ApiError> {
    let site = &admin.call.site;
    Ok(Answer(OrganizationView::new(site.tenant(), find(site, id)?)))
}
