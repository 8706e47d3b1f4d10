arazzo::arazzo_workflow!("condition_single_equals.yml");

fn main() {}
