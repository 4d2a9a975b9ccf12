//! Key sets that clients register or publish.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::foreign_keys::run(input));
