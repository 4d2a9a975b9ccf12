//! User codes: whatever a person types reads as one code or none, and the code that is shown reads
//! as itself.

use protocol::device_flow::{USER_CODE_ALPHABET, USER_CODE_LETTERS, UserCode};

/// Reads the code.
pub fn run(input: &[u8]) {
    let Some(code) = UserCode::parse(&crate::text(input)) else { return };
    assert_eq!(code.letters().len(), USER_CODE_LETTERS);
    assert!(code.letters().bytes().all(|letter| USER_CODE_ALPHABET.contains(&letter)));
    assert!(UserCode::parse(&code.to_string()) == Some(code.clone()));
    assert!(!format!("{code:?}").contains(code.letters()));
}
