#![deny(warnings)]

arazzo::arazzo_workflow! { path = "unused_output.yml", deny(unused_output) }

fn main() {}
