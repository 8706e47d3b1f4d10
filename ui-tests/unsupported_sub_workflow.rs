arazzo::arazzo_workflow!("unsupported_sub_workflow.yml");

fn main() {}
