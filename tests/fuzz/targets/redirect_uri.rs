//! Redirect URIs: what is registered and what is asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::redirect_uri::run(input));
