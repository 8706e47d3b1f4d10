arazzo::arazzo_workflow!("colliding_workflow_end.yml");

fn main() {}
