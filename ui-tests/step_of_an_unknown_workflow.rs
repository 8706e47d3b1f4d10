arazzo::arazzo_workflow!("step_of_an_unknown_workflow.yml");

fn main() {}
