arazzo::arazzo_workflow!("invalid_source_name.yml");

fn main() {}
