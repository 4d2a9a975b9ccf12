//! `Accept-Language` and `ui_locales`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::language::run(input));
