//! The compiler behind `arazzo_workflow!`: an Arazzo document in, diagnostics and tokens out. It is a plain library, so
//! that it can be tested, fuzzed and benchmarked without rustc.
//!
//! [`compile`] is the front door. Behind it every stage is a function of the one before:
//!
//! | stage | what it does |
//! |---|---|
//! | [`source`] | files, text, positions; which files rustc must watch |
//! | [`yaml`] | a tree in which every scalar, key and collection knows its span |
//! | [`document`] | the Arazzo objects, as written |
//! | [`library`] | the parsed files, and references from one to another |
//! | [`media`] | media types: how a body is written |
//! | [`openapi`] | the operations that a document uses, and the schemas they reach |
//! | [`asyncapi`] | the operations and channels of AsyncAPI descriptions |
//! | [`constraint`] | what the schema of the inputs asks of their values |
//! | [`resolve`] | names become ids: operations, steps, outputs |
//! | [`check`] | rules over resolved workflows |
//! | [`flow`] | the control-flow graph |
//! | [`secrets`] | which values carry credentials |
//! | `status` | what criteria say about the status of a response |
//! | [`shown`] | which outputs show something secret |
//! | [`draw`] | a workflow as an image |
//! | [`types`] | JSON Schema to Rust types |
//! | [`emit`] | tokens |
//! | [`diagnostic`] | what went wrong, where, why, and what to write instead |

pub mod asyncapi;
pub mod check;
mod compile;
pub mod constraint;
pub mod diagnostic;
pub mod document;
mod draft;
pub mod draw;
pub mod emit;
pub mod flow;
pub mod library;
pub mod media;
pub mod names;
pub mod needed;
pub mod openapi;
pub mod resolve;
pub mod secrets;
pub mod shown;
mod slab;
pub mod source;
mod status;
pub mod types;
pub mod yaml;

pub use compile::{Compilation, Options, compile};
pub use diagnostic::Diagnostic;
pub use draw::Drawing;
