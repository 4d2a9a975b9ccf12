//! The parameters of a request: names and values in order, bounded, free of NUL.
//!
//! An empty value counts as an absent parameter (RFC 6749 section 3.1). Whether a repeat is
//! allowed is for the endpoint to say; until then nothing is lost.

mod json;

use crate::error::OAuthError;

/// Most parameters in one request.
pub const PARAMETER_COUNT_MAX: usize = 200;
/// Longest name, in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// Longest value, in bytes.
pub const VALUE_BYTES_MAX: usize = 16_384;

/// Names and values in the order in which they were sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Takes decoded pairs.
    ///
    /// # Errors
    /// `invalid_request` when there are too many, one is too long, or one holds a NUL.
    pub fn try_new(pairs: Vec<(String, String)>) -> Result<Self, OAuthError> {
        if pairs.len() > PARAMETER_COUNT_MAX {
            return Err(OAuthError::invalid_request("too many parameters"));
        }
        for (name, value) in &pairs {
            if name.len() > NAME_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
                return Err(OAuthError::invalid_request("parameter is too long"));
            }
            if name.contains('\0') || value.contains('\0') {
                return Err(OAuthError::invalid_request("parameter holds a NUL character"));
            }
        }
        Ok(Self(pairs))
    }

    /// Reads a query string or a form body.
    ///
    /// # Errors
    /// As [`Parameters::try_new`], and `invalid_request` for bytes that are not UTF-8.
    pub fn parse_form(text: &[u8]) -> Result<Self, OAuthError> {
        let mut pairs = Vec::new();
        for piece in text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
            if pairs.len() > PARAMETER_COUNT_MAX {
                break;
            }
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let name = decode_form(halves.next().unwrap_or_default())?;
            pairs.push((name, decode_form(halves.next().unwrap_or_default())?));
        }
        Self::try_new(pairs)
    }

    /// Reads a JSON object of texts, numbers, booleans and arrays of them: an extension that
    /// means the same as a form.
    ///
    /// # Errors
    /// As [`Parameters::try_new`], and `invalid_request` for anything but such an object.
    pub fn parse_json(body: &[u8]) -> Result<Self, OAuthError> {
        let pairs = json::pairs(body);
        let refused = || OAuthError::invalid_request("failed to parse the request body");
        Self::try_new(pairs.ok_or_else(refused)?)
    }

    /// The same without the named ones.
    #[must_use]
    pub fn without(self, names: &[&str]) -> Self {
        Self(self.0.into_iter().filter(|(name, _)| !names.contains(&name.as_str())).collect())
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Names and values in their order.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// First value of `name` that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of `name` that is not empty.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Value of `name`, which must not be sent twice.
    ///
    /// # Errors
    /// `invalid_request` when it is.
    pub fn single(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        match self.0.iter().filter(|(known, _)| known == name).count() {
            0 | 1 => Ok(self.get(name)),
            _ => Err(OAuthError::invalid_request(format!(
                "'{name}' parameter must not be provided twice"
            ))),
        }
    }

    /// Value of `name`, which must be there.
    ///
    /// # Errors
    /// `invalid_request` when it is absent or empty.
    pub fn require(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| OAuthError::missing_parameter(name))
    }

    /// Value of `name`, at most `bytes_max` long.
    ///
    /// # Errors
    /// `invalid_request` when it is longer.
    pub fn bounded(&self, name: &str, bytes_max: usize) -> Result<Option<String>, OAuthError> {
        match self.get(name) {
            Some(value) if value.len() > bytes_max => {
                Err(OAuthError::invalid_request(format!("'{name}' is too long")))
            }
            value => Ok(value.map(str::to_owned)),
        }
    }

    /// Refuses a parameter sent twice, but for the names in `repeatable` (RFC 6749 section 3.1).
    ///
    /// # Errors
    /// `invalid_request` naming the first repeated parameter.
    pub fn refuse_duplicates(&self, repeatable: &[&str]) -> Result<(), OAuthError> {
        for (index, (name, _)) in self.0.iter().enumerate() {
            let seen = self.0.iter().take(index).any(|(earlier, _)| earlier == name);
            if seen && !repeatable.contains(&name.as_str()) {
                let name: String =
                    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                return Err(OAuthError::invalid_request(format!(
                    "'{name}' parameter must not be provided twice"
                )));
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Parameters {
    /// Names only: values may be secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Undoes `application/x-www-form-urlencoded` for one name or value, strictly as UTF-8.
///
/// # Errors
/// `invalid_request` for bytes that are not UTF-8.
pub(crate) fn decode_form(text: &[u8]) -> Result<String, OAuthError> {
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    String::from_utf8(percent_encoding::percent_decode(&spaced).collect())
        .map_err(|_| OAuthError::invalid_request("parameter is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_and_percent_are_decoded() {
        let parameters = Parameters::parse_form(b"scope=a+b%20c&&x&state=%C3%A9").unwrap();
        assert_eq!(parameters.get("scope"), Some("a b c"));
        assert_eq!(parameters.get("state"), Some("é"));
        assert_eq!(parameters.get("x"), None);
    }

    #[test]
    fn nul_bad_utf8_and_excess_are_refused() {
        assert!(Parameters::parse_form(b"a=%00").is_err());
        assert!(Parameters::parse_form(b"a=%ff").is_err());
        assert!(Parameters::parse_form("a=1&".repeat(PARAMETER_COUNT_MAX).as_bytes()).is_ok());
        assert!(Parameters::parse_form("a=1&".repeat(PARAMETER_COUNT_MAX + 1).as_bytes()).is_err());
        let long = format!("a={}", "x".repeat(VALUE_BYTES_MAX + 1));
        assert!(Parameters::parse_form(long.as_bytes()).is_err());
    }

    #[test]
    fn json_means_the_same_as_a_form() {
        let json = Parameters::parse_json(br#"{"resource":["a","b"],"max_age":1,"x":null}"#);
        let json = json.unwrap();
        assert_eq!(json.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(json.get("max_age"), Some("1"));
        assert!(Parameters::parse_json(br#"{"a":{}}"#).is_err());
        assert!(Parameters::parse_json(b"[]").is_err());
    }

    #[test]
    fn a_member_of_json_that_is_written_twice_is_a_repeat() {
        let twice = Parameters::parse_json(br#"{"client_id":"a","client_id":"b"}"#).unwrap();
        assert_eq!(twice.all("client_id").collect::<Vec<_>>(), ["a", "b"]);
        assert!(twice.single("client_id").is_err());
    }

    #[test]
    fn repeats_are_refused_but_for_the_named_ones() {
        let parameters = Parameters::parse_form(b"resource=a&resource=b&state=x&state=x").unwrap();
        assert!(parameters.refuse_duplicates(&["resource"]).is_err());
        assert!(parameters.refuse_duplicates(&["resource", "state"]).is_ok());
    }

    #[test]
    fn debug_text_shows_no_value() {
        let parameters = Parameters::parse_form(b"client_secret=hunter2").unwrap();
        assert_eq!(format!("{parameters:?}"), "[\"client_secret\"]");
    }
}
