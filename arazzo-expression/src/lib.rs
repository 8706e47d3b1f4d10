//! The small languages inside an Arazzo document: runtime expressions, texts with expressions in them, conditions,
//! JSONPath and JSON Pointer. Each is parsed once, into a syntax tree that knows the position of its parts; the compiler
//! checks and translates these trees, the runtime evaluates what is only known while a workflow runs. Nothing here does
//! any input or output.
//!
//! | module | language | specification |
//! |---|---|---|
//! | [`expression`] | `$response.body#/id` | Arazzo, "Runtime Expressions" |
//! | [`template`] | `Bearer {$inputs.token}` | Arazzo, "Runtime Expressions" |
//! | [`condition`] | `$statusCode == 200` | Arazzo, "Criterion Object" |
//! | [`jsonpath`] | `$[?@.a == 1]` | RFC 9535 |
//! | `xpath` | `/job/state = 'ready'` | XPath 1.0; with the feature of that name |
//! | [`mod@pointer`] | `/a/0` | RFC 6901 |
//! | [`schema`] | what a schema asks of a value | JSON Schema 2020-12 |
//! | [`json`] | the value that an expression has | |
//! | [`fingerprint`] | what stands for a document, and for a value | |

pub mod condition;
mod cursor;
mod error;
pub mod expression;
pub mod fingerprint;
pub mod json;
pub mod jsonpath;
mod number;
pub mod pointer;
pub mod schema;
mod suggest;
pub mod template;
#[cfg(feature = "xpath")]
pub mod xpath;

pub use error::{Reading, ReadingKind, SyntaxError};
