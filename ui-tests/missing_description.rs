arazzo::arazzo_workflow!("missing_description.yml");

fn main() {}
