arazzo::arazzo_workflow!("duplicate_parameter.yml");

fn main() {}
