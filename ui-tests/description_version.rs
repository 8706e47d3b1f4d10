arazzo::arazzo_workflow!("description_version.yml");

fn main() {}
