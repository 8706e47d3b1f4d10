arazzo::arazzo_workflow!("duplicate_key.yml");

fn main() {}
