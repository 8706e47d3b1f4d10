//! Tests of the whole of JSONPath.

mod bare;
mod generate;
mod grammar;
mod messages;
mod oracle;
mod rfc;
mod work;
