//! Whether the process lives, whether it can serve, and how it does.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use projections::ViewState;
use serde_json::{Value, json};

use crate::site::Site;

/// `GET /api/status`: 204
pub async fn status() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /healthz`: 200 as long as the process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: 200 if every view follows the log, else 503; says which view stopped at which
/// event.
pub async fn ready(State(site): State<Site>) -> Response {
    let views = &site.app().views;
    let is_live = views.is_live();
    let described: Vec<Value> = views
        .status()
        .into_iter()
        .map(|status| {
            let mut view = json!({
                "name": status.name,
                "version": status.version,
                "position": status.position,
            });
            if let Some(members) = view.as_object_mut() {
                match status.state {
                    ViewState::Live => members.insert("state".into(), "live".into()),
                    ViewState::CatchingUp => members.insert("state".into(), "catching_up".into()),
                    ViewState::Stopped(stop) => {
                        members.insert("event".into(), json!({
                            "id": stop.event_id,
                            "type": stop.event_type,
                            "position": stop.position,
                            "error": stop.error,
                        }));
                        members.insert("state".into(), "stopped".into())
                    }
                };
            }
            view
        })
        .collect();
    let head = *site.app().log.head().borrow();
    let code = if is_live { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "ready": is_live,
        "head": head,
        "log_error": views.source_error(),
        "views": described,
    });
    (code, Json(body)).into_response()
}

/// `GET /metrics`: positions and lags in the text format of Prometheus.
pub async fn metrics(State(site): State<Site>) -> Response {
    let head = *site.app().log.head().borrow();
    let mut text = String::from("# TYPE evident_log_position gauge\n");
    text.push_str(&format!("evident_log_position {head}\n# TYPE evident_view_lag_events gauge\n"));
    for view in site.app().views.status() {
        let lag = head.saturating_sub(view.position);
        text.push_str(&format!("evident_view_lag_events{{view=\"{}\"}} {lag}\n", view.name));
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
