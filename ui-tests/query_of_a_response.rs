#![deny(warnings)]

arazzo::arazzo_workflow!("query_of_a_response.yml");

fn main() {}
