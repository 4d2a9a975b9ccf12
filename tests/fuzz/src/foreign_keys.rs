//! Key sets of clients: no private part is ever accepted, and the whole set is bounded.

use crypto::key::{FOREIGN_KEYS_MAX, ForeignKey, ForeignKeys};
use serde_json::Value;

/// Reads the input as a set, as one key, and as a set of that key.
pub fn run(input: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(input) else { return };
    let strict = ForeignKeys::try_new(&value);
    if strict.is_ok() {
        let count = value["keys"].as_array().map(Vec::len).unwrap_or_default();
        assert!((1..=FOREIGN_KEYS_MAX).contains(&count));
        assert!(ForeignKeys::usable(&value).is_ok());
    }
    let _ = ForeignKeys::usable(&value);
    if let Value::Object(members) = &value {
        if let Ok(key) = ForeignKey::try_new(members) {
            assert!(!members.contains_key("d") && !members.contains_key("k"));
            assert_eq!(key.thumbprint().len(), 43);
        }
    }
}
