//! The `Authorization` header: Basic credentials give back what was encoded, bearer tokens are
//! texts of the grammar.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use protocol::{Parameters, bearer, client_authentication};

/// Reads the input as a header, and encoded by us as credentials.
pub fn run(input: &[u8]) {
    let header = crate::text(input);
    let none = Parameters::default();
    let encoded = format!("Basic {}", STANDARD.encode(input));
    for header in [header.as_ref(), encoded.as_str()] {
        match client_authentication::read(Some(header), &none) {
            Ok(credentials) => {
                assert!(!credentials.client_id().is_empty());
                assert!(!credentials.client_id().contains('\0'));
                assert!(credentials.secret().is_some_and(|held| !held.expose().contains('\0')));
            }
            Err(error) => assert_eq!(error.status, 400),
        }
    }
    if let Ok(token) = bearer::read(Some(&header)) {
        assert!(token.expose().is_ascii() && !token.expose().contains(' '));
        assert!(header.contains(token.expose()));
    }
}
