arazzo::arazzo_workflow!("component_without_in.yml");

fn main() {}
