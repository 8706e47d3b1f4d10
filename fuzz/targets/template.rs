//! Texts with expressions in them.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::template(text));
