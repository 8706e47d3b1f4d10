arazzo::arazzo_workflow!("retry_an_unknown_workflow.yml");

fn main() {}
