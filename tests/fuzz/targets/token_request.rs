//! Bodies of the token endpoint, as a form and as JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::token_request::run(input));
