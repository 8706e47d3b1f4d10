arazzo::arazzo_workflow!("another_source_type.yml");

fn main() {}
