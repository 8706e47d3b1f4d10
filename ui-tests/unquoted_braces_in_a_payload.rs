#![deny(warnings)]

arazzo::arazzo_workflow!("unquoted_braces_in_a_payload.yml");

fn main() {}
