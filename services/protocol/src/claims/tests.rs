//! Claims by scope: what is there, what is null, and what is absent.

use events::{PostalAddress, Profile};
use serde_json::json;

use super::*;

fn full() -> UserClaims {
    serde_json::from_value(json!({
        "id": "u1", "username": "ada", "primaryEmail": "ada@example.com", "isEmailVerified": true,
        "primaryPhone": "61412345678", "isPhoneVerified": true, "name": "Ada",
        "avatar": "https://img.example/a.png",
        "profile": {
            "familyName": "L", "givenName": "A", "middleName": "M", "nickname": "N",
            "preferredUsername": "al", "profile": "https://p.example", "website": "https://w.example",
            "gender": "female", "birthdate": "1815-12-10", "zoneinfo": "Europe/London",
            "locale": "en", "address": {"streetAddress": "1 St", "postalCode": "W1"}
        },
        "customData": {"k": 1}, "identities": {"github": {"userId": "g"}},
        "ssoIdentities": [{"issuer": "i", "identityId": "x", "detail": {}}],
        "roles": ["admin"], "organizations": [{"id": "o", "name": "O", "description": null}],
        "organizationRoles": ["o:admin"], "createdAt": 1_500, "updatedAt": 2_999
    }))
    .unwrap()
}

fn bare() -> UserClaims {
    UserClaims { id: "u2".to_owned(), ..UserClaims::default() }
}

fn scopes(text: &str) -> ScopeSet {
    ScopeSet::parse(text).unwrap()
}

#[test]
fn profile_scope_gives_every_standard_claim() {
    let expected = json!({
        "name": "Ada", "family_name": "L", "given_name": "A", "middle_name": "M", "nickname": "N",
        "preferred_username": "al", "profile": "https://p.example",
        "picture": "https://img.example/a.png", "website": "https://w.example",
        "gender": "female", "birthdate": "1815-12-10", "zoneinfo": "Europe/London", "locale": "en",
        "username": "ada", "created_at": 1_500, "updated_at": 2
    });
    let claims = for_id_token(&full(), &scopes("openid profile"), &ExtendedClaims::default());
    assert_eq!(Value::Object(claims), expected);
}

#[test]
fn unset_columns_are_null_and_unset_profile_members_absent() {
    let expected = json!({
        "sub": "u2", "name": null, "picture": null, "username": null, "created_at": 0,
        "updated_at": 0, "email": null, "email_verified": false, "phone_number": null,
        "phone_number_verified": false
    });
    let claims = for_userinfo(&bare(), &scopes("openid profile email phone address"));
    assert_eq!(Value::Object(claims), expected);
}

#[test]
fn preferred_username_falls_back_to_the_user_name() {
    let user = UserClaims { username: Some("bob".to_owned()), ..bare() };
    let claims = for_userinfo(&user, &scopes("openid profile"));
    assert_eq!(claims["preferred_username"], "bob");
}

#[test]
fn address_has_standard_members_and_is_absent_when_empty() {
    let claims = for_userinfo(&full(), &scopes("openid address"));
    assert_eq!(claims["address"], json!({"street_address": "1 St", "postal_code": "W1"}));
    let mut user = bare();
    user.profile.address = Some(PostalAddress::default());
    assert!(!for_userinfo(&user, &scopes("openid address")).contains_key("address"));
}

#[test]
fn phone_number_keeps_its_digits() {
    let claims = for_userinfo(&full(), &scopes("openid phone"));
    assert_eq!(claims["phone_number"], "61412345678");
}

#[test]
fn id_token_carries_only_enabled_extended_claims() {
    let all = scopes(
        "openid roles custom_data identities urn:logto:scope:organizations \
         urn:logto:scope:organization_roles",
    );
    let claims = for_id_token(&full(), &all, &ExtendedClaims::default());
    let expected =
        json!({"roles": ["admin"], "organizations": ["o"], "organization_roles": ["o:admin"]});
    assert_eq!(Value::Object(claims), expected);
    let userinfo = for_userinfo(&full(), &all);
    for claim in ExtendedClaim::ALL {
        assert!(userinfo.contains_key(claim.as_str()), "{}", claim.as_str());
    }
    assert_eq!(
        userinfo["organization_data"][0],
        json!({"id": "o", "name": "O", "description": null})
    );
    assert_eq!(userinfo["sso_identities"][0]["identityId"], "x");
}

#[test]
fn without_scopes_only_the_subject_is_told() {
    let claims = for_userinfo(&full(), &scopes("openid"));
    assert_eq!(Value::Object(claims), json!({"sub": "u1"}));
}

#[test]
fn every_claim_that_is_told_is_named_in_discovery() {
    let all = ScopeSet::try_from_names(scope::OIDC_SCOPES).unwrap();
    for name in for_userinfo(&full(), &all).keys() {
        assert!(name == "sub" || USER_CLAIMS.contains(&name.as_str()), "{name}");
    }
    assert_eq!(for_userinfo(&full(), &all).len(), USER_CLAIMS.len() + 1);
}

#[test]
fn profile_keeps_its_management_spelling() {
    let profile = serde_json::to_value(full().profile).unwrap();
    assert_eq!(profile["address"], json!({"streetAddress": "1 St", "postalCode": "W1"}));
    assert_eq!(serde_json::to_value(Profile::default()).unwrap(), json!({}));
}
