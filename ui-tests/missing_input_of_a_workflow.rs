arazzo::arazzo_workflow!("missing_input_of_a_workflow.yml");

fn main() {}
