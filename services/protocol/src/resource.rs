//! Resource indicators: absolute URIs without a fragment.
//! Clause: RFC 8707 section 2. Whether a resource is known is not asked here.

use url::Url;

use crate::{
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
};

/// Most resources in one request.
pub const RESOURCE_COUNT_MAX: usize = 32;
/// Longest indicator, in bytes.
pub const RESOURCE_BYTES_MAX: usize = 2_048;
/// Stands for all organization scopes, so that clients may ask for them by name.
pub const ORGANIZATIONS_RESOURCE: &str = "urn:logto:resource:organizations";
/// Start of the audience of an organization token.
pub const ORGANIZATION_AUDIENCE_PREFIX: &str = "urn:logto:organization:";

/// Whether `indicator` can name a resource; asked on the wire and when one is created.
pub fn is_valid_indicator(indicator: &str) -> bool {
    indicator.len() <= RESOURCE_BYTES_MAX
        && indicator.bytes().all(|byte| byte.is_ascii_graphic())
        && !indicator.contains('#')
        && Url::parse(indicator).is_ok()
}

/// Reads every `resource` of a request; one parameter may hold several, separated by commas.
/// Repeats count once.
///
/// # Errors
/// `invalid_target` for an indicator that is no absolute URI, or too many of them.
pub fn requested(parameters: &Parameters) -> Result<Vec<String>, OAuthError> {
    let mut resources: Vec<String> = Vec::new();
    for indicator in parameters.all("resource").flat_map(|value| value.split(',')) {
        let indicator = indicator.trim();
        if indicator.is_empty() || resources.iter().any(|known| known == indicator) {
            continue;
        }
        if !is_valid_indicator(indicator) {
            return Err(refused("resource indicator must be an absolute URI"));
        }
        if resources.len() == RESOURCE_COUNT_MAX {
            return Err(refused("too many resource indicators"));
        }
        resources.push(indicator.to_owned());
    }
    Ok(resources)
}

/// Reads the one `resource` that a token request may name.
///
/// # Errors
/// As [`requested`], and `invalid_target` for more than one.
pub fn requested_single(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    let mut resources = requested(parameters)?.into_iter();
    match (resources.next(), resources.next()) {
        (_, Some(_)) => Err(refused("only a single resource indicator value is supported")),
        (resource, None) => Ok(resource),
    }
}

fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorKind::InvalidTarget, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Result<Vec<String>, OAuthError> {
        requested(&Parameters::parse_form(form.as_bytes()).unwrap())
    }

    #[test]
    fn repeated_and_comma_separated_values_are_read_once_each() {
        let form = "resource=https://a.example&resource=urn:x:y,https://a.example&resource=";
        assert_eq!(read(form).unwrap(), ["https://a.example", "urn:x:y"]);
    }

    #[test]
    fn relative_text_and_fragments_are_refused() {
        for form in ["resource=api", "resource=/api", "resource=https://a.example/%23x"] {
            assert_eq!(read(form).unwrap_err().kind, ErrorKind::InvalidTarget, "{form}");
        }
    }

    #[test]
    fn token_request_names_one_resource_at_most() {
        let parameters = Parameters::parse_form(b"resource=urn:a:a,urn:b:b").unwrap();
        assert!(requested_single(&parameters).is_err());
        let parameters = Parameters::parse_form(b"resource=urn:a:a").unwrap();
        assert_eq!(requested_single(&parameters).unwrap().as_deref(), Some("urn:a:a"));
    }
}
