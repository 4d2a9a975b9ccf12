//! A whole site for tests: its log in memory, its views in a temporary folder, its clock standing
//! still, and a token of its own that opens the Management API.
//!
//! Use it in `#[tokio::test(flavor = "multi_thread")]`: the views have threads of their own.

pub(crate) mod browser;
pub(crate) mod relying_party;
pub(crate) mod scripts;

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request},
};
use crypto::Random;
use events::{TenantId, UnixMillis};
use projections::{Options, Views};
use serde_json::{Value, json};
use store::{KeyStore, Log, Memory};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tower::ServiceExt as _;

use crate::{
    bootstrap,
    clock::Clock,
    config::{Config, EgressConfig, PasswordConfig, ScriptConfig},
    egress::Egress,
    feed::LogSource,
    passwords::PasswordPool,
    router::router,
    site::{App, Site},
};

/// The moment at which the clock stands: 2026-01-01T00:00:00Z.
pub(crate) const NOW: UnixMillis = UnixMillis(1_767_225_600_000);
/// Public URL of the site.
pub(crate) const ENDPOINT: &str = "http://localhost:3001";
/// Public URL of the tenant `admin`, where there is one.
pub(crate) const ADMIN_ENDPOINT: &str = "http://localhost:3002";
/// The application that the token was issued to.
pub(crate) const CLIENT: &str = "tester";

/// A site with its router.
pub(crate) struct Bench {
    pub(crate) site: Site,
    router: Router,
    token: String,
    _folder: Arc<TempDir>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// Null if the text is no JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// A header as text; empty if it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code together, for asserting refusals.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

impl Bench {
    /// The tenant `default` as it is after the first start.
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    /// The same with other views.
    pub(crate) async fn with(options: Options) -> Self {
        let (app, folder) = app(options, &["default"]).await;
        Self::of(app, folder, "default", ENDPOINT).await
    }

    /// The tenants `default` and `admin` of one process; the people of `admin` administer `default`.
    pub(crate) async fn pair() -> (Self, Self) {
        let (app, folder) = app(Options::default(), &["default", "admin"]).await;
        let default = Self::of(app.clone(), folder.clone(), "default", ENDPOINT).await;
        let admin = Self::of(app, folder, "admin", ADMIN_ENDPOINT).await;
        default.site.trust_console(admin.site.clone());
        (default, admin)
    }

    async fn of(app: Arc<App>, folder: Arc<TempDir>, tenant: &str, endpoint: &str) -> Self {
        let site = Site::open(app, tenant.parse().unwrap(), endpoint).await.unwrap();
        site.wait(*site.app().log.head().borrow()).await.unwrap();
        let mut bench =
            Self { router: router(site.clone()), site, token: String::new(), _folder: folder };
        bench.token = bench.token(CLIENT, CLIENT, "all");
        bench
    }

    /// Lets time pass.
    pub(crate) fn advance_millis(&self, millis: i64) {
        match &self.site.app().clock {
            Clock::Fixed(now) => now.fetch_add(millis, Ordering::Relaxed),
            Clock::System => panic!("the clock of a bench stands still"),
        };
    }

    /// A token for the Management API; it is an application's own if `subject` is the client.
    pub(crate) fn token(&self, subject: &str, client: &str, scope: &str) -> String {
        let claims = json!({
            "iss": self.site.issuer(),
            "aud": self.site.management_indicator(),
            "sub": subject,
            "client_id": client,
            "scope": scope,
            "iat": NOW.seconds().0,
            "exp": NOW.seconds().0 + 3_600,
        });
        crypto::jwt::mint(&self.site.signer().unwrap(), Some("at+jwt"), &claims).unwrap()
    }

    /// The same site seen by a signed-in administrator.
    pub(crate) fn use_token(&mut self, token: String) {
        self.token = token;
    }

    /// Headers and body of an answer that is no text.
    pub(crate) async fn bytes(&self, request: Request<Body>) -> (HeaderMap, Vec<u8>) {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        (parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    /// Any request, sent through the router.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }

    /// A request with the token and a body of any text; the path begins with `/api`.
    pub(crate) async fn raw(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// A request with the token and a JSON body; null = no body.
    pub(crate) async fn request(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.raw(method, path, body).await
    }

    /// `GET` with the token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.raw("GET", path, String::new()).await
    }

    /// Types of the events that a stream holds, in order.
    pub(crate) async fn event_types(&self, stream: &events::StreamName) -> Vec<String> {
        let events = self.site.app().log.read_stream(stream, 0, 1_000).await.unwrap();
        events.iter().map(event_type).collect()
    }

    /// How many events of a type, such as `UserCreated`, the whole log holds.
    pub(crate) async fn count(&self, wanted: &str) -> usize {
        let events = self.site.app().log.read(0, 10_000).await.unwrap();
        let name = |event: &_| event_type(event).split(".v").next().map(str::to_owned);
        events.iter().filter(|event| name(event).as_deref() == Some(wanted)).count()
    }

    /// Position of the last event.
    pub(crate) fn head(&self) -> u64 {
        *self.site.app().log.head().borrow()
    }
}

fn event_type(recorded: &events::Recorded) -> String {
    let event = serde_json::to_value(&recorded.event).unwrap();
    event["type"].as_str().unwrap().to_owned()
}

/// What a process shares, with these tenants as they are after the first start.
async fn app(options: Options, tenants: &[&str]) -> (Arc<App>, Arc<TempDir>) {
    let folder = tempfile::tempdir().unwrap();
    let random = Random::seeded(7);
    let keys = KeyStore::in_memory(random.clone());
    let log = Log::new(Arc::new(Memory::new()), keys, random.clone());
    for tenant in tenants {
        let tenant: TenantId = tenant.parse().unwrap();
        bootstrap::tenant(&log, &random, NOW, &tenant, &bootstrap::ManagementClient::new(&random))
            .await
            .unwrap();
    }
    let source = Arc::new(LogSource::new(log.clone(), Handle::current()));
    let path = folder.path().join("views");
    let views = Views::open(&path, source, options).unwrap();
    let password =
        PasswordConfig { memory_kib: 64, iterations: 1, lanes: 1, workers: 2, queue: 64 };
    let egress = EgressConfig { allow: vec!["127.0.0.0/8".into()] };
    let scripts = ScriptConfig { time_millis: 1_000, ..Config::default().scripts };
    let config = Config { password, egress, scripts, ..Config::default() };
    let app = Arc::new(App {
        egress: Egress::try_new(&config.egress.allow).unwrap(),
        passwords: PasswordPool::try_new(&config.password, random.clone()).unwrap(),
        scripts: scripts::pool(&config.scripts),
        views,
        log,
        random,
        clock: Clock::fixed(NOW),
        config,
    });
    (app, Arc::new(folder))
}
