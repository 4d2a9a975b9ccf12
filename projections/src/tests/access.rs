//! Sessions, grants and tokens; keys; the timeline.

use std::collections::BTreeMap;

use events::{
    AccessTokenEvent, AccessTokenForm, Actor, CookieKeyEvent, CookieKeyMaterial, CustomClaims,
    GrantEvent, GrantKind, GrantRevocation, Personal, SessionEnding, SessionEvent,
    SigningAlgorithm, SigningKeyEvent, SigningKeyMaterial, UnixMillis, UserEvent,
};

use super::history::{History, START, tenant, user_created, views_of};
use crate::{
    AccessTokenRow, Grants, Keys, Page, SigningKeyStatus, Timeline, TimelineCursor, TimelineFilter,
};

fn session() -> SessionEvent {
    SessionEvent::SessionStarted {
        continues: None,
        user: "u1".parse().unwrap(),
        interaction: "i1".parse().unwrap(),
        application: "a1".parse().unwrap(),
        secret_sha256: "x".into(),
        amr: vec!["pwd".into(), "otp".into()],
        authenticated_at: UnixMillis(START),
        expires_at: UnixMillis(START + 1_000_000),
        personal: Personal::Open(events::SessionOrigin {
            ip: Some("::1".into()),
            user_agent: None,
        }),
    }
}

fn grant(ends_with_session: bool) -> GrantEvent {
    GrantEvent::GrantCreated {
        kind: GrantKind::AuthorizationCode,
        user: "u1".parse().unwrap(),
        application: "a1".parse().unwrap(),
        session: Some("s1".parse().unwrap()),
        scope: vec!["openid".into(), "email".into()],
        resources: BTreeMap::from([("https://x".into(), vec!["read".into()])]),
        ends_with_session,
        nonce: None,
        authenticated_at: UnixMillis(START),
        requires_auth_time: false,
        granted_at: UnixMillis(START + 10),
        expires_at: UnixMillis(START + 1_000_000),
        dpop_jkt: None,
    }
}

fn token(grant: &str) -> AccessTokenEvent {
    AccessTokenEvent::AccessTokenIssued {
        grant: grant.parse().unwrap(),
        user: "u1".parse().unwrap(),
        application: "a1".parse().unwrap(),
        form: AccessTokenForm::Opaque { sha256: "digest".into() },
        scope: vec!["openid".into(), "email".into()],
        organization: None,
        actor: Some("u2".parse().unwrap()),
        dpop_jkt: Some("key".into()),
        issued_at: UnixMillis(START + 20),
        expires_at: UnixMillis(START + 1_000_000),
        personal: Some(Personal::Open(CustomClaims {
            claims: serde_json::Map::from_iter([("tier".to_owned(), "gold".into())]),
        })),
    }
}

/// Two grants on a session, the first of which ends with it, with a token each.
fn signed_in() -> History {
    let mut history = History::default();
    history
        .then("user-default.u1", user_created("Tom"))
        .then("session-default.s1", session())
        .then("grant-default.g1", grant(true))
        .then("grant-default.g2", grant(false))
        .then("access_token-default.t1", token("g1"))
        .then("access_token-default.t2", token("g2"));
    history
}

fn tokens(history: &History) -> [Option<AccessTokenRow>; 2] {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), history);
    let grants = views.reader::<Grants>();
    ["t1", "t2"].map(|id| grants.access_token(&tenant(), &id.parse().unwrap()).unwrap())
}

fn revoked(history: &History) -> [Option<bool>; 2] {
    tokens(history).map(|token| token.map(|token| token.is_revoked))
}

#[test]
fn a_token_tells_all_in_one_read() {
    let [token, _] = tokens(&signed_in());
    let token = token.unwrap();
    assert_eq!(token.sha256.as_deref(), Some("digest"));
    assert_eq!(token.scope, ["openid", "email"]);
    assert_eq!((token.grant.as_str(), token.user.as_str()), ("g1", "u1"));
    assert_eq!((token.actor.unwrap().as_str(), token.dpop_jkt.as_deref()), ("u2", Some("key")));
    assert_eq!(token.claims.unwrap()["tier"], "gold");
    assert!(!token.is_revoked);
}

#[test]
fn a_token_dies_with_its_grant() {
    let mut history = signed_in();
    let reason = GrantRevocation::CodeReused;
    history.then("grant-default.g2", GrantEvent::GrantRevoked { reason });
    assert_eq!(revoked(&history), [Some(false), Some(true)]);
}

#[test]
fn a_token_dies_with_the_session_only_if_its_grant_does() {
    let mut history = signed_in();
    let reason = SessionEnding::SignedOut;
    history.then("session-default.s1", SessionEvent::SessionEnded { reason });
    assert_eq!(revoked(&history), [Some(true), Some(false)]);
}

#[test]
fn suspension_kills_tokens_for_good_but_not_later_ones() {
    let mut history = signed_in();
    let suspended_at = UnixMillis(START + 100);
    history
        .then("user-default.u1", UserEvent::UserSuspended { suspended_at })
        .then("user-default.u1", UserEvent::UserReactivated {});
    assert_eq!(revoked(&history), [Some(true), Some(true)]);
    let mut later = grant(false);
    if let GrantEvent::GrantCreated { granted_at, .. } = &mut later {
        *granted_at = UnixMillis(START + 101);
    }
    history.then("grant-default.g3", later).then("access_token-default.t3", token("g3"));
    history.then("grant-default.g4", grant(false)).then("access_token-default.t4", token("g4"));
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), &history);
    let is_revoked = |id: &str| {
        let token = views.reader::<Grants>().access_token(&tenant(), &id.parse().unwrap());
        token.unwrap().unwrap().is_revoked
    };
    assert!(!is_revoked("t3"));
    assert!(is_revoked("t4"), "granted before the suspension, recorded after it");
}

#[test]
fn deletion_takes_sessions_grants_and_tokens_along() {
    let mut history = signed_in();
    history.then("user-default.u1", UserEvent::UserDeleted {});
    history.then("grant-default.g3", grant(false)).then("access_token-default.t2", token("g3"));
    assert_eq!(revoked(&history), [None, Some(true)]);
}

#[test]
fn a_user_has_sessions_and_grants_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), &signed_in());
    let reader = views.reader::<Grants>();
    let user = "u1".parse().unwrap();
    let sessions = reader.sessions_of(&tenant(), &user, Page::default()).unwrap();
    assert_eq!((sessions.total, sessions.rows[0].ip.as_deref()), (1, Some("::1")));
    assert_eq!(sessions.rows[0].amr, ["pwd", "otp"]);
    let grants = reader.grants_of(&tenant(), &user, Page::new(0, 1)).unwrap();
    assert_eq!((grants.total, grants.rows.len()), (2, 1));
    assert_eq!(grants.rows[0].id.as_str(), "g2");
    assert_eq!(grants.rows[0].resources["https://x"], ["read"]);
}

fn generated(key: &str) -> SigningKeyEvent {
    SigningKeyEvent::SigningKeyGenerated {
        key: key.parse().unwrap(),
        algorithm: SigningAlgorithm::EdDSA,
        public_jwk: serde_json::json!({"kid": key}),
        personal: Personal::Open(SigningKeyMaterial { pkcs8: "private".into() }),
    }
}

#[test]
fn keys_come_current_next_previous() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let ring = "signing_key-default.default";
    let key = |key: &str| key.parse().unwrap();
    for name in ["k1", "k2", "k3", "k4"] {
        history.then(ring, generated(name));
    }
    history
        .then(ring, SigningKeyEvent::SigningKeyPromoted { key: key("k1") })
        .then(ring, SigningKeyEvent::SigningKeyRetired { key: key("k1") })
        .then(ring, SigningKeyEvent::SigningKeyPromoted { key: key("k2") })
        .then(ring, SigningKeyEvent::SigningKeyDeleted { key: key("k4") });
    for name in ["c1", "c2", "c3"] {
        let personal = Personal::Open(CookieKeyMaterial { secret: name.into() });
        let key = name.parse().unwrap();
        history.then(
            "cookie_key-default.default",
            CookieKeyEvent::CookieKeyGenerated { key, personal },
        );
    }
    let deleted = CookieKeyEvent::CookieKeyDeleted { key: "c2".parse().unwrap() };
    history.then("cookie_key-default.default", deleted);
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Keys>();
    let signing = reader.signing(&tenant()).unwrap();
    let shown: Vec<_> = signing.iter().map(|key| (key.id.as_str(), key.status)).collect();
    assert_eq!(
        shown,
        [
            ("k2", SigningKeyStatus::Current),
            ("k3", SigningKeyStatus::Next),
            ("k1", SigningKeyStatus::Previous),
        ]
    );
    assert_eq!(signing[0].public_jwk["kid"], "k2");
    let cookie = reader.cookie(&tenant()).unwrap();
    let shown: Vec<_> = cookie.iter().map(|key| key.id.as_str()).collect();
    assert_eq!(shown, ["c3", "c1"]);
}

#[test]
fn the_timeline_is_filtered_and_paged_by_position() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = signed_in();
    for number in 0..600 {
        history.then(&format!("user-default.x{number}"), user_created("x"));
    }
    history.0[3].actor = Actor::User("u9".parse().unwrap());
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Timeline>();
    let get = |filter: TimelineFilter, cursor, limit| {
        let rows = reader.page(&filter, cursor, Page::new(0, limit)).unwrap();
        rows.into_iter().map(|row| row.position).collect::<Vec<_>>()
    };
    let all = TimelineFilter::default;
    assert_eq!(get(all(), TimelineCursor::Newest, 2), [606, 605]);
    assert_eq!(get(all(), TimelineCursor::Before(3), 9), [2, 1]);
    assert_eq!(get(all(), TimelineCursor::After(600), 3), [601, 602, 603]);
    let first = TimelineCursor::After(0);
    let user = TimelineFilter { user: Some("u1".into()), ..all() };
    assert_eq!(get(user.clone(), first, 9), [1, 2, 3, 4, 5, 6]);
    let kind = TimelineFilter { event_type: Some("GrantCreated.v2".into()), ..user };
    assert_eq!(get(kind, TimelineCursor::Newest, 9), [4, 3]);
    let actor = TimelineFilter { actor: Some("u9".into()), tenant: Some(tenant()), ..all() };
    assert_eq!(get(actor, first, 9), [4]);
    let stream = TimelineFilter { stream: Some("grant-default.g1".parse().unwrap()), ..all() };
    assert_eq!(get(stream, first, 9), [3]);
    let request = TimelineFilter { correlation: Some("r1".into()), ..all() };
    assert_eq!(get(request, first, 9), [3, 4, 5]);
    let time = |position: i64| Some(UnixMillis(START + position));
    let range = TimelineFilter { from: time(300), to: time(302), ..all() };
    assert_eq!(get(range.clone(), TimelineCursor::Newest, 9), [302, 301, 300]);
    assert_eq!(get(range, first, 9), [300, 301, 302]);
    let late = TimelineFilter { from: time(605), ..all() };
    assert_eq!(get(late, first, 9), [605, 606]);
}

#[test]
fn the_timeline_is_filtered_by_several_types_counted_and_skipped_through() {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), &signed_in());
    let reader = views.reader::<Timeline>();
    let types = ["GrantCreated.v2", "AccessTokenIssued.v2"].map(str::to_owned);
    let filter = TimelineFilter { event_types: types.into(), ..TimelineFilter::default() };
    let get = |offset| {
        let page = Page::new(offset, 9);
        let rows = reader.page(&filter, TimelineCursor::Newest, page).unwrap();
        rows.into_iter().map(|row| row.position).collect::<Vec<_>>()
    };
    let all = get(0);
    assert!(all.len() > 1 && all.contains(&3) && all.contains(&4));
    assert_eq!(get(1), all[1..]);
    assert_eq!(reader.count(&filter, u64::MAX).unwrap(), all.len() as u64);
    assert_eq!(reader.count(&filter, 1).unwrap(), 1);
}
