//! The `Authorization` header: Basic credentials and bearer tokens.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::client_header::run(input));
