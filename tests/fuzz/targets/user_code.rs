//! Codes that people copy from a device.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::user_code::run(input));
