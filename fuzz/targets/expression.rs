//! Runtime expressions and JSON Pointers.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::expression(text));
