arazzo::arazzo_workflow!("unknown_property.yml");

fn main() {}
