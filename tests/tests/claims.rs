//! What a token and `/oidc/me` tell about a person: what the scopes allow, as it was set.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    management::Management,
    relying_party::RelyingParty,
    signature::{published_keys, verified_claims},
};
use serde_json::{Map, Value, json};

const PROFILE_CLAIMS: &[&str] = &[
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
];

/// Claims of the ID token without those of the protocol, and of `/oidc/me`.
async fn claims(server: &Server, management: &Management, scope: &str) -> [Map<String, Value>; 2] {
    let http = server.http().unwrap();
    let party = RelyingParty::register(management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let request = party.request().with("scope", scope);
    let login = Login::new("tom", "a right password");
    let code = browser.authorize(&request, login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&http, &code).await.unwrap().expect(200).unwrap();
    let keys = published_keys(&http).await.unwrap();
    let id_token = verified_claims(tokens["id_token"].as_str().unwrap(), &keys).unwrap();
    let token = tokens["access_token"].as_str().unwrap();
    let me = http.bearer(token).get("/oidc/me").await.unwrap();
    assert_eq!(me.header("cache-control"), "no-store");
    let me = me.expect(200).unwrap();
    [id_token, me].map(|claims| {
        let mut claims = claims.as_object().unwrap().clone();
        for protocol in ["iss", "aud", "iat", "exp", "nonce", "auth_time", "sid"] {
            claims.remove(protocol);
        }
        claims
    })
}

fn names(claims: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<_> = claims.keys().cloned().collect();
    names.sort();
    names
}

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn every_standard_claim_is_told_if_its_scope_was_granted() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let user = json!({
        "username": "tom",
        "password": "a right password",
        "primaryEmail": "Tom@shop.example",
        "primaryPhone": "61412345678",
        "name": "Tom Page",
        "avatar": "https://shop.example/tom.png",
        "customData": { "tier": 2 },
        "profile": {
            "familyName": "Page", "givenName": "Tom", "middleName": "J", "nickname": "tommy",
            "preferredUsername": "tompage", "profile": "https://shop.example/tom",
            "website": "https://tom.example", "gender": "male", "birthdate": "1990-01-02",
            "zoneinfo": "Europe/Vienna", "locale": "de-AT",
            "address": {
                "formatted": "Gasse 1\n1010 Wien", "streetAddress": "Gasse 1",
                "locality": "Wien", "region": "Wien", "postalCode": "1010", "country": "Austria",
            },
        },
    });
    let id = management.create_user(&user).await.unwrap();
    let scope = "openid offline_access profile email phone address custom_data roles";
    let [id_token, me] = claims(&server, &management, scope).await;
    for claims in [&id_token, &me] {
        assert_eq!(claims["sub"], id);
        assert_eq!(claims["name"], "Tom Page");
        assert_eq!(claims["family_name"], "Page");
        assert_eq!(claims["preferred_username"], "tompage");
        assert_eq!(claims["picture"], "https://shop.example/tom.png");
        assert_eq!(claims["birthdate"], "1990-01-02");
        assert_eq!(claims["email"], "Tom@shop.example");
        assert_eq!(claims["email_verified"], true);
        assert_eq!(claims["phone_number"], "61412345678");
        assert_eq!(claims["phone_number_verified"], true);
        assert_eq!(claims["roles"], json!([]));
        let address = json!({
            "formatted": "Gasse 1\n1010 Wien", "street_address": "Gasse 1",
            "locality": "Wien", "region": "Wien", "postal_code": "1010", "country": "Austria",
        });
        assert_eq!(claims["address"], address);
        let updated_at = claims["updated_at"].as_i64().unwrap();
        let created_at = claims["created_at"].as_i64().unwrap();
        assert!((created_at / 1000 - updated_at).abs() <= 1, "seconds and milliseconds");
        for claim in PROFILE_CLAIMS {
            assert!(claims.contains_key(*claim), "{claim}");
        }
    }
    assert_eq!(me["custom_data"], json!({ "tier": 2 }));
    assert_eq!(id_token.get("custom_data"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_set_is_absent_or_null_and_other_scopes_tell_nothing() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();

    let [id_token, me] = claims(&server, &management, "openid").await;
    assert_eq!((names(&id_token), names(&me)), (sorted(&["sub"]), sorted(&["sub"])));

    let [id_token, me] = claims(&server, &management, "openid profile email phone address").await;
    let expected = sorted(&[
        "sub",
        "name",
        "picture",
        "username",
        "preferred_username",
        "created_at",
        "updated_at",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
    ]);
    for claims in [id_token, me] {
        assert_eq!(names(&claims), expected);
        for unset in ["name", "picture", "email", "phone_number"] {
            assert_eq!(claims[unset], Value::Null, "{unset}");
        }
        assert_eq!(claims["preferred_username"], "tom");
        assert_eq!(claims["email_verified"], false);
        assert_eq!(claims["phone_number_verified"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_shows_at_the_next_question() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let id = management.create_person("tom", "a right password").await.unwrap();
    let user = format!("/api/users/{id}");
    let profile =
        json!({ "profile": { "nickname": "tommy", "address": { "country": "Austria" } } });
    management.http.patch(&user, &profile).await.unwrap().expect(200).unwrap();
    let [_, me] = claims(&server, &management, "openid profile address").await;
    assert_eq!(
        (&me["nickname"], &me["address"]),
        (&json!("tommy"), &json!({ "country": "Austria" }))
    );
    management.http.patch(&user, &json!({ "profile": {} })).await.unwrap().expect(200).unwrap();
    let [_, me] = claims(&server, &management, "openid profile address").await;
    assert_eq!((me.get("nickname"), me.get("address")), (None, None));
}
