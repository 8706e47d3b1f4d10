//! Simple conditions, and those of the bare dialect of JSONPath.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::condition(text));
