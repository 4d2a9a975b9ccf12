//! `GET /events`: the log for people. One query to the timeline finds the positions, then the bodies
//! are read from the log together. Only events of the tenant are shown, personal data as it can
//! still be read, secrets never.

mod cursor;
mod moment;
#[cfg(test)]
mod tests;
mod view;

use axum::{
    Json as Answer,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
    routing::get,
};
use events::StreamName;
use projections::{Timeline, TimelineFilter};

use self::cursor::Range;
use crate::http::{
    administrator::Administrator,
    error::ApiError,
    operation::{Operation, Parameter},
    query::Query,
};

pub(crate) use self::moment::moment;

/// Position up to which the answer tells everything.
const POSITION: HeaderName = HeaderName::from_static("evident-position");
/// Versions that a type without one can mean.
const VERSIONS: [&str; 3] = [".v1", ".v2", ".v3"];

/// Every operation on the log.
pub(crate) const OPERATIONS: &[Operation] = &[Operation {
    method: "GET",
    path: "/events",
    tag: "Events",
    summary: "Read the log: newest first, or in its order after a position",
    request: None,
    query: &[
        Parameter::Text("stream"),
        Parameter::Text("type"),
        Parameter::Text("user"),
        Parameter::Text("actor"),
        Parameter::Text("correlation"),
        Parameter::Text("from"),
        Parameter::Text("to"),
        Parameter::Integer("after"),
        Parameter::Integer("before"),
        Parameter::Choice("order", &["asc", "desc"]),
        Parameter::Integer("page_size"),
    ],
    responses: &[(200, "Events"), (400, "guard.invalid_input"), (400, "guard.invalid_pagination")],
    handler: || get(list),
}];

async fn list(admin: Administrator, query: Query) -> Result<Response, ApiError> {
    let range = Range::try_new(&query)?;
    let (site, filter) = (&admin.call.site, filter(&admin, &query)?);
    let head = *site.app().log.head().borrow();
    site.wait(head).await?;
    let is_foreign = |stream: &StreamName| stream.tenant() != site.tenant().as_str();
    let mut shown = Vec::new();
    if !filter.stream.as_ref().is_some_and(is_foreign) {
        let view = site.app().views.reader::<Timeline>();
        let rows = view.page(&filter, range.cursor(), range.page())?;
        let positions: Vec<u64> = rows.iter().map(|row| row.position).collect();
        let positions: Vec<u64> = positions.into_iter().filter(|at| range.holds(*at)).collect();
        let mut events = site.app().log.read_at(&positions).await?;
        if range.is_descending() {
            events.reverse();
        }
        for event in &events {
            shown.push(view::event(event)?);
        }
    }
    let mut response = Answer(shown).into_response();
    response.headers_mut().insert(POSITION, HeaderValue::from(head));
    Ok(response)
}

fn filter(admin: &Administrator, query: &Query) -> Result<TimelineFilter, ApiError> {
    let named = query.text("type");
    let has_version = named.is_some_and(|name| name.contains('.'));
    let event_types = match named.filter(|_| !has_version) {
        Some(name) => VERSIONS.iter().map(|version| [name, version].concat()).collect(),
        None => Vec::new(),
    };
    Ok(TimelineFilter {
        tenant: Some(admin.call.site.tenant().clone()),
        stream: query.parsed("stream")?,
        event_type: named.filter(|_| has_version).map(str::to_owned),
        event_types,
        user: query.text("user").map(str::to_owned),
        actor: query.text("actor").map(str::to_owned),
        correlation: query.text("correlation").map(str::to_owned),
        from: moment(query, "from")?,
        to: moment(query, "to")?,
    })
}
