arazzo::arazzo_workflow!("target_without_type.yml");

fn main() {}
