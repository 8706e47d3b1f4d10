#![deny(warnings)]

arazzo::arazzo_workflow!("skipped_prerequisite.yml");

fn main() {}
