//! JWTs by which clients prove who they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::client_assertion::run(input));
