arazzo::arazzo_workflow!("goto_an_unknown_workflow.yml");

fn main() {}
