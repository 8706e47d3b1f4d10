arazzo::arazzo_workflow!("missing_property.yml");

fn main() {}
