#![deny(warnings)]

arazzo::arazzo_workflow!("different_content_type.yml");

fn main() {}
