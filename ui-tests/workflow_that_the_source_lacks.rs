arazzo::arazzo_workflow!("workflow_that_the_source_lacks.yml");

fn main() {}
