//! The token request: form parameters in, one of the served grants out.
//! Clause: RFC 6749 sections 4.1.3, 4.4.2 and 6, RFC 8628, RFC 8693; contract: oidc.md section 5.

use crate::{
    client::{ClientMetadata, GrantType},
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
    resource,
    scope::ScopeSet,
    secret::SecretText,
    token_exchange::{self, TokenExchange},
};

/// Longest `organization_id`, in bytes.
const ORGANIZATION_ID_BYTES_MAX: usize = 128;
/// Parameters that may be sent more than once; several resources have their own error.
const REPEATABLE: [&str; 1] = ["resource"];

/// A well-formed token request. Codes, tokens and verifiers are as they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// Exchange of a code.
    AuthorizationCode {
        /// The code.
        code: SecretText,
        /// Must be that of the authorization request.
        redirect_uri: String,
        /// Proof of the challenge.
        code_verifier: Option<SecretText>,
        /// Resource that the access token is for.
        resource: Option<String>,
    },
    /// Use of a refresh token.
    RefreshToken {
        /// The token.
        refresh_token: SecretText,
        /// Narrower scope than that of the grant.
        scope: Option<ScopeSet>,
        /// Resource that the access token is for.
        resource: Option<String>,
        /// Organization that the access token is for.
        organization_id: Option<String>,
    },
    /// Exchange of a token that speaks for a user.
    TokenExchange(TokenExchange),
    /// Poll of a device.
    DeviceCode {
        /// The device code.
        device_code: SecretText,
        /// Resource that the access token is for.
        resource: Option<String>,
    },
    /// A client on its own behalf.
    ClientCredentials {
        /// Permissions that are wanted; none asked, none given.
        scope: ScopeSet,
        /// Resource that the access token is for.
        resource: Option<String>,
        /// Organization that the access token is for.
        organization_id: Option<String>,
    },
}

impl TokenRequest {
    /// Reads the request of an authenticated `client`.
    ///
    /// # Errors
    /// `invalid_request` (missing, repeated or overlong), `unsupported_grant_type`,
    /// `unauthorized_client`, `invalid_scope` (malformed) or `invalid_target`.
    pub fn read(parameters: &Parameters, client: &ClientMetadata) -> Result<Self, OAuthError> {
        parameters.refuse_duplicates(&REPEATABLE)?;
        let grant = GrantType::parse(parameters.require("grant_type")?).ok_or_else(|| {
            let description = "unsupported grant_type requested";
            OAuthError::new(ErrorKind::UnsupportedGrantType, description)
        })?;
        if !client.allows(grant) {
            let description = "requested grant type is not allowed for this client";
            return Err(OAuthError::new(ErrorKind::UnauthorizedClient, description));
        }
        match grant {
            GrantType::AuthorizationCode => Ok(Self::AuthorizationCode {
                code: SecretText::new(parameters.require("code")?),
                redirect_uri: parameters.require("redirect_uri")?.to_owned(),
                code_verifier: parameters.get("code_verifier").map(SecretText::new),
                resource: resource::requested_single(parameters)?,
            }),
            GrantType::RefreshToken => Ok(Self::RefreshToken {
                refresh_token: SecretText::new(parameters.require("refresh_token")?),
                scope: scope(parameters)?,
                resource: resource::requested_single(parameters)?,
                organization_id: organization_id(parameters)?,
            }),
            GrantType::TokenExchange => {
                let tokens = token_exchange::tokens(parameters)?;
                Ok(Self::TokenExchange(TokenExchange {
                    subject_token: tokens.subject_token,
                    subject_token_type: tokens.subject_token_type,
                    actor_token: tokens.actor_token,
                    scope: scope(parameters)?.unwrap_or_default(),
                    resource: resource::requested_single(parameters)?,
                    organization_id: organization_id(parameters)?,
                }))
            }
            GrantType::DeviceCode => Ok(Self::DeviceCode {
                device_code: SecretText::new(parameters.require("device_code")?),
                resource: resource::requested_single(parameters)?,
            }),
            GrantType::ClientCredentials => Ok(Self::ClientCredentials {
                scope: scope(parameters)?.unwrap_or_default(),
                resource: resource::requested_single(parameters)?,
                organization_id: organization_id(parameters)?,
            }),
        }
    }

    /// Which grant it is.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::TokenExchange(_) => GrantType::TokenExchange,
            Self::DeviceCode { .. } => GrantType::DeviceCode,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }
}

/// The error for client credentials that name neither a resource nor an organization, in a
/// tenant without a default resource.
pub fn no_target() -> OAuthError {
    let description = "both `resource` and `organization_id` are not provided";
    OAuthError::new(ErrorKind::InvalidTarget, description)
}

/// Scope of a refresh: what was asked for, all of the grant when nothing was.
///
/// # Errors
/// `invalid_scope` naming the first scope outside the grant (RFC 6749 section 6).
pub fn narrowed_scope(
    asked: Option<&ScopeSet>,
    granted: &ScopeSet,
) -> Result<ScopeSet, OAuthError> {
    match asked {
        None => Ok(granted.clone()),
        Some(asked) => match asked.first_outside(granted) {
            Some(scope) => Err(OAuthError::invalid_scope(scope)),
            None => Ok(asked.clone()),
        },
    }
}

fn scope(parameters: &Parameters) -> Result<Option<ScopeSet>, OAuthError> {
    let parsed = parameters.get("scope").map(ScopeSet::parse).transpose();
    parsed.map_err(|refusal| OAuthError::new(ErrorKind::InvalidScope, refusal.to_string()))
}

fn organization_id(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    parameters.bounded("organization_id", ORGANIZATION_ID_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ApplicationType, ClientAuthMethod};

    fn read(form: &str) -> Result<TokenRequest, OAuthError> {
        let (kind, method) = (ApplicationType::Web, ClientAuthMethod::ClientSecret);
        let client = ClientMetadata::new("c", kind, method, GrantType::ALL.to_vec());
        TokenRequest::read(&Parameters::parse_form(form.as_bytes()).unwrap(), &client)
    }

    fn refused(form: &str) -> ErrorKind {
        read(form).unwrap_err().kind
    }

    #[test]
    fn each_grant_is_read_with_its_parameters() {
        let code = "grant_type=authorization_code&code=x&redirect_uri=app://cb&code_verifier=v";
        assert_eq!(
            read(code).unwrap(),
            TokenRequest::AuthorizationCode {
                code: SecretText::new("x"),
                redirect_uri: "app://cb".to_owned(),
                code_verifier: Some(SecretText::new("v")),
                resource: None,
            }
        );
        let refresh = "grant_type=refresh_token&refresh_token=r&resource=urn:a:b&organization_id=o";
        assert_eq!(
            read(refresh).unwrap(),
            TokenRequest::RefreshToken {
                refresh_token: SecretText::new("r"),
                scope: None,
                resource: Some("urn:a:b".to_owned()),
                organization_id: Some("o".to_owned()),
            }
        );
        let machine = read("grant_type=client_credentials&scope=all&resource=https://a.example");
        assert_eq!(machine.unwrap().grant_type(), GrantType::ClientCredentials);
    }

    #[test]
    fn missing_and_repeated_parameters_are_invalid_requests() {
        for form in [
            "",
            "grant_type=authorization_code&redirect_uri=app://cb",
            "grant_type=authorization_code&code=x",
            "grant_type=refresh_token",
            "grant_type=refresh_token&refresh_token=a&refresh_token=a",
            "grant_type=client_credentials&grant_type=client_credentials",
        ] {
            assert_eq!(refused(form), ErrorKind::InvalidRequest, "{form}");
        }
    }

    #[test]
    fn unknown_grant_and_unallowed_grant_differ() {
        assert_eq!(refused("grant_type=password"), ErrorKind::UnsupportedGrantType);
        let (kind, method) = (ApplicationType::Web, ClientAuthMethod::None);
        let client = ClientMetadata::new("c", kind, method, vec![GrantType::AuthorizationCode]);
        let parameters = Parameters::parse_form(b"grant_type=client_credentials").unwrap();
        let error = TokenRequest::read(&parameters, &client).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnauthorizedClient);
    }

    #[test]
    fn several_resources_are_an_invalid_target() {
        let form = "grant_type=client_credentials&resource=urn:a:a&resource=urn:b:b";
        assert_eq!(refused(form), ErrorKind::InvalidTarget);
    }

    #[test]
    fn refresh_may_narrow_the_scope_but_not_widen_it() {
        let granted = ScopeSet::parse("openid profile email").unwrap();
        assert_eq!(narrowed_scope(None, &granted).unwrap(), granted);
        let narrower = ScopeSet::parse("openid email").unwrap();
        assert_eq!(narrowed_scope(Some(&narrower), &granted).unwrap(), narrower);
        let wider = ScopeSet::parse("openid phone").unwrap();
        let error = narrowed_scope(Some(&wider), &granted).unwrap_err();
        assert_eq!((error.status, error.scope.as_deref()), (400, Some("phone")));
    }
}
