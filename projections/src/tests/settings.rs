//! How a tenant's provider is set, and the keys that wait.

use events::{
    ClaimsScriptBody, ClaimsScriptEvent, IdTokenClaim, OidcSettingsEvent, Personal, ScriptedToken,
    SigningAlgorithm, SigningKeyEvent, SigningKeyMaterial, UnixMillis,
};

use super::history::{History, tenant, views_of};
use crate::{Keys, OidcSettings};

const SETTINGS: &str = "oidc_settings-default.default";

fn script(text: &str, block_issuance_on_error: Option<bool>) -> ClaimsScriptEvent {
    let body = ClaimsScriptBody { script: text.into(), ..ClaimsScriptBody::default() };
    let personal = Personal::Open(body);
    ClaimsScriptEvent::ClaimsScriptSet { block_issuance_on_error, personal }
}

#[test]
fn settings_are_the_last_that_were_set() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let claims = |enabled| OidcSettingsEvent::IdTokenClaimsChanged { enabled };
    history
        .then(SETTINGS, claims(Some(vec![IdTokenClaim::Roles])))
        .then(SETTINGS, OidcSettingsEvent::SessionLifetimeChanged { seconds: 60 })
        .then("oidc_settings-other.default", claims(None))
        .then(SETTINGS, claims(Some(vec![IdTokenClaim::CustomData, IdTokenClaim::Roles])));
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<OidcSettings>();
    let wanted = vec![IdTokenClaim::CustomData, IdTokenClaim::Roles];
    assert_eq!(reader.id_token_claims(&tenant()).unwrap(), Some(Some(wanted)));
    assert_eq!(reader.session_lifetime(&tenant()).unwrap(), Some(60));
    let other = "other".parse().unwrap();
    assert_eq!(reader.id_token_claims(&other).unwrap(), Some(None));
    assert_eq!(reader.session_lifetime(&other).unwrap(), None);
    assert_eq!(reader.id_token_claims(&"third".parse().unwrap()).unwrap(), None);
}

#[test]
fn a_script_stands_until_it_is_removed_and_an_erased_one_has_no_body() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let (user, machine) =
        ("claims_script-default.access-token", "claims_script-default.client-credentials");
    history
        .then(user, script("one", None))
        .then(user, script("two", Some(true)))
        .then(machine, script("three", Some(false)))
        .then(machine, ClaimsScriptEvent::ClaimsScriptRemoved {})
        .then(
            "claims_script-other.access-token",
            ClaimsScriptEvent::ClaimsScriptSet {
                block_issuance_on_error: None,
                personal: Personal::Erased,
            },
        );
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<OidcSettings>();
    let rows = reader.claims_scripts(&tenant()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].token, rows[0].block_issuance_on_error),
        (ScriptedToken::AccessToken, Some(true))
    );
    assert_eq!(rows[0].body.as_ref().unwrap().script, "two");
    let other = reader.claims_scripts(&"other".parse().unwrap()).unwrap();
    assert_eq!(other[0].body, None);
}

#[test]
fn keys_wait_until_they_are_promoted_or_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let key = |key: &str| key.parse().unwrap();
    let generated = |name: &str| SigningKeyEvent::SigningKeyGenerated {
        key: key(name),
        algorithm: SigningAlgorithm::EdDSA,
        public_jwk: serde_json::json!({"kid": name}),
        personal: Personal::Open(SigningKeyMaterial { pkcs8: "private".into() }),
    };
    let scheduled = |name: &str, effective_at| SigningKeyEvent::SigningKeyScheduled {
        key: key(name),
        effective_at: UnixMillis(effective_at),
    };
    for (tenant, name, effective_at) in [("a", "k1", 30), ("b", "k2", 10), ("c", "k3", 20)] {
        let ring = format!("signing_key-{tenant}.default");
        history.then(&ring, generated(name)).then(&ring, scheduled(name, effective_at));
    }
    history
        .then("signing_key-d.default", generated("k4"))
        .then("signing_key-c.default", SigningKeyEvent::SigningKeyPromoted { key: key("k3") });
    let views = views_of(folder.path(), &history);
    let reader = views.reader::<Keys>();
    let waiting: Vec<_> = reader
        .waiting()
        .unwrap()
        .into_iter()
        .map(|row| (row.tenant.to_string(), row.id.to_string(), row.effective_at))
        .collect();
    let expected = [("b", "k2", 10), ("a", "k1", 30)];
    assert_eq!(waiting, expected.map(|(tenant, id, at)| (tenant.into(), id.into(), at)));
    let promoted = reader.signing(&"c".parse().unwrap()).unwrap();
    assert_eq!(promoted[0].effective_at, Some(20));
}
