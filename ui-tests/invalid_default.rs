arazzo::arazzo_workflow!("invalid_default.yml");

fn main() {}
