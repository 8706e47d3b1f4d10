#![deny(warnings)]

arazzo::arazzo_workflow!("unreadable_content.yml");

fn main() {}
