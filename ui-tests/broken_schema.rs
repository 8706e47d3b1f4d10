arazzo::arazzo_workflow!("broken_schema.yml");

fn main() {}
