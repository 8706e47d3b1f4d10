//! Descriptions: a document that uses many of their parts is compiled against the input.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::openapi(text));
