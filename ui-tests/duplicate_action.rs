arazzo::arazzo_workflow!("duplicate_action.yml");

fn main() {}
