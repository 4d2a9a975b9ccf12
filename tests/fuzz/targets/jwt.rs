//! Tokens that we are said to have signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::jwt::run(input));
