#![deny(warnings)]

arazzo::arazzo_workflow!("secret_in_url.yml");

fn main() {}
