arazzo::arazzo_workflow!("unsupported_component.yml");

fn main() {}
