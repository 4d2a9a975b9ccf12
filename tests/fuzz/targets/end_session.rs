//! Queries of the logout endpoint.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::end_session::run(input));
