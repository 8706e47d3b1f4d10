arazzo::arazzo_workflow!("unknown_channel.yml");

fn main() {}
