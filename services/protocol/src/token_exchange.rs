//! The parameters of a token exchange: whose token is brought, of which kind, and who acts.
//! Clause: RFC 8693 section 2.1; contract: oidc.md section 5.

use std::fmt;

use crate::{error::OAuthError, parameters::Parameters, scope::ScopeSet, secret::SecretText};

/// Type of access tokens; the only one that can be asked for, and the type of an actor's token.
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What kind of token speaks for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectTokenType {
    /// Made by an administrator, good for one exchange.
    Impersonation,
    /// An access token of the user.
    AccessToken,
    /// A token that the user's scripts hold.
    PersonalAccessToken,
}

impl SubjectTokenType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::Impersonation, Self::AccessToken, Self::PersonalAccessToken];

    /// Value of `subject_token_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Impersonation => "urn:logto:token-type:impersonation_token",
            Self::AccessToken => ACCESS_TOKEN_TYPE,
            Self::PersonalAccessToken => "urn:logto:token-type:personal_access_token",
        }
    }
}

impl fmt::Display for SubjectTokenType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A well-formed request to exchange a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenExchange {
    /// The token that speaks for the user.
    pub subject_token: SecretText,
    /// Its kind.
    pub subject_token_type: SubjectTokenType,
    /// The access token of who acts in the user's name.
    pub actor_token: Option<SecretText>,
    /// Permissions that are wanted; none asked, none given.
    pub scope: ScopeSet,
    /// Resource that the access token is for.
    pub resource: Option<String>,
    /// Organization that the access token is for.
    pub organization_id: Option<String>,
}

/// What a request says about tokens, beside scope and target.
pub(crate) struct Tokens {
    pub(crate) subject_token: SecretText,
    pub(crate) subject_token_type: SubjectTokenType,
    pub(crate) actor_token: Option<SecretText>,
}

/// Reads the tokens of a request.
///
/// # Errors
/// `invalid_request` for a missing or contradictory parameter, `invalid_grant` for a kind of token
/// that is not accepted.
pub(crate) fn tokens(parameters: &Parameters) -> Result<Tokens, OAuthError> {
    let subject_token = SecretText::new(parameters.require("subject_token")?);
    let named = parameters.require("subject_token_type")?;
    let known = SubjectTokenType::ALL.into_iter().find(|known| known.as_str() == named);
    let subject_token_type = known.ok_or_else(OAuthError::invalid_grant)?;
    let requested = parameters.get("requested_token_type");
    if requested.is_some_and(|requested| requested != ACCESS_TOKEN_TYPE) {
        return Err(OAuthError::invalid_request("requested_token_type is not supported"));
    }
    let actor_token = match (parameters.get("actor_token"), parameters.get("actor_token_type")) {
        (None, None) => None,
        (Some(token), Some(ACCESS_TOKEN_TYPE)) => Some(SecretText::new(token)),
        (Some(_), Some(_)) => return Err(OAuthError::invalid_grant()),
        (Some(_), None) => return Err(OAuthError::missing_parameter("actor_token_type")),
        (None, Some(_)) => return Err(OAuthError::missing_parameter("actor_token")),
    };
    Ok(Tokens { subject_token, subject_token_type, actor_token })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn read(form: &str) -> Result<Tokens, OAuthError> {
        tokens(&Parameters::parse_form(form.as_bytes()).unwrap())
    }

    fn refused(form: &str) -> ErrorKind {
        read(form).err().unwrap().kind
    }

    const SUBJECT: &str =
        "subject_token=s&subject_token_type=urn:logto:token-type:impersonation_token";

    #[test]
    fn every_kind_of_subject_token_is_read() {
        for kind in SubjectTokenType::ALL {
            let form = format!("subject_token=s&subject_token_type={kind}");
            assert_eq!(read(&form).unwrap().subject_token_type, kind);
        }
    }

    #[test]
    fn an_actor_is_named_by_token_and_type_together() {
        let with = |more: &str| format!("{SUBJECT}&{more}");
        let whole = with(&format!("actor_token=a&actor_token_type={ACCESS_TOKEN_TYPE}"));
        assert_eq!(read(&whole).unwrap().actor_token, Some(SecretText::new("a")));
        assert_eq!(read(SUBJECT).unwrap().actor_token, None);
        assert_eq!(refused(&with("actor_token=a")), ErrorKind::InvalidRequest);
        let lone = with(&format!("actor_token_type={ACCESS_TOKEN_TYPE}"));
        assert_eq!(refused(&lone), ErrorKind::InvalidRequest);
        let foreign = with("actor_token=a&actor_token_type=urn:x:y");
        assert_eq!(refused(&foreign), ErrorKind::InvalidGrant);
    }

    #[test]
    fn other_kinds_of_token_are_refused() {
        assert_eq!(refused("subject_token_type=urn:x:y"), ErrorKind::InvalidRequest);
        assert_eq!(refused("subject_token=s"), ErrorKind::InvalidRequest);
        assert_eq!(refused("subject_token=s&subject_token_type=urn:x:y"), ErrorKind::InvalidGrant);
        let id_token = "urn:ietf:params:oauth:token-type:id_token";
        let wanted = format!("{SUBJECT}&requested_token_type={id_token}");
        assert_eq!(refused(&wanted), ErrorKind::InvalidRequest);
        let wanted = format!("{SUBJECT}&requested_token_type={ACCESS_TOKEN_TYPE}");
        assert!(read(&wanted).is_ok());
    }
}
