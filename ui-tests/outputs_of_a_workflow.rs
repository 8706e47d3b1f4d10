arazzo::arazzo_workflow!("outputs_of_a_workflow.yml");

fn main() {}
