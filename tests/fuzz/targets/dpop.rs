//! Proofs of possession.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::dpop::run(input));
