arazzo::arazzo_workflow!("operation_path_of_an_asyncapi_source.yml");

fn main() {}
