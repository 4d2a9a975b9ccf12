//! What bodies say of a person: profile, identifiers, picture (contract: management-10-users §1, §2).

use axum::http::StatusCode;
use events::{IdentifierKind, PostalAddress, Profile};
use serde::Deserialize;

use crate::{
    http::{body::solid, error::ApiError},
    identifier::Identifier,
};

/// Longest name, in characters.
pub(crate) const NAME_CHARACTERS_MAX: usize = 128;
/// Longest URL of a picture, in characters.
const AVATAR_CHARACTERS_MAX: usize = 2_048;
/// Most digits that are looked at.
const PHONE_DIGITS_MAX: usize = 128;

/// Members of a profile; each may be absent, none may be null.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ProfileBody {
    #[serde(deserialize_with = "solid")]
    family_name: Option<String>,
    #[serde(deserialize_with = "solid")]
    given_name: Option<String>,
    #[serde(deserialize_with = "solid")]
    middle_name: Option<String>,
    #[serde(deserialize_with = "solid")]
    nickname: Option<String>,
    #[serde(deserialize_with = "solid")]
    preferred_username: Option<String>,
    #[serde(deserialize_with = "solid")]
    profile: Option<String>,
    #[serde(deserialize_with = "solid")]
    website: Option<String>,
    #[serde(deserialize_with = "solid")]
    gender: Option<String>,
    #[serde(deserialize_with = "solid")]
    birthdate: Option<String>,
    #[serde(deserialize_with = "solid")]
    zoneinfo: Option<String>,
    #[serde(deserialize_with = "solid")]
    locale: Option<String>,
    #[serde(deserialize_with = "solid")]
    address: Option<AddressBody>,
}

/// Members of an address; each may be absent, none may be null.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressBody {
    #[serde(deserialize_with = "solid")]
    formatted: Option<String>,
    #[serde(deserialize_with = "solid")]
    street_address: Option<String>,
    #[serde(deserialize_with = "solid")]
    locality: Option<String>,
    #[serde(deserialize_with = "solid")]
    region: Option<String>,
    #[serde(deserialize_with = "solid")]
    postal_code: Option<String>,
    #[serde(deserialize_with = "solid")]
    country: Option<String>,
}

impl ProfileBody {
    /// The profile with the members that are given put over it; an address replaces a whole address.
    pub(crate) fn over(self, held: Profile) -> Profile {
        Profile {
            family_name: self.family_name.or(held.family_name),
            given_name: self.given_name.or(held.given_name),
            middle_name: self.middle_name.or(held.middle_name),
            nickname: self.nickname.or(held.nickname),
            preferred_username: self.preferred_username.or(held.preferred_username),
            profile: self.profile.or(held.profile),
            website: self.website.or(held.website),
            gender: self.gender.or(held.gender),
            birthdate: self.birthdate.or(held.birthdate),
            zoneinfo: self.zoneinfo.or(held.zoneinfo),
            locale: self.locale.or(held.locale),
            address: self.address.map(PostalAddress::from).or(held.address),
        }
    }
}

impl From<AddressBody> for PostalAddress {
    fn from(body: AddressBody) -> Self {
        Self {
            formatted: body.formatted,
            street_address: body.street_address,
            locality: body.locality,
            region: body.region,
            postal_code: body.postal_code,
            country: body.country,
        }
    }
}

/// An identifier in the spelling that is stored.
///
/// # Errors
/// 400 `guard.invalid_input` for a wrong form, 422 `user.invalid_phone` for digits that are no number.
pub(crate) fn identifier(kind: IdentifierKind, text: &str) -> Result<String, ApiError> {
    if kind == IdentifierKind::Phone {
        check_digits(text)?;
    }
    Identifier::try_new(kind, text).map(|it| it.value().to_owned()).map_err(|error| {
        if kind == IdentifierKind::Phone {
            let message = "This is not a valid phone number.";
            return ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "user.invalid_phone", message);
        }
        ApiError::invalid_input("body", &[member(kind)], &format!("This is {error}."))
    })
}

/// The form of a phone number: digits.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(crate) fn check_digits(text: &str) -> Result<(), ApiError> {
    let is_digits = (1..=PHONE_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits {
        return Ok(());
    }
    let message = format!("A phone number has 1 to {PHONE_DIGITS_MAX} digits and nothing else.");
    Err(ApiError::invalid_input("body", &[member(IdentifierKind::Phone)], &message))
}

/// The member that holds an identifier.
fn member(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Username => "username",
        IdentifierKind::Email => "primaryEmail",
        IdentifierKind::Phone => "primaryPhone",
    }
}

/// The URL of a picture.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(crate) fn check_avatar(text: &str) -> Result<(), ApiError> {
    let fits = text.chars().count() <= AVATAR_CHARACTERS_MAX && url::Url::parse(text).is_ok();
    if fits {
        return Ok(());
    }
    let message = format!("This must be a URL of at most {AVATAR_CHARACTERS_MAX} characters.");
    Err(ApiError::invalid_input("body", &["avatar"], &message))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn profile(body: Value) -> Result<ProfileBody, serde_json::Error> {
        serde_json::from_value(body)
    }

    #[test]
    fn a_profile_keeps_what_it_is_not_told_and_replaces_a_whole_address() {
        let address = json!({"locality": "Bonn", "country": "DE"});
        let held = profile(json!({"nickname": "a", "locale": "de", "address": address})).unwrap();
        let held = held.over(Profile::default());
        let body = json!({"nickname": "b", "address": {"locality": "Ulm"}, "other": 1});
        let now = profile(body).unwrap().over(held);
        let expected = json!({"nickname": "b", "locale": "de", "address": {"locality": "Ulm"}});
        assert_eq!(serde_json::to_value(now).unwrap(), expected);
    }

    #[test]
    fn null_is_no_member_of_a_profile() {
        for body in [json!({"nickname": null}), json!({"address": null}), json!({"locale": 1})] {
            assert!(profile(body).is_err());
        }
        assert!(profile(json!({"address": {"country": null}})).is_err());
    }

    #[test]
    fn digits_that_are_no_number_are_told_apart_from_a_wrong_form() {
        let code = |text| identifier(IdentifierKind::Phone, text).unwrap_err().code.unwrap();
        assert_eq!(code("123"), "user.invalid_phone");
        assert_eq!(code("+49123456"), "guard.invalid_input");
        assert_eq!(code(""), "guard.invalid_input");
        assert_eq!(identifier(IdentifierKind::Phone, "610412345678").unwrap(), "61412345678");
    }

    #[test]
    fn a_picture_is_a_url_of_at_most_2048_characters() {
        let url = |characters: usize| format!("https://a.b/{}", "c".repeat(characters - 12));
        assert!(check_avatar(&url(2_048)).is_ok());
        assert!(check_avatar(&url(2_049)).is_err());
        assert!(check_avatar("picture.png").is_err());
    }
}
