//! What names an API resource: an absolute URI without a fragment (RFC 8707 2), as registered at
//! creation and as sent on the wire.

/// Longest indicator, in bytes.
pub const INDICATOR_BYTES_MAX: usize = 2048;

/// Text that names no API resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorError {
    /// Nothing at all, or more than [`INDICATOR_BYTES_MAX`].
    #[error("a resource indicator has 1 to {INDICATOR_BYTES_MAX} bytes")]
    Length,
    /// No scheme, or nothing after it (RFC 3986 3.1, 4.3).
    #[error("a resource indicator is an absolute URI with a scheme")]
    NotAbsolute,
    /// A `#` (RFC 8707 2).
    #[error("a resource indicator has no fragment")]
    Fragment,
    /// White space or a control character.
    #[error("a resource indicator has no white space and no control characters")]
    Unprintable,
}

/// Whether `text` can name an API resource.
///
/// # Errors
/// What is wrong with it, the first of [`IndicatorError`] in the order written there.
pub fn check(text: &str) -> Result<(), IndicatorError> {
    if text.is_empty() || text.len() > INDICATOR_BYTES_MAX {
        return Err(IndicatorError::Length);
    }
    let (scheme, rest) = text.split_once(':').ok_or(IndicatorError::NotAbsolute)?;
    if !is_scheme(scheme) || rest.trim_start_matches('/').is_empty() {
        return Err(IndicatorError::NotAbsolute);
    }
    if text.contains('#') {
        return Err(IndicatorError::Fragment);
    }
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(IndicatorError::Unprintable);
    }
    Ok(())
}

/// RFC 3986 3.1: a letter, then letters, digits, `+`, `-` and `.`.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_uris_name_resources() {
        for text in ["https://api.example.com/v1?x=1", "urn:example:api", "a+b-c.1:x", "https://ä"]
        {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", IndicatorError::Length),
            ("api", IndicatorError::NotAbsolute),
            ("/api", IndicatorError::NotAbsolute),
            ("//example.com/api", IndicatorError::NotAbsolute),
            ("https:", IndicatorError::NotAbsolute),
            ("https://", IndicatorError::NotAbsolute),
            ("1https://example.com", IndicatorError::NotAbsolute),
            ("ht tp://example.com", IndicatorError::NotAbsolute),
            ("https://example.com/#", IndicatorError::Fragment),
            ("https://example.com/ api", IndicatorError::Unprintable),
            ("https://example.com/\u{a0}", IndicatorError::Unprintable),
            ("https://example.com/\0", IndicatorError::Unprintable),
        ] {
            assert_eq!(check(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn the_longest_indicator_has_2048_bytes() {
        let longest = format!("urn:{}", "x".repeat(INDICATOR_BYTES_MAX - 4));
        assert_eq!(check(&longest), Ok(()));
        assert_eq!(check(&format!("{longest}x")), Err(IndicatorError::Length));
    }
}
