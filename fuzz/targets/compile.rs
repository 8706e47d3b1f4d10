//! The whole of the compiler: a document, a line of five equals signs, and the text of every other file.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::compile(text));
