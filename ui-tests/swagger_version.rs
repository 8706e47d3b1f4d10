arazzo::arazzo_workflow!("swagger_version.yml");

fn main() {}
