arazzo::arazzo_workflow!("input_schema.yml");

fn main() {}
