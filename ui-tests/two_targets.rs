arazzo::arazzo_workflow!("two_targets.yml");

fn main() {}
