//! Authorization requests as a JWT.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::request_object::run(input));
