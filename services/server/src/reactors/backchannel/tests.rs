//! Logouts as a client hears of them.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::RawForm, http::StatusCode, routing::post};
use events::UnixMillis;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Backchannel, NAME};
use crate::{
    reactors::outbox::{ATTEMPTS_MAX, NewDelivery, Outbox},
    testing::{
        Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

/// A client's own server: it keeps what it was sent and answers as it is told.
struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    tokens: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(200));
        let tokens = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (status.clone(), tokens.clone());
        let receive = async move |RawForm(body): RawForm| {
            let found = form_urlencoded::parse(&body).find(|(name, _)| name == "logout_token");
            kept.lock().unwrap().push(found.unwrap().1.into_owned());
            StatusCode::from_u16(answer.load(Ordering::Relaxed)).unwrap()
        };
        let router = Router::new().route("/logout", post(receive));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, status, tokens }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    /// Verified claims of what came, in order.
    fn claims(&self, bench: &Bench) -> Vec<Value> {
        let keys = bench.site.key_set().unwrap().0;
        let tokens = self.tokens.lock().unwrap();
        let read = |token: &String| {
            let verified = keys.verify(token).unwrap();
            assert_eq!(verified.header.typ.as_deref(), Some("logout+jwt"));
            verified.claims
        };
        tokens.iter().map(read).collect()
    }
}

/// A site with a reactor whose outbox is a file.
struct Ground {
    bench: Bench,
    folder: TempDir,
    receiver: Receiver,
    party: RelyingParty,
    user: String,
}

impl Ground {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let receiver = Receiver::new().await;
        let user = person(&bench, "tom").await;
        let party = RelyingParty::register(&bench, false).await;
        let ground = Self { folder: tempfile::tempdir().unwrap(), bench, receiver, party, user };
        ground.listen(Some(&format!("http://{}/logout", ground.receiver.address))).await;
        ground.reactor().begin().unwrap();
        ground
    }

    /// Says where the client wants to hear of logouts.
    async fn listen(&self, uri: Option<&str>) {
        let mut metadata = json!({
            "redirectUris": [self.party.redirect_uri], "postLogoutRedirectUris": [],
        });
        if let Some(uri) = uri {
            metadata["backchannelLogoutUri"] = uri.into();
        }
        let path = format!("/api/applications/{}", self.party.id);
        let body = json!({"oidcClientMetadata": metadata});
        let changed = self.bench.request("PATCH", &path, body).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
    }

    /// The reactor as it is after a start.
    fn reactor(&self) -> Backchannel {
        let outbox = Outbox::open(&self.folder.path().join("outbox.db"), NAME).unwrap();
        Backchannel::new(vec![self.bench.site.clone()], outbox)
    }

    /// Signs in; gives the browser and the claims of the ID token.
    async fn signed_in(&self) -> (Browser<'_>, Value) {
        let browser = Browser::new(&self.bench);
        let tokens = browser.tokens(&self.party, &self.party.request(), "tom").await;
        let keys = self.bench.site.key_set().unwrap().0;
        let claims = keys.verify(&tokens.text_of("id_token")).unwrap().claims;
        (browser, claims)
    }

    async fn end_session(&self, session: &str) {
        let path = format!("/api/users/{}/sessions/{session}", self.user);
        let ended = self.bench.request("DELETE", &path, Value::Null).await;
        assert_eq!(ended.status, 204, "{}", ended.text);
    }
}

/// Looks at the whole log from where the reactor stopped.
async fn collect(reactor: &Backchannel, bench: &Bench) {
    let mut position = reactor.begin().unwrap();
    while position < bench.head() {
        position = reactor.collect(position).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_hears_of_the_session_that_its_id_token_named() {
    let ground = Ground::new().await;
    let (_browser, id_token) = ground.signed_in().await;
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    reactor.deliver_due().await.unwrap();
    assert!(ground.receiver.claims(&ground.bench).is_empty());
    let session = id_token["sid"].as_str().unwrap();
    ground.end_session(session).await;
    collect(&reactor, &ground.bench).await;
    reactor.deliver_due().await.unwrap();
    let claims = ground.receiver.claims(&ground.bench);
    assert_eq!(claims.len(), 1);
    let told = &claims[0];
    assert_eq!(told["iss"], ground.bench.site.issuer());
    assert_eq!((&told["sub"], &told["sid"]), (&id_token["sub"], &id_token["sid"]));
    assert_eq!(told["aud"], ground.party.id);
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 120);
    assert!(told.get("nonce").is_none());
    let event = "http://schemas.openid.net/event/backchannel-logout";
    assert_eq!(told["events"], json!({event: {}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_listen_hears_nothing_and_gets_no_sid() {
    let ground = Ground::new().await;
    ground.listen(None).await;
    let (_browser, id_token) = ground.signed_in().await;
    assert!(id_token.get("sid").is_none());
    let listed = ground.bench.get(&format!("/api/users/{}/sessions", ground.user)).await;
    let session = listed.body["sessions"][0]["payload"]["uid"].as_str().unwrap().to_owned();
    ground.end_session(&session).await;
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    assert_eq!(reactor.waiting().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_fails_first_hears_it_later_once_under_the_same_id_across_restarts() {
    let ground = Ground::new().await;
    let (_browser, id_token) = ground.signed_in().await;
    ground.end_session(id_token["sid"].as_str().unwrap()).await;
    ground.receiver.answers(503);
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    let pause = reactor.deliver_due().await.unwrap();
    assert_eq!(pause, Duration::from_secs(5));
    reactor.deliver_due().await.unwrap();
    assert_eq!(ground.receiver.claims(&ground.bench).len(), 1, "it is not due yet");
    // Written down, so another start takes it up; what was collected before is not collected twice.
    drop(reactor);
    let reactor = ground.reactor();
    reactor.collect(0).await.unwrap();
    assert_eq!(reactor.waiting().unwrap(), 1);
    ground.bench.advance_millis(5_000);
    assert_eq!(reactor.deliver_due().await.unwrap(), Duration::from_secs(10));
    ground.receiver.answers(204);
    ground.bench.advance_millis(10_000);
    reactor.deliver_due().await.unwrap();
    drop(reactor);
    let reactor = ground.reactor();
    reactor.collect(0).await.unwrap();
    ground.bench.advance_millis(3_600_000);
    reactor.deliver_due().await.unwrap();
    let claims = ground.receiver.claims(&ground.bench);
    assert_eq!(claims.len(), 3);
    assert!(claims.iter().all(|it| it["jti"] == claims[0]["jti"]));
    assert!(claims[2]["iat"].as_i64().unwrap() > claims[0]["iat"].as_i64().unwrap());
    assert_eq!(reactor.waiting().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_cannot_be_made_holds_up_no_other() {
    let ground = Ground::new().await;
    let (_browser, id_token) = ground.signed_in().await;
    let reactor = ground.reactor();
    let broken = NewDelivery {
        id: "broken".into(),
        receiver: "broken".into(),
        subject: "broken".into(),
        payload: "not what it should be".into(),
    };
    reactor.outbox.accept(0, &[broken], UnixMillis(0)).unwrap();
    ground.end_session(id_token["sid"].as_str().unwrap()).await;
    collect(&reactor, &ground.bench).await;
    reactor.deliver_due().await.unwrap();
    assert_eq!(ground.receiver.claims(&ground.bench).len(), 1);
    assert_eq!(reactor.waiting().unwrap(), 1, "the broken one is tried again later");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_answers_is_given_up() {
    let ground = Ground::new().await;
    let (_browser, id_token) = ground.signed_in().await;
    ground.end_session(id_token["sid"].as_str().unwrap()).await;
    ground.receiver.answers(500);
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    for _ in 0..ATTEMPTS_MAX {
        assert_eq!(reactor.waiting().unwrap(), 1);
        reactor.deliver_due().await.unwrap();
        ground.bench.advance_millis(3_600_000);
    }
    assert_eq!(reactor.waiting().unwrap(), 0);
    assert_eq!(ground.receiver.claims(&ground.bench).len(), ATTEMPTS_MAX as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn suspension_and_deletion_end_every_session_for_its_clients_once() {
    let ground = Ground::new().await;
    let (_one, first) = ground.signed_in().await;
    let (_other, second) = ground.signed_in().await;
    let reactor = ground.reactor();
    suspend(&ground.bench, &ground.user).await;
    collect(&reactor, &ground.bench).await;
    reactor.deliver_due().await.unwrap();
    let path = format!("/api/users/{}", ground.user);
    assert_eq!(ground.bench.request("DELETE", &path, Value::Null).await.status, 204);
    collect(&reactor, &ground.bench).await;
    reactor.deliver_due().await.unwrap();
    let claims = ground.receiver.claims(&ground.bench);
    let mut told: Vec<&Value> = claims.iter().map(|claims| &claims["sid"]).collect();
    let mut meant = vec![&first["sid"], &second["sid"]];
    told.sort_by_key(|sid| sid.to_string());
    meant.sort_by_key(|sid| sid.to_string());
    assert_eq!(told, meant);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_tells_the_clients_of_the_session_and_no_others() {
    let ground = Ground::new().await;
    let (browser, id_token) = ground.signed_in().await;
    let (_other, _) = ground.signed_in().await;
    let page = browser.open("/oidc/session/end").await;
    let xsrf = page.text.split("name=\"xsrf\" value=\"").nth(1).unwrap();
    let xsrf = xsrf.split('"').next().unwrap();
    let fields = [("xsrf", xsrf), ("logout", "yes")];
    let out = browser.post("/oidc/session/end/confirm", &fields).await;
    assert_eq!(out.status, 200, "{}", out.text);
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    reactor.deliver_due().await.unwrap();
    let claims = ground.receiver.claims(&ground.bench);
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0]["sid"], id_token["sid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_deleted_meanwhile_is_not_called() {
    let ground = Ground::new().await;
    let (_browser, id_token) = ground.signed_in().await;
    ground.end_session(id_token["sid"].as_str().unwrap()).await;
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    assert_eq!(reactor.waiting().unwrap(), 1);
    let path = format!("/api/applications/{}", ground.party.id);
    assert_eq!(ground.bench.request("DELETE", &path, Value::Null).await.status, 204);
    reactor.deliver_due().await.unwrap();
    assert_eq!(reactor.waiting().unwrap(), 0);
    assert!(ground.receiver.claims(&ground.bench).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn history_before_the_first_start_is_no_news() {
    let ground = Ground::new().await;
    let (_browser, id_token) = ground.signed_in().await;
    ground.end_session(id_token["sid"].as_str().unwrap()).await;
    std::fs::remove_file(ground.folder.path().join("outbox.db")).unwrap();
    let reactor = ground.reactor();
    collect(&reactor, &ground.bench).await;
    assert_eq!(reactor.waiting().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_every_stored_event_stands_where_it_is_looked_for() {
    let ground = Ground::new().await;
    let read = ground.bench.site.app().log.stored(0, 1_000).await.unwrap();
    assert!(!read.is_empty());
    for stored in read {
        let text = std::str::from_utf8(&stored.body[..60]).unwrap();
        assert_eq!(&text[43..53], "\",\"type\":\"", "{text}");
    }
}
