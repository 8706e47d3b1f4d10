arazzo::arazzo_workflow!("duplicate_workflow.yml");

fn main() {}
