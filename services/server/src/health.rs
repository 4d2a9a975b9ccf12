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
pub(crate) async fn status() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /healthz`: 200 as long as the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: 200 if every view follows the log, else 503; says which view stopped at which
/// event.
pub(crate) async fn ready(State(site): State<Site>) -> Response {
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
                        members.insert(
                            "event".into(),
                            json!({
                                "id": stop.event_id,
                                "type": stop.event_type,
                                "position": stop.position,
                                "error": stop.error,
                            }),
                        );
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
pub(crate) async fn metrics(State(site): State<Site>) -> Response {
    let head = *site.app().log.head().borrow();
    let mut text = String::from("# TYPE evident_log_position gauge\n");
    text.push_str(&format!("evident_log_position {head}\n# TYPE evident_view_lag_events gauge\n"));
    for view in site.app().views.status() {
        let lag = head.saturating_sub(view.position);
        text.push_str(&format!("evident_view_lag_events{{view=\"{}\"}} {lag}\n", view.name));
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use axum::{body::Body, http::Request};
    use events::{Category, Event, Recorded, UserEvent};
    use projections::{Catalogue, Options, Rows, View, ViewError};

    use crate::testing::Bench;

    /// Refuses new users for as long as it is broken.
    struct Fragile(Arc<AtomicBool>);

    impl View for Fragile {
        const NAME: &'static str = "fragile";
        const VERSION: u32 = 1;
        const SCHEMA: &'static str = "CREATE TABLE seen (position INTEGER PRIMARY KEY)";
        const CATEGORIES: &'static [Category] = &[Category::User];

        fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
            let created = matches!(recorded.event, Event::User(UserEvent::UserCreated { .. }));
            if created && self.0.load(Ordering::Acquire) {
                return rows.execute("SELECT no_such_function()", ()).map(drop);
            }
            let position = i64::try_from(recorded.position).unwrap();
            rows.execute("INSERT INTO seen VALUES (?)", [position]).map(drop)
        }
    }

    async fn ready(bench: &Bench) -> (u16, serde_json::Value) {
        let request = Request::get("/readyz").body(Body::empty()).unwrap();
        let answer = bench.send(request).await;
        (answer.status, answer.body)
    }

    /// The views turn live a moment after they have reached the head.
    async fn is_ready_soon(bench: &Bench) -> bool {
        for _ in 0..100_000 {
            if ready(bench).await.0 == 200 {
                return true;
            }
            tokio::task::yield_now().await;
        }
        false
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_failing_fold_turns_readiness_red_names_the_event_and_resumes_when_mended() {
        let broken = Arc::new(AtomicBool::new(true));
        let catalogue = Catalogue::standard().with_group().with(Fragile(broken.clone()));
        let bench = Bench::with(Options { catalogue }).await;
        assert!(is_ready_soon(&bench).await);

        let created = bench.raw("POST", "/api/users", r#"{"username":"tom"}"#).await;
        assert_eq!(created.status, 200, "what is in the log has happened, whatever a view says");
        let head = *bench.site.app().log.head().borrow();
        assert!(bench.site.wait(head).await.is_err(), "the view cannot get there");
        let found = bench.raw("GET", "/api/users?search.username=tom", "").await;
        assert_eq!(found.body.as_array().unwrap().len(), 1, "the other views go on");
        let (status, body) = ready(&bench).await;
        assert_eq!(status, 503);
        let views = body["views"].as_array().unwrap();
        let fragile = views.iter().find(|view| view["name"] == "fragile").unwrap();
        assert_eq!(fragile["state"], "stopped");
        assert_eq!(fragile["event"]["type"], "UserCreated.v1");

        broken.store(false, Ordering::Release);
        bench.site.app().views.resume("fragile").unwrap();
        bench.site.wait(head).await.unwrap();
        assert!(is_ready_soon(&bench).await);
        assert_eq!(bench.raw("POST", "/api/users", r#"{"username":"tom"}"#).await.status, 422);
    }
}
