#![deny(warnings)]

arazzo::arazzo_workflow!("unquoted_word.yml");

fn main() {}
