arazzo::arazzo_workflow!("unsupported_message.yml");

fn main() {}
