//! Codes, opaque access tokens and refresh tokens.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::opaque_token::run(input));
