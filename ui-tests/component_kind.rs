arazzo::arazzo_workflow!("component_kind.yml");

fn main() {}
