//! One mistake each, and exactly what the compiler says about it: `ui-tests/<mistake>.rs`, its document, and the output
//! in `.stderr`. Where a mistake is a warning, the file says `#![deny(warnings)]`.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the output anew.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("ui-tests/*.rs");
}
