arazzo::arazzo_workflow!("invalid_target.yml");

fn main() {}
