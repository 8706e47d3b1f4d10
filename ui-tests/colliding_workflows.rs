arazzo::arazzo_workflow!("colliding_workflows.yml");

fn main() {}
