arazzo::arazzo_workflow!("payload_of_nothing.yml");

fn main() {}
