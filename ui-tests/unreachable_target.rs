arazzo::arazzo_workflow!("unreachable_target.yml");

fn main() {}
