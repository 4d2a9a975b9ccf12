//! The audit timeline: what happened when, to what, by whom. It holds no personal data and no
//! bodies; those are read from the log by position.

use events::{Category, Recorded, StreamName, TenantId, UnixMillis};
use rusqlite::{Connection, Row, params_from_iter, types::Value};

use crate::{
    Page, QueryError, Reader, Rows, View, ViewError,
    column::{id, integer, natural},
    search::Where,
};

/// The audit timeline.
pub struct Timeline;

/// One event of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineRow {
    /// Place in the log.
    pub position: u64,
    /// When it was asked for.
    pub time: UnixMillis,
    /// The tenant.
    pub tenant: TenantId,
    /// Name and version of the event.
    pub event_type: String,
    /// The stream; it knows the category.
    pub stream: StreamName,
    /// The user that the event is about.
    pub user: Option<String>,
    /// Kind of who asked.
    pub actor_kind: String,
    /// Who asked, for kinds that have an id.
    pub actor_id: Option<String>,
    /// The request.
    pub correlation: String,
}

/// Which events. Every member given must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimelineFilter {
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// In this stream.
    pub stream: Option<StreamName>,
    /// Of this type, with the version.
    pub event_type: Option<String>,
    /// Of one of these types; none = of any.
    pub event_types: Vec<String>,
    /// About this user.
    pub user: Option<String>,
    /// Asked for by this user or application.
    pub actor: Option<String>,
    /// Caused by this request.
    pub correlation: Option<String>,
    /// Not earlier.
    pub from: Option<UnixMillis>,
    /// Not later.
    pub to: Option<UnixMillis>,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineCursor {
    /// Newest first, from the newest.
    Newest,
    /// Newest first, with positions below this.
    Before(u64),
    /// Oldest first, with positions above this.
    After(u64),
}

/// Every so many positions the latest time is noted.
const MOMENT_POSITIONS: u64 = 256;
/// Events stand in the log at most so much later than others that are younger by their own time.
const DISORDER_MILLIS_MAX: i64 = 3_600_000;

const INSERT: &str = "INSERT INTO timeline VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const NOTE: &str = "INSERT INTO moments SELECT ?1, max(
    coalesce((SELECT latest FROM moments ORDER BY position DESC LIMIT 1), ?2),
    (SELECT max(time) FROM timeline WHERE position > ?1 - ?3 AND position <= ?1))";
const ALL_BEFORE: &str = "SELECT coalesce((SELECT position FROM moments WHERE latest < ?
    ORDER BY latest DESC, position DESC LIMIT 1), 0)";
const NONE_AFTER: &str = "SELECT (SELECT position FROM moments WHERE latest > ?
    ORDER BY latest, position LIMIT 1)";

macro_rules! columns {
    () => {
        "position, time, tenant, type, stream, user_id, actor_kind, actor_id, correlation"
    };
}

impl View for Timeline {
    const NAME: &'static str = "timeline";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = include_str!("timeline.sql");
    const INDEXES: &'static str = include_str!("timeline_indexes.sql");
    const CATEGORIES: &'static [Category] = Category::ALL;

    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        let position = integer(recorded.position);
        rows.execute(
            INSERT,
            (
                position,
                recorded.time.0,
                recorded.tenant.as_str(),
                &*recorded.event_type,
                recorded.stream.as_str(),
                recorded.event.user(&recorded.stream),
                recorded.actor.kind(),
                recorded.actor.id(),
                recorded.correlation.as_str(),
            ),
        )?;
        if recorded.position.is_multiple_of(MOMENT_POSITIONS) {
            rows.execute(NOTE, (position, recorded.time.0, integer(MOMENT_POSITIONS)))?;
        }
        Ok(())
    }
}

fn timeline_row(row: &Row<'_>) -> rusqlite::Result<TimelineRow> {
    Ok(TimelineRow {
        position: natural(row, 0)?,
        time: UnixMillis(row.get(1)?),
        tenant: id(row, 2)?,
        event_type: row.get(3)?,
        stream: id(row, 4)?,
        user: row.get(5)?,
        actor_kind: row.get(6)?,
        actor_id: row.get(7)?,
        correlation: row.get(8)?,
    })
}

/// Equality conditions. Only the most selective column may use its index, the others are barred
/// from it by a `+`: otherwise SQLite may pick the one that lets half of the log through.
fn equalities(condition: &mut Where, filter: &TimelineFilter) {
    let columns = [
        ("correlation", filter.correlation.as_deref()),
        ("stream", filter.stream.as_ref().map(StreamName::as_str)),
        ("user_id", filter.user.as_deref()),
        ("actor_id", filter.actor.as_deref()),
        ("type", filter.event_type.as_deref()),
        ("+tenant", filter.tenant.as_ref().map(TenantId::as_str)),
    ];
    let given = columns.into_iter().filter_map(|(column, value)| Some((column, value?)));
    for (index, (column, value)) in given.enumerate() {
        let bar = if index > 0 && !column.starts_with('+') { "+" } else { "" };
        condition.and(&[bar, column, " = ?"].concat(), [Value::from(value.to_owned())]);
    }
}

/// What a filter asks for from a cursor on, and the order.
fn conditions(
    connection: &Connection,
    filter: &TimelineFilter,
    cursor: TimelineCursor,
) -> rusqlite::Result<(Where, &'static str)> {
    let (mut after, mut before, order) = match cursor {
        TimelineCursor::Newest => (0, i64::MAX, "DESC"),
        TimelineCursor::Before(position) => (0, integer(position), "DESC"),
        TimelineCursor::After(position) => (integer(position), i64::MAX, "ASC"),
    };
    if let Some(from) = filter.from {
        let none: i64 =
            connection.prepare_cached(ALL_BEFORE)?.query_row([from.0], |row| row.get(0))?;
        after = after.max(none);
    }
    if let Some(to) = filter.to {
        let late = to.0.saturating_add(DISORDER_MILLIS_MAX);
        let none: Option<i64> =
            connection.prepare_cached(NONE_AFTER)?.query_row([late], |row| row.get(0))?;
        before = before.min(none.map_or(i64::MAX, |position| position.saturating_add(1)));
    }
    let mut condition = Where::new("position > ?", after);
    condition.and("position < ?", [Value::from(before)]);
    equalities(&mut condition, filter);
    if !filter.event_types.is_empty() {
        // Barred from the index: a walk by position finds the first of a page soon.
        let marks = vec!["?"; filter.event_types.len()].join(", ");
        let types = filter.event_types.iter().cloned().map(Value::from);
        condition.and(&["+type IN (", &marks, ")"].concat(), types);
    }
    if let Some(from) = filter.from {
        condition.and("time >= ?", [Value::from(from.0)]);
    }
    if let Some(to) = filter.to {
        condition.and("time <= ?", [Value::from(to.0)]);
    }
    Ok((condition, order))
}

impl Reader<Timeline> {
    /// How many events a filter lets through; counting stops at `max`.
    pub fn count(&self, filter: &TimelineFilter, max: u64) -> Result<u64, QueryError> {
        self.query(|connection| {
            let (condition, _order) = conditions(connection, filter, TimelineCursor::Newest)?;
            let select = "SELECT count(*) FROM (SELECT 1 FROM timeline WHERE ";
            let sql = [select, condition.sql(), " LIMIT ?)"].concat();
            let values = params_from_iter(condition.values(&[integer(max)]));
            connection.prepare_cached(&sql)?.query_row(values, |row| natural(row, 0))
        })
    }

    /// The events that a filter lets through, from a cursor on, at most as many as the page says and
    /// without as many as its offset says.
    pub fn page(
        &self,
        filter: &TimelineFilter,
        cursor: TimelineCursor,
        page: Page,
    ) -> Result<Vec<TimelineRow>, QueryError> {
        self.query(|connection| {
            let (condition, order) = conditions(connection, filter, cursor)?;
            let select = concat!("SELECT ", columns!(), " FROM timeline WHERE ");
            let end = " LIMIT ? OFFSET ?";
            let sql = [select, condition.sql(), " ORDER BY position ", order, end].concat();
            let mut statement = connection.prepare_cached(&sql)?;
            let values = params_from_iter(condition.values(&[page.limit(), page.offset()]));
            statement.query_map(values, timeline_row)?.collect()
        })
    }
}
