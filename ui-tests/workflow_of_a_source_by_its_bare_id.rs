arazzo::arazzo_workflow!("workflow_of_a_source_by_its_bare_id.yml");

fn main() {}
