arazzo::arazzo_workflow!("input_type.yml");

fn main() {}
