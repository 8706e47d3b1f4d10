arazzo::arazzo_workflow!("component_twice.yml");

fn main() {}
