arazzo::arazzo_workflow!("unknown_component.yml");

fn main() {}
