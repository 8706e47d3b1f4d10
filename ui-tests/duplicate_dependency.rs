arazzo::arazzo_workflow!("duplicate_dependency.yml");

fn main() {}
