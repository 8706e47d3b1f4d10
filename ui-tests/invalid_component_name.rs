arazzo::arazzo_workflow!("invalid_component_name.yml");

fn main() {}
