arazzo::arazzo_workflow!("goto_two_targets.yml");

fn main() {}
