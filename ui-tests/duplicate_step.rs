arazzo::arazzo_workflow!("duplicate_step.yml");

fn main() {}
