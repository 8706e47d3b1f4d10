//! Input that was made to break a compiler: what the fuzzers once found, and everything that is too deep, too long or too
//! many.

mod bounds;
#[path = "../../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, missing_docs, reason = "it is a crate of its own for the fuzzers")]
mod properties;
mod regressions;
