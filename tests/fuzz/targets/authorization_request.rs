//! Queries and forms of the authorization endpoint.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::authorization_request::run(input));
