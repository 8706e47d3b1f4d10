//! The reader of YAML and JSON.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::yaml(text));
