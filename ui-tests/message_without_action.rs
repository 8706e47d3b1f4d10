arazzo::arazzo_workflow!("message_without_action.yml");

fn main() {}
