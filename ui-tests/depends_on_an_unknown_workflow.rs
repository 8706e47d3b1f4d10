arazzo::arazzo_workflow!("depends_on_an_unknown_workflow.yml");

fn main() {}
