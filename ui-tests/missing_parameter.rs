arazzo::arazzo_workflow!("missing_parameter.yml");

fn main() {}
