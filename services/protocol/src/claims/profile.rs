//! Claims of the scopes `profile` and `address`. Clause: OpenID Connect Core 5.1 and 5.1.1.

use serde_json::{Map, Value};

use super::user::UserClaims;

/// Milliseconds in a second.
const MS_PER_SECOND: i64 = 1_000;

pub(super) fn put(claims: &mut Map<String, Value>, user: &UserClaims) {
    let profile = &user.profile;
    let preferred = profile.preferred_username.as_ref().or(user.username.as_ref());
    put_set(
        claims,
        [
            ("family_name", profile.family_name.as_ref()),
            ("given_name", profile.given_name.as_ref()),
            ("middle_name", profile.middle_name.as_ref()),
            ("nickname", profile.nickname.as_ref()),
            ("preferred_username", preferred),
            ("profile", profile.profile.as_ref()),
            ("website", profile.website.as_ref()),
            ("gender", profile.gender.as_ref()),
            ("birthdate", profile.birthdate.as_ref()),
            ("zoneinfo", profile.zoneinfo.as_ref()),
            ("locale", profile.locale.as_ref()),
        ],
    );
    super::put(claims, "name", user.name.clone());
    super::put(claims, "picture", user.avatar.clone());
    super::put(claims, "username", user.username.clone());
    super::put(claims, "created_at", user.created_at);
    super::put(claims, "updated_at", user.updated_at.div_euclid(MS_PER_SECOND));
}

pub(super) fn put_address(claims: &mut Map<String, Value>, user: &UserClaims) {
    let Some(address) = &user.profile.address else {
        return;
    };
    let mut members = Map::new();
    put_set(
        &mut members,
        [
            ("formatted", address.formatted.as_ref()),
            ("street_address", address.street_address.as_ref()),
            ("locality", address.locality.as_ref()),
            ("region", address.region.as_ref()),
            ("postal_code", address.postal_code.as_ref()),
            ("country", address.country.as_ref()),
        ],
    );
    if !members.is_empty() {
        super::put(claims, "address", members);
    }
}

/// Puts the members that are set.
fn put_set<const N: usize>(claims: &mut Map<String, Value>, members: [(&str, Option<&String>); N]) {
    for (name, value) in members {
        if let Some(value) = value {
            super::put(claims, name, value.clone());
        }
    }
}
