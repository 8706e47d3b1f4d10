arazzo::arazzo_workflow!("channel_of_an_openapi_source.yml");

fn main() {}
