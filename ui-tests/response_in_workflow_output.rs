arazzo::arazzo_workflow!("response_in_workflow_output.yml");

fn main() {}
