arazzo::arazzo_workflow!("unsupported_goto_workflow.yml");

fn main() {}
