arazzo::arazzo_workflow!("newer_field.yml");

fn main() {}
