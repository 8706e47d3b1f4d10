arazzo::arazzo_workflow!("invalid_description.yml");

fn main() {}
