arazzo::arazzo_workflow!("missing_workflows.yml");

fn main() {}
