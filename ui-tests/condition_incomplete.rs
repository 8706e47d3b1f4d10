arazzo::arazzo_workflow!("condition_incomplete.yml");

fn main() {}
