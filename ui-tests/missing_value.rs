arazzo::arazzo_workflow!("missing_value.yml");

fn main() {}
