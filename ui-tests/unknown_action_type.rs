arazzo::arazzo_workflow!("unknown_action_type.yml");

fn main() {}
