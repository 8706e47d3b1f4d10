arazzo::arazzo_workflow!("workflow_of_an_openapi_source.yml");

fn main() {}
