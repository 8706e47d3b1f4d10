arazzo::arazzo_workflow!("channel_without_action.yml");

fn main() {}
