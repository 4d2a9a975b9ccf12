//! Which entries a listing shows, and how many there are.

use projections::{PAGE_ROWS_MAX, Page, Timeline, TimelineCursor, TimelineFilter};

use super::{SEARCHED_MAX, entries, key, view::LogView};
use crate::{http::error::ApiError, site::Site};

/// A page of entries.
pub(super) struct Found {
    /// The entries, newest first.
    pub entries: Vec<LogView>,
    /// How many there are on all pages.
    pub total: u64,
    /// Whether there may be more.
    pub is_capped: bool,
}

/// The entries of a page. Without a key everything but administrators' changes is shown.
///
/// # Errors
/// Only failures of the machinery.
pub(super) async fn find(
    site: &Site,
    mut filter: TimelineFilter,
    wanted: Option<&str>,
    page: Page,
    max: u64,
) -> Result<Found, ApiError> {
    let (types, all) = match wanted {
        None => {
            (key::SHOWN.iter().chain(&key::ENDS).map(|name| (*name).to_owned()).collect(), true)
        }
        Some(wanted) => key::types(wanted),
    };
    if types.is_empty() {
        return Ok(Found { entries: Vec::new(), total: 0, is_capped: false });
    }
    match <[String; 1]>::try_from(types) {
        Ok([one]) => filter.event_type = Some(one),
        Err(several) => filter.event_types = several,
    }
    if let (Some(wanted), false) = (wanted, all) {
        return search(site, &filter, wanted, page).await;
    }
    let view = site.app().views.reader::<Timeline>();
    let total = view.count(&filter, max)?;
    let rows = view.page(&filter, TimelineCursor::Newest, page)?;
    let positions: Vec<u64> = rows.iter().map(|row| row.position).collect();
    Ok(Found { entries: entries(site, &positions).await?, total, is_capped: total >= max })
}

/// Walks the newest events of the type for those that have the key.
async fn search(
    site: &Site,
    filter: &TimelineFilter,
    wanted: &str,
    page: Page,
) -> Result<Found, ApiError> {
    let view = site.app().views.reader::<Timeline>();
    let mut cursor = TimelineCursor::Newest;
    let (mut searched, mut is_capped) = (0, true);
    let mut found = Vec::new();
    while searched < SEARCHED_MAX {
        let rows = view.page(filter, cursor, Page::new(0, PAGE_ROWS_MAX))?;
        let Some(last) = rows.last() else {
            is_capped = false;
            break;
        };
        cursor = TimelineCursor::Before(last.position);
        searched += rows.len();
        let positions: Vec<u64> = rows.iter().map(|row| row.position).collect();
        let all = entries(site, &positions).await?;
        found.extend(all.into_iter().filter(|entry| entry.key() == wanted));
    }
    let total = found.len() as u64;
    let (skipped, size) = (page.skipped(), page.size());
    let entries = found.into_iter().skip(skipped).take(size).collect();
    Ok(Found { entries, total, is_capped })
}
