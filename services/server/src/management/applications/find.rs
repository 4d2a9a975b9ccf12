//! Finding an application by the id in the path.

use events::ApplicationId;
use projections::{ApplicationRow, Applications};

use crate::{http::error::ApiError, site::Site};

/// The registered application of that id.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(super) fn application(site: &Site, id: &ApplicationId) -> Result<ApplicationRow, ApiError> {
    let found = site.app().views.reader::<Applications>().by_id(site.tenant(), id)?;
    found.ok_or_else(ApiError::not_exists_with_id)
}
