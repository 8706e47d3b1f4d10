//! XPath: a line with the expression, then the XML that it is asked of.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| arazzo_fuzz::xpath(text));
