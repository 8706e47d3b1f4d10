arazzo::arazzo_workflow!("duplicate_source.yml");

fn main() {}
