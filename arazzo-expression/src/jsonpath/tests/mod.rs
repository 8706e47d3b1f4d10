//! Tests of the whole of JSONPath.

mod generate;
mod oracle;
