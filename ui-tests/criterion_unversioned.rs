#![deny(warnings)]

arazzo::arazzo_workflow!("criterion_unversioned.yml");

fn main() {}
