arazzo::arazzo_workflow!("parameters_without_workflow.yml");

fn main() {}
