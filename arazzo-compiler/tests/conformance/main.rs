//! The proof that the compiler follows the Arazzo Specification: the verdicts of its own tests, and the table of rules.

mod examples;
mod schema;
mod table;
