//! Queries: a line with the query, then the JSON that it is asked of.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::jsonpath(text));
