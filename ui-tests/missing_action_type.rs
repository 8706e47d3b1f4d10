arazzo::arazzo_workflow!("missing_action_type.yml");

fn main() {}
