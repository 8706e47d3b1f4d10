arazzo::arazzo_workflow!("unsupported_version.yml");

fn main() {}
