arazzo::arazzo_workflow!("component_of_another_kind.yml");

fn main() {}
