arazzo::arazzo_workflow!("newer_value.yml");

fn main() {}
