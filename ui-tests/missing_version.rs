arazzo::arazzo_workflow!("missing_version.yml");

fn main() {}
