//! The audit log in the words of the contract, told from events (contract: management-60-system §6).
//!
//! An entry is an event of the timeline; its body and those of its request are read from the log.
//! Weaker than the contract: `applicationId` finds what an application did itself (exchanges,
//! revocations), not the visits that it began; ip and user agent are known where a session started;
//! a key that only some events of a type have is searched among the newest [`SEARCHED_MAX`].

mod key;
mod search;
#[cfg(test)]
mod tests;
mod view;

use axum::{
    Json as Answer,
    http::{HeaderName, HeaderValue, StatusCode, header::LINK},
    response::Response,
    routing::get,
};
use events::{Recorded, UnixMillis};
use projections::TimelineFilter;

use self::{search::find, view::LogView};
use crate::{
    http::{
        administrator::Administrator,
        error::ApiError,
        operation::{Operation, Parameter},
        page::PageQuery,
        path::EntityPath,
        query::Query,
    },
    site::Site,
};

/// Says that the number of entries is a lower bound.
const IS_CAPPED: HeaderName = HeaderName::from_static("total-number-is-capped");
/// Where counting stops if the caller agrees.
const COUNT_MAX: u64 = 10_000;
/// Events among which a key is searched that only some events of their type have.
const SEARCHED_MAX: usize = 2_000;
/// Characters of an entry's id.
const ID_CHARS: usize = 21;
/// Events on either side of one that can belong to its request.
const BESIDE: u64 = 6;
/// Digits of positions in ids of entries.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

const TAG: &str = "Audit logs";

/// Every operation on the audit log.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/logs",
        tag: TAG,
        summary: "List the audit log, newest first",
        request: None,
        query: &[
            Parameter::Page,
            Parameter::Text("userId"),
            Parameter::Text("applicationId"),
            Parameter::Text("logKey"),
            Parameter::Integer("start_time"),
            Parameter::Integer("end_time"),
            Parameter::Boolean("enableCap"),
        ],
        responses: &[(200, "Logs"), (400, "guard.invalid_input"), (400, "log.invalid_time_window")],
        handler: || get(list),
    },
    Operation {
        method: "GET",
        path: "/logs/{id}",
        tag: TAG,
        summary: "Read an entry of the audit log",
        request: None,
        query: &[],
        responses: &[(200, "Log"), (404, "entity.not_exists_with_id")],
        handler: || get(read),
    },
];

async fn list(admin: Administrator, query: Query, page: PageQuery) -> Result<Response, ApiError> {
    let (from, to) = (millis(&query, "start_time")?, millis(&query, "end_time")?);
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let message = "The end of the time must be after its start.";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "log.invalid_time_window", message));
    }
    let site = &admin.call.site;
    let filter = TimelineFilter {
        tenant: Some(site.tenant().clone()),
        user: query.text("userId").map(str::to_owned),
        actor: query.text("applicationId").map(str::to_owned),
        from,
        to,
        ..TimelineFilter::default()
    };
    let max = if query.flag("enableCap") { COUNT_MAX } else { u64::MAX };
    let found = find(site, filter, query.text("logKey"), page.rows(), max).await?;
    let mut response = page.answer(&found.entries, found.total);
    if found.is_capped {
        response.headers_mut().remove(LINK);
        response.headers_mut().insert(IS_CAPPED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<String>,
) -> Result<Answer<LogView>, ApiError> {
    let site = &admin.call.site;
    let position = position(&id).ok_or_else(ApiError::not_exists_with_id)?;
    let entries = entries(site, &[position]).await?;
    entries.into_iter().next().map(Answer).ok_or_else(ApiError::not_exists_with_id)
}

/// The entries of these positions, newest first; those of other tenants are none.
async fn entries(site: &Site, positions: &[u64]) -> Result<Vec<LogView>, ApiError> {
    let around = |at: &u64| at.saturating_sub(BESIDE)..=at.saturating_add(BESIDE);
    let wanted: Vec<u64> = positions.iter().flat_map(around).collect();
    let events = site.app().log.read_at(&wanted).await?;
    let own: Vec<&Recorded> =
        events.iter().filter(|event| event.tenant == *site.tenant()).collect();
    let entry = |event: &&Recorded| {
        let is_beside = |other: &&&Recorded| {
            other.correlation == event.correlation
                && other.position != event.position
                && other.position.abs_diff(event.position) <= BESIDE
        };
        let beside: Vec<&Recorded> = own.iter().filter(is_beside).copied().collect();
        LogView::new(event, &beside)
    };
    let is_wanted = |event: &&&Recorded| positions.contains(&event.position);
    Ok(own.iter().rev().filter(is_wanted).filter_map(entry).collect())
}

/// The id of an entry: its position in base 36.
fn entry_id(position: u64) -> String {
    let mut rest = position;
    let mut letters: Vec<char> = Vec::with_capacity(ID_CHARS);
    while letters.len() < ID_CHARS {
        let digit = usize::try_from(rest % 36).unwrap_or_default();
        letters.push(DIGITS.get(digit).copied().map_or('0', char::from));
        rest /= 36;
    }
    letters.iter().rev().collect()
}

fn position(id: &str) -> Option<u64> {
    let is_id = id.len() == ID_CHARS
        && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if is_id { u64::from_str_radix(id, 36).ok().filter(|position| *position > 0) } else { None }
}

fn millis(query: &Query, name: &str) -> Result<Option<UnixMillis>, ApiError> {
    Ok(query.parsed::<i64>(name)?.map(UnixMillis))
}
