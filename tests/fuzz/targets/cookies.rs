//! The `Cookie` header.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::cookies::run(input));
