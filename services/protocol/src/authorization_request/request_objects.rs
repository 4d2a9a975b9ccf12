//! What stands for a whole request was resolved before: here nothing of it may be left. Dynamic
//! registration is not served, and is refused rather than ignored since it could carry the real
//! request. Clause: OpenID Connect Core 6.1, 6.2, 7.2.1.

use crate::{
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
};

const REFUSED: [(&str, ErrorKind); 3] = [
    ("request", ErrorKind::RequestNotSupported),
    ("request_uri", ErrorKind::RequestUriNotSupported),
    ("registration", ErrorKind::RegistrationNotSupported),
];

pub(super) fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    match REFUSED.iter().find(|(name, _)| parameters.get(name).is_some()) {
        Some((name, kind)) => {
            Err(OAuthError::new(*kind, format!("{name} parameter provided but not supported")))
        }
        None => Ok(()),
    }
}
